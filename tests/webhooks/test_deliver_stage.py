"""DELIVER with the real sender and a real receiver: killed, throttled, kept waiting. The clock is the test's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime

from alerts.adapters.webhooks import WebhookSender
from alerts.delivery.signing import SigningKey
from alerts.domain.ids import EndpointId
from alerts.domain.subscription import Attempt, Delivery, Outcome, Subscription
from alerts.pipeline.deliver import DeliverStage
from alerts.pipeline.messages import Topic
from alerts.pipeline.ports import Output
from tests.delivery.builders import NOON, an_endpoint, opened, resolved, updated
from tests.support.memory import MemoryStore
from tests.support.pipeline import Counts, Subscribed, VirtualClock
from tests.support.receiver import Receiver, answer, say_nothing

KEYS = {EndpointId("desk"): (SigningKey(b"0123456789abcdef01234567"),)}


class Sending:
    """One partition of DELIVER over a store that outlives it."""

    def __init__(self, receiver: Receiver) -> None:
        endpoint = an_endpoint(receiver.url, allow_private_network=True)
        self.subscribed = Subscribed((Subscription(id="desk", endpoint=endpoint),))
        self.store = MemoryStore(partitions=1)
        self.clock = VirtualClock(NOON)

    async def put(self, *deliveries: Delivery) -> None:
        await self.store.append([Output(Topic.DELIVERIES, one.endpoint_id, one) for one in deliveries])

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the stage; on leaving it is killed, with all that only it knew."""
        async with WebhookSender(source="/alerts", keys=lambda: KEYS) as sender:
            stage = DeliverStage(
                self.store.session("deliver", Topic.DELIVERIES, 0),
                sender=sender,
                subscriptions=self.subscribed,
                clock=self.clock,
                observer=Counts(),
                jitter=lambda: 0.5,
            )
            task = asyncio.create_task(stage.run())
            try:
                yield
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def attempts(self) -> list[Attempt]:
        return [one for one in self.store.messages(Topic.ATTEMPTS) if isinstance(one, Attempt)]

    async def recorded(self, count: int) -> list[Attempt]:
        """Return the attempts once there are `count`."""
        async with asyncio.timeout(20):
            while len(self.attempts()) < count:
                await self.store.wait_for_growth(timedelta(seconds=1))
        return self.attempts()

    async def pass_time_until_recorded(self, count: int, *, at_most: timedelta) -> list[Attempt]:
        """Move the clock on to each next attempt until there are `count` records."""
        end = self.clock.at + at_most
        while len(found := self.attempts()) < count:
            assert self.clock.at < end, found
            self.clock.at += timedelta(seconds=5)
            await self.store.wait_for_growth(timedelta(milliseconds=50))
        return found


def heard(receiver: Receiver, statuses: Sequence[int]) -> list[str]:
    """Return the ids of what the receiver answered 2xx to."""
    answered = zip(receiver.requests, statuses, strict=False)
    return [json.loads(request.body)["id"] for request, status in answered if 200 <= status < 300]


async def test_c19_a_date_holds_for_the_whole_endpoint_and_after_a_kill() -> None:
    """C19: 503 until 12:03; killed at once; at 12:02:59 nothing is sent, at 12:03 everything."""
    until = NOON + timedelta(minutes=3)
    async with Receiver(answer(503, f"Retry-After: {format_datetime(until, usegmt=True)}"), answer(204)) as receiver:
        sending = Sending(receiver)
        await sending.put(opened("Jaber"))
        async with sending.running():
            (first,) = await sending.recorded(1)

        sending.clock.at = until - timedelta(seconds=1)
        await sending.put(opened("Nasib"), updated("Nasib", revision=2), updated("Nasib", revision=3))
        async with sending.running():
            # The superseded update is on record once the new deliveries were folded: the stage has had its chance.
            await sending.recorded(2)
            asked_before = len(receiver.requests)
            sending.clock.at = until
            await receiver.arrived(4)

    assert first.next_attempt_at == until
    assert asked_before == 1
    assert len(receiver.requests) == 4


async def test_c20_the_last_word_over_a_real_socket_is_that_it_is_open_again() -> None:
    """C20: three tries fail while an alert opens, ends and is born again; what is then heard is heard in order."""
    first, end, second = opened(), resolved(), opened(life=2)
    script = (500, 500, 500, 204)
    async with Receiver(*(answer(status) for status in script)) as receiver:
        sending = Sending(receiver)
        await sending.put(first, end, second)
        async with sending.running():
            await sending.pass_time_until_recorded(6, at_most=timedelta(minutes=10))

    assert heard(receiver, [*script, 204, 204]) == [first.id, end.id, second.id]


async def test_a_storm_of_429_is_answered_with_patience() -> None:
    """Forty alerts, an endpoint that wants one a minute: it is left alone, and in the end has them all."""
    alerts = [opened(f"crossing {number}") for number in range(40)]
    throttled = [answer(429, "Retry-After: 60")] * 8
    async with Receiver(*throttled, answer(204)) as receiver:
        sending = Sending(receiver)
        await sending.put(*alerts)
        async with sending.running():
            await sending.recorded(1)
            attempts = await sending.pass_time_until_recorded(48, at_most=timedelta(hours=1))

    delivered = [one for one in attempts if one.outcome is Outcome.DELIVERED]
    assert {one.delivery_id for one in delivered} == {one.id for one in alerts}
    assert len(receiver.requests) == 48
    assert _span(attempts) >= timedelta(minutes=4)


async def test_a_try_cut_off_by_a_kill_is_made_again_under_the_same_id() -> None:
    """The receiver has it, the sender died before it knew: at least once, with an id to drop the double by."""
    async with Receiver(say_nothing, answer(204)) as receiver:
        sending = Sending(receiver)
        await sending.put(opened())
        async with sending.running():
            await receiver.arrived(1)

        async with sending.running():
            (attempt,) = await sending.recorded(1)

    before, again = receiver.requests
    assert before.body == again.body
    assert before.headers["webhook-id"] == again.headers["webhook-id"] == attempt.delivery_id


async def test_a_dead_endpoint_does_not_hold_up_another() -> None:
    """One partition, two endpoints: the healthy one hears at once."""
    async with Receiver(say_nothing) as dead, Receiver(answer(204)) as healthy:
        sending = Sending(healthy)
        other = an_endpoint(dead.url, name="dead", allow_private_network=True)
        sending.subscribed.subscriptions = (*sending.subscribed.subscriptions, Subscription(id="d", endpoint=other))
        stuck = [_to("dead", opened(f"crossing {number}")) for number in range(20)]
        await sending.put(*stuck, opened())
        async with sending.running():
            await healthy.arrived(1)

    assert len(healthy.requests) == 1


def _to(endpoint: str, delivery: Delivery) -> Delivery:
    return Delivery(id=delivery.id, endpoint_id=EndpointId(endpoint), subscription_id=endpoint, change=delivery.change)


def _span(attempts: Sequence[Attempt]) -> timedelta:
    moments: list[datetime] = [one.attempted_at for one in attempts]
    return max(moments) - min(moments)
