"""What an answer means for its delivery and its endpoint: a table, read by one function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from alerts.domain.subscription import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one HTTP try. `retry_after` is the header as sent; `error` holds no secret and no body."""

    outcome: Outcome
    duration: timedelta
    status: int | None = None
    retry_after: str | None = None
    error: str | None = None


class Fault(StrEnum):
    """How a try failed before any status came back."""

    DNS = "dns"
    REFUSED = "connection_refused"
    RESET = "connection_reset"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    PROTOCOL = "protocol"
    """The answer is not HTTP, or its head is larger than is read."""
    BLOCKED = "address_blocked"
    NO_KEY = "no_signing_key"
    UNKNOWN = "unknown"


# Statuses that say "not this message, ever"; the rest of the endpoint's traffic may be fine. A moved URL is among
# them: a redirect is never followed, and the new address must come from whoever owns the subscription.
REFUSALS: frozenset[int] = frozenset({301, 308, 400, 404, 405, 406, 413, 414, 415, 422, 431, 501, 505})

# The endpoint as a whole asks to be left alone for a while (Standard Webhooks: 429, 502, 504 throttle).
PAUSES: frozenset[int] = frozenset({429, 502, 503, 504})

GONE = 410

_FAULT_OUTCOMES: dict[Fault, Outcome] = {Fault.BLOCKED: Outcome.BLOCKED}


def outcome_of_status(status: int) -> Outcome:
    """Return what a status means; one that no table names is worth another try."""
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if status == GONE:
        return Outcome.GONE
    return Outcome.REFUSED if status in REFUSALS else Outcome.RETRY


def outcome_of_fault(fault: Fault) -> Outcome:
    """Return what a failure without a status means: all are worth another try but a forbidden address."""
    return _FAULT_OUTCOMES.get(fault, Outcome.RETRY)


def pauses_endpoint(answer: Answer) -> bool:
    """Return whether every delivery of the endpoint waits, not only the one that was answered."""
    return answer.status in PAUSES
