"""DELIVER over a store, with a sender that the test answers for and a clock that the test sets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.delivery.outcomes import Answer, outcome_of_status
from alerts.delivery.queue import PENDING_MAX
from alerts.domain.alert import AlertChange, ChangeKind
from alerts.domain.ids import AlertId, DeliveryId
from alerts.domain.report import Report
from alerts.domain.subscription import Attempt, Delivery, Endpoint, Outcome
from alerts.pipeline.deliver import DeliverStage
from alerts.pipeline.messages import Topic
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Output
from tests.pipeline.test_detect_and_track import PACK, closed, reopened
from tests.support.builders import at
from tests.support.memory import MemoryStore
from tests.support.pipeline import Counts, Pipeline, Subscribed, VirtualClock, a_subscription, compiled


class Answering:
    """A sender that answers with statuses, one each, the last one for ever, and remembers what it was given."""

    def __init__(self, *statuses: int, retry_after: str | None = None) -> None:
        self.sent: list[Delivery] = []
        self._statuses = list(statuses)
        self._retry_after = retry_after
        self._changed = asyncio.Condition()

    async def send(self, endpoint: Endpoint, delivery: Delivery, *, now: datetime) -> Answer:
        async with self._changed:
            status = self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]
            self.sent.append(delivery)
            self._changed.notify_all()
        return Answer(
            outcome=outcome_of_status(status),
            duration=timedelta(milliseconds=3),
            status=status,
            retry_after=self._retry_after if status >= 400 else None,
        )

    async def tried(self, count: int) -> None:
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: len(self.sent) >= count)

    def kinds(self) -> list[ChangeKind]:
        return [delivery.change.kind for delivery in self.sent]


class Hanging(Answering):
    """A sender that gets no answer until the test lets it."""

    def __init__(self) -> None:
        super().__init__(204)
        self.answers = asyncio.Event()

    async def send(self, endpoint: Endpoint, delivery: Delivery, *, now: datetime) -> Answer:
        answer = await super().send(endpoint, delivery, now=now)
        await self.answers.wait()
        return answer


@asynccontextmanager
async def delivering(store: MemoryStore, sender: Answering, clock: VirtualClock) -> AsyncIterator[Counts]:
    """Run DELIVER on the partition of the one endpoint; leaving the block is a kill."""
    observer = Counts()
    stage = DeliverStage(
        store.session("deliver", Topic.DELIVERIES, partition_of("desk", store.partitions)),
        sender=sender,
        subscriptions=Subscribed([a_subscription("desk")]),
        clock=clock,
        observer=observer,
        jitter=lambda: 0.5,
    )
    running = asyncio.create_task(stage.run())
    try:
        yield observer
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def store_with(*reports: Report) -> MemoryStore:
    """Return a store whose deliveries are what the reports made TRACK send."""
    pipeline = Pipeline(compiled(PACK), a_subscription("desk"))
    for report in reports:
        await pipeline.post(report)
    return pipeline.store


async def attempts(store: MemoryStore, count: int) -> list[Attempt]:
    """Return the attempts on record once there are `count`."""
    async with asyncio.timeout(20):
        while len(found := [one for one in store.messages(Topic.ATTEMPTS) if isinstance(one, Attempt)]) < count:
            await store.wait_for_growth(timedelta(seconds=20))
    return found


async def test_a_delivery_is_sent_once_and_its_attempt_is_on_record() -> None:
    store, sender = await store_with(closed()), Answering(204)

    async with delivering(store, sender, VirtualClock()):
        (attempt,) = await attempts(store, 1)

    assert sender.kinds() == [ChangeKind.OPENED]
    assert (attempt.outcome, attempt.number, attempt.status) == (Outcome.DELIVERED, 1, 204)


async def test_a_delivered_one_is_not_sent_again_after_a_restart() -> None:
    store, clock = await store_with(closed()), VirtualClock()
    async with delivering(store, Answering(204), clock):
        await attempts(store, 1)
    again = Answering(204)
    await store.append(_one_more(store))

    async with delivering(store, again, clock):
        await again.tried(1)

    assert again.kinds() == [ChangeKind.RESOLVED]


async def test_c19_a_date_to_wait_for_is_kept_through_a_kill() -> None:
    clock = VirtualClock()
    store = await store_with(closed())
    async with delivering(store, Answering(503, retry_after="Sat, 01 Mar 2025 10:03:00 GMT"), clock):
        (attempt,) = await attempts(store, 1)
    assert attempt.next_attempt_at == at("10:03")
    after = Answering(204)

    clock.at = at("10:02")
    async with delivering(store, after, clock):
        await store.wait_for_growth(timedelta(milliseconds=1))
        assert after.sent == []
        clock.at = at("10:03")
        await after.tried(1)

    assert after.sent[0].id == attempt.delivery_id


async def test_c20_the_last_word_is_the_opening_of_the_second_life() -> None:
    """Shut, reopened and shut again while the endpoint was down."""
    store = await store_with(closed(), reopened("2", received="10:05"), closed("3", received="10:08"))
    clock, sender = VirtualClock(at("10:10")), Answering(204)

    async with delivering(store, sender, clock):
        found = await attempts(store, 3)

    last = sender.sent[-1].change
    assert last.kind is ChangeKind.OPENED
    assert last.alert.previous == _first(store).alert.id
    assert {attempt.outcome for attempt in found} <= {Outcome.DELIVERED, Outcome.SUPERSEDED}
    lives = [delivery.change.alert.life for delivery in sender.sent]
    assert lives == sorted(lives)


async def test_a_burst_past_the_queues_bound_drops_nothing_of_a_living_endpoint() -> None:
    """What a living endpoint has no room for waits in the log."""
    store, sender = await store_with(closed()), Answering(204)
    (first,) = [one for one in store.messages(Topic.DELIVERIES) if isinstance(one, Delivery)]
    await store.append([_like(first, number) for number in range(PENDING_MAX * 2)])

    async with delivering(store, sender, VirtualClock()):
        found = await attempts(store, PENDING_MAX * 2 + 1)

    assert {attempt.outcome for attempt in found} == {Outcome.DELIVERED}


async def test_what_was_in_flight_when_work_stopped_is_sent_again_when_it_goes_on() -> None:
    """A partition that comes back with what its stage remembers (a rebalance) waits for no answer of before."""
    store, sender = await store_with(closed()), Hanging()
    stage = DeliverStage(
        store.session("deliver", Topic.DELIVERIES, partition_of("desk", store.partitions)),
        sender=sender,
        subscriptions=Subscribed([a_subscription("desk")]),
        clock=VirtualClock(),
        observer=Counts(),
        jitter=lambda: 0.5,
    )
    await stage.restore()
    working = asyncio.create_task(stage.work())
    await sender.tried(1)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    sender.answers.set()
    working = asyncio.create_task(stage.work())
    (attempt,) = await attempts(store, 1)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)

    assert attempt.outcome is Outcome.DELIVERED
    assert [delivery.id for delivery in sender.sent] == [attempt.delivery_id] * 2


async def test_what_waits_for_a_removed_subscription_ends_on_record() -> None:
    store = await store_with(closed())
    observer = Counts()
    stage = DeliverStage(
        store.session("deliver", Topic.DELIVERIES, partition_of("desk", store.partitions)),
        sender=Answering(204),
        subscriptions=Subscribed(),
        clock=VirtualClock(),
        observer=observer,
        jitter=lambda: 0.5,
    )
    running = asyncio.create_task(stage.run())
    (attempt,) = await attempts(store, 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert (attempt.outcome, attempt.error) == (Outcome.GAVE_UP, "its subscription was removed")


def _first(store: MemoryStore) -> AlertChange:
    (first,) = [one for one in store.messages(Topic.ALERTS) if isinstance(one, AlertChange) and one.alert.revision == 1
                and one.alert.life == 1]  # fmt: skip
    return first


def _like(delivery: Delivery, number: int) -> Output:
    """Return a delivery about another crossing."""
    alert = delivery.change.alert
    key = replace(alert.key, by=(("place.site", f"Post {number}"),))
    change = replace(delivery.change, alert=replace(alert, id=AlertId(f"a_{number}"), key=key))
    return Output(Topic.DELIVERIES, "desk", replace(delivery, id=DeliveryId(f"d_{number}"), change=change))


def _one_more(store: MemoryStore) -> Sequence[Output]:
    first = _first(store)
    ended = replace(first, kind=ChangeKind.RESOLVED, alert=replace(first.alert, revision=2))
    (delivery,) = [one for one in store.messages(Topic.DELIVERIES) if isinstance(one, Delivery)]
    return [Output(Topic.DELIVERIES, "desk", replace(delivery, id=DeliveryId("d_2"), change=ended))]
