"""Which pending deliveries a newer change of the same alert makes obsolete."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from alerts.delivery.pending import PendingDelivery
from alerts.domain.alert import ENDINGS, ChangeKind
from alerts.domain.ids import AlertId, DeliveryId

# What each kind gives way to, within one life. Every body is a whole snapshot, so nothing that still holds is lost.
# `opened` and the ends give way to nothing: a receiver hears that each life began, and that it ended.
_GIVES_WAY_TO: dict[ChangeKind, frozenset[ChangeKind]] = {
    ChangeKind.UPDATED: ENDINGS | {ChangeKind.UPDATED},
    ChangeKind.REMINDED: ENDINGS | {ChangeKind.UPDATED, ChangeKind.REMINDED},
}


def superseded(pending: Sequence[PendingDelivery], in_flight: Collection[DeliveryId]) -> tuple[PendingDelivery, ...]:
    """Return what need not be sent because something later in the queue says more; never what is in flight."""
    later: dict[AlertId, set[ChangeKind]] = {}
    obsolete: list[PendingDelivery] = []
    for row in reversed(pending):
        kinds = later.setdefault(row.alert_id, set())
        if row.delivery.id not in in_flight and kinds & _GIVES_WAY_TO.get(row.kind, frozenset()):
            obsolete.append(row)
        else:
            kinds.add(row.kind)
    return tuple(reversed(obsolete))
