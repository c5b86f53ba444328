"""What a full queue drops: the least loss first.

A receiver is left with a wrong last word only when there is no other choice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import IntEnum

from alerts.delivery.pending import PendingDelivery
from alerts.domain.alert import ENDINGS, ChangeKind
from alerts.domain.ids import AlertId, DeliveryId


class _Loss(IntEnum):
    """What the receiver misses when all that waits of one life of an alert is dropped."""

    UNHEARD_AND_OVER = 0
    UNHEARD = 1
    UPDATE = 2
    LAST_WORD = 3


def least_loss(pending: Sequence[PendingDelivery], in_flight: Collection[DeliveryId]) -> tuple[PendingDelivery, ...]:
    """Return the pending rows of one life of an alert: the one whose loss matters least.

    First alerts that opened and ended unheard, then alerts never heard of, then updates; within each, the lowest
    severity, then the oldest. A life with a delivery in flight counts as heard of. When everything is in flight but
    the newest row, that one is it.
    """
    lives: dict[AlertId, list[PendingDelivery]] = {}
    for row in pending:
        lives.setdefault(row.alert_id, []).append(row)
    free = [_free(life, in_flight) for life in lives.values()]
    ranked = min((life for life in free if life), key=lambda life: _rank(life, lives), default=None)
    return tuple(ranked) if ranked else (pending[-1],)


def _free(life: Sequence[PendingDelivery], in_flight: Collection[DeliveryId]) -> list[PendingDelivery]:
    return [row for row in life if row.delivery.id not in in_flight]


def _rank(free: Sequence[PendingDelivery], lives: dict[AlertId, list[PendingDelivery]]) -> tuple[_Loss, int, int]:
    whole = len(free) == len(lives[free[0].alert_id])
    return _loss(free, whole=whole), max(row.severity for row in free), free[0].order


def _loss(free: Sequence[PendingDelivery], *, whole: bool) -> _Loss:
    over = any(row.kind in ENDINGS for row in free)
    if whole and free[0].kind is ChangeKind.OPENED and free[0].attempts == 0:
        return _Loss.UNHEARD_AND_OVER if over else _Loss.UNHEARD
    return _Loss.LAST_WORD if over or free[0].kind is ChangeKind.OPENED else _Loss.UPDATE
