"""The deliveries that wait for one endpoint, as a value: what comes in, what is due, what an answer changes.

A lane is what one rule says of one thing (rule id and `by` values), across its lives: one delivery of a lane is in
flight at a time and its order is kept, so that the last word received is the last word said. Lanes don't wait for one
another. Rows (`PendingDelivery`, `EndpointHealth`) are what a store keeps; what is in flight is not kept, and is sent
again under the same id after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from alerts.delivery.endings import ended
from alerts.delivery.health import EndpointHealth, is_paused, reopened, room_for
from alerts.delivery.overflow import least_loss
from alerts.delivery.pending import PendingDelivery
from alerts.delivery.superseding import superseded
from alerts.domain.ids import AlertId, DeliveryId, EndpointId
from alerts.domain.match import AlertKey
from alerts.domain.subscription import Attempt, Delivery, Outcome

# Deliveries that wait for one endpoint. An outage of hours with an alert a minute fits; past it, see `overflow`.
PENDING_MAX = 1_000

HEALTH_PREFIX = "health/"
PENDING_PREFIX = "pending/"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointQueue:
    """One endpoint's health and what waits for it, in order of arrival."""

    health: EndpointHealth
    pending: tuple[PendingDelivery, ...] = ()
    in_flight: frozenset[DeliveryId] = field(default=frozenset())


class Step(NamedTuple):
    """A queue after an input, and what the input put on record."""

    queue: EndpointQueue
    attempts: tuple[Attempt, ...] = ()


def new_queue(endpoint: EndpointId) -> EndpointQueue:
    """Return the queue of an endpoint that nothing was ever sent to."""
    return EndpointQueue(health=EndpointHealth(endpoint_id=endpoint))


def enqueue(queue: EndpointQueue, delivery: Delivery, now: datetime) -> Step:
    """Take in one delivery; what it makes obsolete, and what no longer fits, ends here and is put on record.

    A delivery that waits already is not taken in twice.
    """
    if any(row.delivery.id == delivery.id for row in queue.pending):
        return Step(queue)
    health = queue.health
    row = PendingDelivery(delivery=delivery, order=health.next_order, queued_at=now, due_at=now)
    if health.gone_url is not None:
        return Step(queue, (ended(row, Outcome.GONE, now, error="the endpoint answered 410 before"),))
    grown = replace(queue, health=replace(health, next_order=health.next_order + 1), pending=(*queue.pending, row))
    return settled(grown, delivery.change.alert.id, now)


def due(queue: EndpointQueue, now: datetime, *, at_once: int) -> tuple[PendingDelivery, ...]:
    """Return what may be started now, the most severe first, then the longest due.

    Args:
        queue: The endpoint's queue.
        now: The wall clock, aware UTC.
        at_once: How many may be in flight to this endpoint together, those in flight already included.
    """
    if is_paused(queue.health, now):
        return ()
    room = room_for(queue.health, at_once=at_once, in_flight=len(queue.in_flight))
    ready = [row for row in _heads(queue) if row.due_at <= now]
    return tuple(sorted(ready, key=lambda row: (-row.severity, row.due_at, row.order))[:room])


def next_due_at(queue: EndpointQueue, *, at_once: int) -> datetime | None:
    """Return when something may be started next, perhaps in the past; None when only an answer or a delivery helps."""
    if room_for(queue.health, at_once=at_once, in_flight=len(queue.in_flight)) == 0:
        return None
    soonest = min((row.due_at for row in _heads(queue)), default=None)
    if soonest is None or queue.health.paused_until is None:
        return soonest
    return max(soonest, queue.health.paused_until)


def started(queue: EndpointQueue, delivery: DeliveryId) -> EndpointQueue:
    """Return the queue with one delivery in flight: its lane waits for the answer."""
    assert any(row.delivery.id == delivery for row in queue.pending), delivery
    return replace(queue, in_flight=queue.in_flight | {delivery})


