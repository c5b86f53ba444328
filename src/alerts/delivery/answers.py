"""What an answer changes: the delivery ends or gets a new due time, the endpoint pauses, the try is put on record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from alerts.delivery.endings import ended
from alerts.delivery.health import EndpointHealth, failed, gone, paused, succeeded
from alerts.delivery.outcomes import Answer, pauses_endpoint
from alerts.delivery.pending import PendingDelivery
from alerts.delivery.queue import EndpointQueue, Step, settled, without
from alerts.delivery.retries import REFUSED_ATTEMPTS_MAX, next_delay, read_retry_after, spread
from alerts.domain.ids import DeliveryId
from alerts.domain.subscription import Attempt, Endpoint, Outcome, RetryPolicy

_NEVER = frozenset({Outcome.REFUSED, Outcome.BLOCKED})


def record(
    queue: EndpointQueue, delivery: DeliveryId, answer: Answer, *, endpoint: Endpoint, now: datetime, jitter: float
) -> Step:
    """Take in the answer to one delivery in flight.

    Args:
        queue: The endpoint's queue.
        delivery: One that was `started`.
        answer: How the try ended.
        endpoint: Whose policy holds, as its subscription is now.
        now: When the answer came, aware UTC.
        jitter: A random number in [0, 1], the caller's.
    """
    row = next(one for one in queue.pending if one.delivery.id == delivery)
    if answer.outcome is Outcome.DELIVERED:
        kept = without(replace(queue, health=succeeded(queue.health)), row)
        return Step(kept, (_attempt(_tried(row, answer), answer, Outcome.DELIVERED, now),))
    if answer.outcome is Outcome.GONE or queue.health.gone_url is not None:
        return _gone(queue, row, answer, endpoint, now)
    return _failed(queue, row, _failure(row, answer, endpoint.retry, now, jitter), endpoint.retry)


def _gone(queue: EndpointQueue, row: PendingDelivery, answer: Answer, endpoint: Endpoint, now: datetime) -> Step:
    """Disable the endpoint: what is in flight still answers, all else ends here."""
    attempts = [_attempt(_tried(row, answer), answer, Outcome.GONE, now)]
    queue = without(replace(queue, health=gone(queue.health, endpoint.url)), row)
    for other in queue.pending:
        if other.delivery.id not in queue.in_flight:
            queue = without(queue, other)
            attempts.append(ended(other, Outcome.GONE, now, error="the endpoint answered 410"))
    return Step(queue, tuple(attempts))


@dataclass(frozen=True, slots=True)
class _Failure:
    """A failed try, with what follows of it for time."""

    answer: Answer
    now: datetime
    again_at: datetime
    note: str | None
    is_last: bool


def _failed(queue: EndpointQueue, row: PendingDelivery, failure: _Failure, policy: RetryPolicy) -> Step:
    tried = _tried(row, failure.answer)
    queue = replace(queue, health=_health_after(queue.health, failure, policy))
    if failure.is_last:
        final = failure.answer.outcome if failure.answer.outcome in _NEVER else Outcome.GAVE_UP
        return Step(without(queue, row), (_attempt(tried, failure.answer, final, failure.now, note=failure.note),))
    return _rescheduled(queue, row, replace(tried, due_at=failure.again_at), failure)


def _rescheduled(queue: EndpointQueue, before: PendingDelivery, after: PendingDelivery, failure: _Failure) -> Step:
    pending = tuple(after if row is before else row for row in queue.pending)
    in_flight = queue.in_flight - {after.delivery.id}
    kept, endings = settled(replace(queue, pending=pending, in_flight=in_flight), after.alert_id, failure.now)
    again = max(after.due_at, kept.health.paused_until or after.due_at) if after in kept.pending else None
    attempt = _attempt(after, failure.answer, Outcome.RETRY, failure.now, note=failure.note, again=again)
    return Step(kept, (attempt, *endings))


def _failure(row: PendingDelivery, answer: Answer, policy: RetryPolicy, now: datetime, jitter: float) -> _Failure:
    tried = _tried(row, answer)
    backoff = next_delay(policy, attempts=tried.attempts)
    own = spread(backoff or policy.delay_max, jitter=jitter, longest=policy.delay_max)
    asked = read_retry_after(answer.retry_after, policy, now=now)
    too_old = now - row.queued_at >= policy.give_up_after
    return _Failure(
        answer=answer,
        now=now,
        again_at=asked.until if asked else now + own,
        note=asked.note if asked else _not_understood(answer),
        is_last=backoff is None or too_old or tried.refusals >= REFUSED_ATTEMPTS_MAX,
    )


def _tried(row: PendingDelivery, answer: Answer) -> PendingDelivery:
    return replace(row, attempts=row.attempts + 1, refusals=row.refusals + (answer.outcome in _NEVER))


def _not_understood(answer: Answer) -> str | None:
    if answer.retry_after is None:
        return None
    return f"Retry-After {answer.retry_after[:40]!r} is not understood; own backoff"


def _health_after(health: EndpointHealth, failure: _Failure, policy: RetryPolicy) -> EndpointHealth:
    if failure.answer.outcome not in _NEVER:
        health = failed(health, policy, failure.now)
    return paused(health, failure.again_at) if pauses_endpoint(failure.answer) else health


def _attempt(
    row: PendingDelivery,
    answer: Answer,
    outcome: Outcome,
    now: datetime,
    *,
    note: str | None = None,
    again: datetime | None = None,
) -> Attempt:
    return Attempt(
        delivery_id=row.delivery.id,
        endpoint_id=row.delivery.endpoint_id,
        number=row.attempts,
        attempted_at=now - answer.duration,
        outcome=outcome,
        duration_seconds=answer.duration.total_seconds(),
        status=answer.status,
        error="; ".join(part for part in (answer.error, note) if part) or None,
        next_attempt_at=again,
    )
