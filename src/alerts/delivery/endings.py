"""The record of a delivery that ends without an HTTP try."""

from __future__ import annotations

from datetime import datetime

from alerts.delivery.pending import PendingDelivery
from alerts.domain.subscription import Attempt, Outcome


def ended(row: PendingDelivery, outcome: Outcome, now: datetime, *, error: str) -> Attempt:
    """Return the record of a delivery that is not tried (again)."""
    return Attempt(
        delivery_id=row.delivery.id,
        endpoint_id=row.delivery.endpoint_id,
        number=row.attempts,
        attempted_at=now,
        outcome=outcome,
        duration_seconds=0.0,
        error=error,
    )
