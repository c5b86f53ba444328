"""Ticks go into the log once a second, and at once when somebody waits for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest_asyncio

from alerts.pipeline.messages import Tick, Topic
from alerts.pipeline.ticker import URGED_GAP, Ticker
from tests.support.memory import MemoryStore
from tests.support.pipeline import Counts, VirtualClock


class Ticking:
    """A ticker at work on a store of one partition."""

    def __init__(self) -> None:
        self.store = MemoryStore(partitions=1)
        self.clock = VirtualClock()
        self.ticker = Ticker(self.store, partitions=1, clock=self.clock, observer=Counts())

    async def until(self, count: int) -> list[datetime]:
        """Return the times of the ticks in one partition once there are so many."""
        async with asyncio.timeout(20):
            while len(times := self._times()) < count:
                await self.store.wait_for_growth(timedelta(seconds=20))
        return times

    def _times(self) -> list[datetime]:
        return [one.at for one in self.store.messages(Topic.NOTICES) if isinstance(one, Tick)]


@pytest_asyncio.fixture
async def ticking() -> AsyncIterator[Ticking]:
    at_work = Ticking()
    running = asyncio.create_task(at_work.ticker.run())
    yield at_work
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_time_is_written_at_the_start_and_into_every_input_topic(ticking: Ticking) -> None:
    (first,) = await ticking.until(1)

    assert ticking.store.messages(Topic.REPORTS) == [Tick(at=first)]


async def test_a_tick_that_is_asked_for_comes_at_once_and_one_for_all_who_ask(ticking: Ticking) -> None:
    await ticking.until(1)
    begun = asyncio.get_running_loop().time()

    ticking.ticker.urge()
    ticking.ticker.urge()
    first, second = await ticking.until(2)

    assert asyncio.get_running_loop().time() - begun < 0.5
    assert second - first == URGED_GAP


async def test_without_being_asked_it_ticks_once_a_second(ticking: Ticking) -> None:
    begun = asyncio.get_running_loop().time()

    await ticking.until(2)

    assert asyncio.get_running_loop().time() - begun > 0.9
