"""What DELIVER shows of what waits: the truth of now, not of the last try."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from alerts.pipeline.deliver import DeliverStage
from alerts.pipeline.messages import Topic
from alerts.pipeline.partitioner import partition_of
from tests.pipeline.test_deliver import Answering, store_with
from tests.pipeline.test_detect_and_track import closed
from tests.support.pipeline import Counts, Subscribed, VirtualClock, a_subscription

OLDEST = "oldest_pending_delivery_seconds desk"


@dataclass
class Gauges(Counts):
    """An observer that can be waited for."""

    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        super().gauge(name, value, **labels)
        self.changed.set()

    async def until(self, name: str, holds: Callable[[float], bool]) -> float:
        async with asyncio.timeout(20):
            while not holds(self.counted.get(name, -1)):
                self.changed.clear()
                await self.changed.wait()
        return self.counted[name]


async def test_the_age_of_what_waits_grows_between_the_tries() -> None:
    """After many failures the next try is two hours away; whoever is to be woken is not told then."""
    store = await store_with(closed())
    observer, clock, sender = Gauges(), VirtualClock(), Answering(503)
    stage = DeliverStage(
        store.session("deliver", Topic.DELIVERIES, partition_of("desk", store.partitions)),
        sender=sender,
        subscriptions=Subscribed([a_subscription("desk")]),
        clock=clock,
        observer=observer,
        jitter=lambda: 0.5,
    )
    running = asyncio.create_task(stage.run())
    await sender.tried(1)
    first = await observer.until(OLDEST, lambda age: age >= 0)

    clock.at += timedelta(seconds=2)
    second = await observer.until(OLDEST, lambda age: age >= first + 2)

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert second == first + 2
    assert len(sender.sent) == 1
    assert observer.counted["pending_deliveries desk"] == 1
