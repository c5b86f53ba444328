"""One delivery that waits: the row that a store keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.domain.alert import ChangeKind
from alerts.domain.ids import AlertId
from alerts.domain.match import AlertKey, Severity
from alerts.domain.subscription import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDelivery:
    """A delivery that is neither delivered nor given up. `order` rises with arrival at the endpoint's queue."""

    delivery: Delivery
    order: int
    queued_at: datetime
    due_at: datetime
    attempts: int = 0
    refusals: int = 0
    """How many of the attempts were answered with "never"."""

    @property
    def lane(self) -> AlertKey:
        """What the delivery keeps its order within: the alert across its lives."""
        return self.delivery.change.alert.key

    @property
    def alert_id(self) -> AlertId:
        """The life of the alert that it speaks of."""
        return self.delivery.change.alert.id

    @property
    def kind(self) -> ChangeKind:
        """The step that it tells of."""
        return self.delivery.change.kind

    @property
    def severity(self) -> Severity:
        """How much the reader should care."""
        return self.delivery.change.alert.severity
