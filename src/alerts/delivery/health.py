"""How an endpoint fares: failures in a row, a pause, a 410.

The breaker: failures in a row pause the endpoint, each for longer; when a pause is over, one probe goes out at a time
until one succeeds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from alerts.delivery.retries import pause_after
from alerts.domain.ids import EndpointId, digest
from alerts.domain.subscription import RetryPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointHealth:
    """What is known of one endpoint beside its queue."""

    endpoint_id: EndpointId
    next_order: int = 0
    failures: int = 0
    """Failures in a row. Refusals are not among them: who refuses is alive."""
    paused_until: datetime | None = None
    gone_url: str | None = None
    """Digest of the URL that answered 410; nothing is sent to it any more."""
    probing: bool = False
    """Taken for down: one delivery at a time until one succeeds."""


def room_for(health: EndpointHealth, *, at_once: int, in_flight: int) -> int:
    """Return how many more may be in flight; one probe at a time while the endpoint is taken for down."""
    if health.gone_url is not None:
        return 0
    return max(0, (1 if health.probing else at_once) - in_flight)


def is_paused(health: EndpointHealth, now: datetime) -> bool:
    """Return whether nothing may be started yet."""
    return health.paused_until is not None and now < health.paused_until


def succeeded(health: EndpointHealth) -> EndpointHealth:
    """Return the health after a success: the breaker closes; a pause that the endpoint asked for holds."""
    return replace(health, failures=0, probing=False) if health.failures else health


def failed(health: EndpointHealth, policy: RetryPolicy, now: datetime) -> EndpointHealth:
    """Return the health after a failure; from a number in a row on, each one pauses the endpoint for longer.

    What was in flight when a pause began says nothing new and does not lengthen it.
    """
    if is_paused(health, now):
        return health
    worse = replace(health, failures=health.failures + 1)
    pause = pause_after(policy, failures=worse.failures)
    return worse if pause is None else paused(replace(worse, probing=True), now + pause)


def paused(health: EndpointHealth, until: datetime) -> EndpointHealth:
    """Return the health with a pause at least until a moment."""
    if health.paused_until is not None and health.paused_until >= until:
        return health
    return replace(health, paused_until=until)


def gone(health: EndpointHealth, url: str) -> EndpointHealth:
    """Return the health of an endpoint whose URL answered 410."""
    return replace(health, gone_url=_fingerprint(url))


def reopened(health: EndpointHealth, url: str) -> EndpointHealth:
    """Return the health for a URL: one other than the URL that answered 410 starts afresh."""
    if health.gone_url is None or health.gone_url == _fingerprint(url):
        return health
    return replace(health, gone_url=None, failures=0, paused_until=None, probing=False)


def _fingerprint(url: str) -> str:
    return digest((url,))