def called_off(queue: EndpointQueue, delivery: DeliveryId) -> EndpointQueue:
    """Return the queue with a delivery no longer in flight and nothing known of how it went."""
    return replace(queue, in_flight=queue.in_flight - {delivery})


def landed(queue: EndpointQueue) -> EndpointQueue:
    """Return the queue with nothing in flight: whatever was is sent again, under the same ids."""
    return replace(queue, in_flight=frozenset()) if queue.in_flight else queue


def with_url(queue: EndpointQueue, url: str) -> EndpointQueue:
    """Return the queue for its subscription's present URL: another URL than the one that answered 410 starts afresh."""
    return replace(queue, health=reopened(queue.health, url))


def rows(queue: EndpointQueue) -> dict[str, EndpointHealth | PendingDelivery]:
    """Return what a store keeps of a queue, by state key."""
    endpoint = queue.health.endpoint_id
    kept: dict[str, EndpointHealth | PendingDelivery] = {HEALTH_PREFIX + endpoint: queue.health}
    kept |= {f"{PENDING_PREFIX}{endpoint}/{row.delivery.id}": row for row in queue.pending}
    return kept


def row_changes(before: EndpointQueue, after: EndpointQueue) -> Mapping[str, EndpointHealth | PendingDelivery | None]:
    """Return the rows that differ between two states of one queue; None for one that is gone."""
    old, new = rows(before), rows(after)
    changed: dict[str, EndpointHealth | PendingDelivery | None] = {key: None for key in old if key not in new}
    changed |= {key: row for key, row in new.items() if old.get(key) is not row}
    return changed


def restored(kept: Iterable[object]) -> dict[EndpointId, EndpointQueue]:
    """Return the queues of all endpoints from the rows of a store, in any order; other values are passed over."""
    found: dict[EndpointId, EndpointQueue] = {}
    values = list(kept)
    for health in (value for value in values if isinstance(value, EndpointHealth)):
        found[health.endpoint_id] = EndpointQueue(health=health)
    pending = [value for value in values if isinstance(value, PendingDelivery)]
    for row in sorted(pending, key=lambda one: one.order):
        endpoint = row.delivery.endpoint_id
        queue = found.get(endpoint) or new_queue(endpoint)
        health = replace(queue.health, next_order=max(queue.health.next_order, row.order + 1))
        found[endpoint] = replace(queue, health=health, pending=(*queue.pending, row))
    return found


def _heads(queue: EndpointQueue) -> Iterator[PendingDelivery]:
    """Yield the first delivery of each lane that has none in flight."""
    seen: set[AlertKey] = {row.lane for row in queue.pending if row.delivery.id in queue.in_flight}
    for row in queue.pending:
        if row.lane not in seen:
            seen.add(row.lane)
            yield row


def settled(queue: EndpointQueue, alert: AlertId, now: datetime) -> Step:
    """End what newer changes of one life of an alert made obsolete, then what no longer fits."""
    attempts: list[Attempt] = []
    life = [row for row in queue.pending if row.alert_id == alert]
    for row in superseded(life, queue.in_flight):
        queue = without(queue, row)
        attempts.append(
            ended(row, Outcome.SUPERSEDED, now, error="a newer change of the alert is delivered in its place")
        )
    while len(queue.pending) > PENDING_MAX:
        for row in least_loss(queue.pending, queue.in_flight):
            queue = without(queue, row)
            attempts.append(ended(row, Outcome.DROPPED, now, error=f"more than {PENDING_MAX} deliveries waited"))
    return Step(queue, tuple(attempts))


def without(queue: EndpointQueue, row: PendingDelivery) -> EndpointQueue:
    """Return the queue without one row, which is no longer in flight either."""
    return replace(
        queue,
        pending=tuple(one for one in queue.pending if one is not row),
        in_flight=queue.in_flight - {row.delivery.id},
    )
