"""One endpoint and its queue on a virtual clock: a small DELIVER without input or output."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from alerts.delivery.answers import record
from alerts.delivery.health import EndpointHealth
from alerts.delivery.outcomes import Answer
from alerts.delivery.queue import (
    EndpointQueue,
    due,
    enqueue,
    new_queue,
    next_due_at,
    restored,
    row_changes,
    rows,
    started,
)
from alerts.domain.subscription import Attempt, Delivery, Endpoint, Outcome
from tests.delivery.builders import NOON, an_endpoint

AT_ONCE = 4
Responder = Callable[[Delivery, datetime], Answer]


class Desk:
    """Sends what is due to `responder`, one answer at a time, and keeps rows as a store would: as JSON."""

    def __init__(self, responder: Responder, *, endpoint: Endpoint | None = None, jitter: float = 0.5) -> None:
        self.responder = responder
        self.endpoint = endpoint or an_endpoint()
        self.queue: EndpointQueue = new_queue(self.endpoint.id)
        self.now = NOON
        self.received: list[Delivery] = []
        self.attempts: list[Attempt] = []
        self.sent_at: list[datetime] = []
        self._jitter = jitter
        self._stored: dict[str, tuple[type, bytes]] = {}

    def put(self, *deliveries: Delivery) -> None:
        for delivery in deliveries:
            self._take(*enqueue(self.queue, delivery, self.now))

    def work(self) -> int:
        """Send what is due now; return how many tries that were."""
        ready = due(self.queue, self.now, at_once=AT_ONCE)
        for row in ready:
            self.queue = started(self.queue, row.delivery.id)
        for row in ready:
            self._try(row.delivery)
        return len(ready)

    def run_until(self, moment: datetime, *, tries_max: int = 10_000) -> int:
        """Let time pass from due time to due time; return the number of tries."""
        tries = 0
        while (at := next_due_at(self.queue, at_once=AT_ONCE)) is not None and at <= moment:
            self.now = max(self.now, at)
            tries += self.work()
            assert tries <= tries_max, "a hot loop"
        self.now = moment
        return tries

    def run_dry(self) -> int:
        return self.run_until(self.now + timedelta(days=30))

    def crash(self) -> None:
        """Lose everything but the rows, as kill -9 does."""
        kept: list[object] = [msgspec.json.decode(value, type=kind) for kind, value in self._stored.values()]
        self.queue = restored(kept).get(self.endpoint.id, new_queue(self.endpoint.id))

    def outcomes(self, delivery: Delivery) -> list[Outcome]:
        return [one.outcome for one in self.attempts if one.delivery_id == delivery.id]

    @property
    def health(self) -> EndpointHealth:
        return self.queue.health

    @property
    def waiting(self) -> list[Delivery]:
        return [row.delivery for row in self.queue.pending]

    def _try(self, delivery: Delivery) -> None:
        self.sent_at.append(self.now)
        answer = self.responder(delivery, self.now)
        if answer.outcome is Outcome.DELIVERED:
            self.received.append(delivery)
        self._take(*record(self.queue, delivery.id, answer, endpoint=self.endpoint, now=self.now, jitter=self._jitter))

    def _take(self, queue: EndpointQueue, attempts: tuple[Attempt, ...]) -> None:
        for key, row in row_changes(self.queue, queue).items():
            if row is None:
                del self._stored[key]
            else:
                self._stored[key] = (type(row), msgspec.json.encode(row))
        self.queue = queue
        self.attempts.extend(attempts)
        assert self._stored.keys() - {f"health/{self.endpoint.id}"} == rows(queue).keys() - {
            f"health/{self.endpoint.id}"
        }


def always(answer: Answer) -> Responder:
    """Return a receiver that answers the same to everything."""
    return lambda _delivery, _now: answer


def in_turn(*answers: Answer) -> Responder:
    """Return a receiver that gives these answers one after the other, then the last one for ever."""
    left = list(answers)
    return lambda _delivery, _now: left.pop(0) if len(left) > 1 else left[0]


def down_until(moment: datetime, down: Answer, up: Answer) -> Responder:
    """Return a receiver that is down until a moment."""
    return lambda _delivery, now: down if now < moment else up
