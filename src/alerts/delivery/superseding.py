"""Which pending deliveries a newer change of the same alert makes obsolete."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from alerts.delivery.pending import PendingDelivery
from alerts.domain.alert import ENDINGS, ChangeKind
from alerts.domain.ids import DeliveryId

# What each kind gives way to, within one life. Every body is a whole snapshot, so nothing that still holds is lost.
# `opened` and the ends give way to nothing: a receiver hears that each life began, and that it ended.
_GIVES_WAY_TO: dict[ChangeKind, frozenset[ChangeKind]] = {
    ChangeKind.UPDATED: ENDINGS | {ChangeKind.UPDATED},
    ChangeKind.REMINDED: ENDINGS | {ChangeKind.UPDATED, ChangeKind.REMINDED},
}


def superseded(life: Sequence[PendingDelivery], in_flight: Collection[DeliveryId]) -> tuple[PendingDelivery, ...]:
    """Return what need not be sent because something later says more; never what is in flight.

    Args:
        life: What waits of one life of an alert, in order of arrival.
        in_flight: Deliveries whose answer has not come.
    """
    later: set[ChangeKind] = set()
    obsolete: list[PendingDelivery] = []
    for row in reversed(life):
        if row.delivery.id not in in_flight and later & _GIVES_WAY_TO.get(row.kind, frozenset()):
            obsolete.append(row)
        else:
            later.add(row.kind)
    return tuple(reversed(obsolete))
