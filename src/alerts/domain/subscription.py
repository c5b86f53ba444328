"""Subscriptions: who wants which alerts, and where they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from alerts.domain.alert import AlertChange
from alerts.domain.ids import DeliveryId, EndpointId
from alerts.domain.match import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """The limits of one endpoint's retries. `attempts_max` counts the first try."""

    delay_first: timedelta = timedelta(seconds=5)
    delay_max: timedelta = timedelta(hours=2)
    attempts_max: int = 14
    retry_after_max: timedelta = timedelta(hours=1)
    """The longest Retry-After that is honoured; a longer one is cut to this and shown."""
    give_up_after: timedelta = timedelta(days=3)
    """Age, since it was queued, past which a delivery that fails is not tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One URL that receives webhooks. Its signing secret is kept by the sender and is never in this value."""

    id: EndpointId
    url: str = field(repr=False)
    """Its path or query is a key at many receivers: it stays out of logs."""
    timeout: timedelta = timedelta(seconds=15)
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    allow_private_network: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts a subscription wants; an empty filter wants all. Lists mean any-of.

    `rules` are rule ids or `pack/*`. Every label named must have one of its values.
    """

    rules: tuple[str, ...] = ()
    severity_at_least: Severity = Severity.INFO
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who wants which alerts."""

    id: str
    endpoint: Endpoint
    wants: AlertFilter = field(default_factory=AlertFilter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One alert change to one endpoint."""

    id: DeliveryId
    endpoint_id: EndpointId
    subscription_id: str
    change: AlertChange


class Outcome(StrEnum):
    """How an attempt, or a delivery, ended."""

    DELIVERED = "delivered"
    RETRY = "retry"
    GAVE_UP = "gave_up"
    REFUSED = "refused"
    """The endpoint said that it will never take it (400, 404, 413 ...): tried a few times only."""
    GONE = "gone"
    """410: the endpoint is disabled."""
    BLOCKED = "blocked"
    """The address may not be called (private network, metadata service)."""
    SUPERSEDED = "superseded"
    """A newer change of the same alert is delivered in its place."""
    DROPPED = "dropped"
    """The endpoint's queue was full, and this was the least loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One HTTP try and how it ended, or the end of a delivery without a try (superseded, dropped, gone).

    `number` counts the tries made so far: 0 for a delivery that was never tried. `error` never holds a secret, a URL's
    query or a body.
    """

    delivery_id: DeliveryId
    endpoint_id: EndpointId
    number: int
    attempted_at: datetime
    outcome: Outcome
    duration_seconds: float
    status: int | None = None
    error: str | None = None
    next_attempt_at: datetime | None = None
