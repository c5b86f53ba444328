"""Writing the time into the log: once a second, and at once when a match waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import timedelta

from alerts.pipeline.ingest import ticks
from alerts.pipeline.ports import Clock, Log, Observer, StoreFull

TICK = timedelta(seconds=1)

# Between two ticks that were asked for. A tick costs a record in each input partition, and for each of these a time
# mark in each partition of `matches`.
URGED_GAP = timedelta(milliseconds=20)


class Ticker:
    """Writes ticks into the partitions of the input topics."""

    def __init__(
        self,
        log: Log,
        *,
        partitions: int,
        clock: Clock,
        observer: Observer,
        every: timedelta = TICK,
        urged_gap: timedelta = URGED_GAP,
        owned: Callable[[], Iterable[tuple[str, int]]] | None = None,
    ) -> None:
        """Make a ticker that has not begun.

        Args:
            log: Where ticks are written.
            partitions: Partitions of each topic.
            clock: Says what time it is.
            observer: Is told when time cannot be written.
            every: The time between two ticks that nobody asked for.
            urged_gap: The least time between two ticks.
            owned: The input partitions, by topic and number, that get the ticks nobody asked for from here; all of them
                when left out. One that was asked for goes to all, whoever owns them.
        """
        self._log = log
        self._partitions = partitions
        self._clock = clock
        self._observer = observer
        self._every = every
        self._urged_gap = urged_gap
        self._owned = owned
        self._urged = asyncio.Event()

    def urge(self) -> None:
        """Ask for a tick now; returns at once."""
        self._urged.set()

    async def run(self) -> None:
        """Write ticks until cancelled."""
        urged = False
        while True:
            self._urged.clear()
            await self._write(everywhere=urged)
            await self._clock.sleep(self._urged_gap)
            urged = await self._is_urged()

    async def _is_urged(self) -> bool:
        """Return when the next tick is due, and whether somebody asked for it."""
        try:
            async with asyncio.timeout((self._every - self._urged_gap).total_seconds()):
                await self._urged.wait()
        except TimeoutError:
            return False
        return True

    async def _write(self, *, everywhere: bool) -> None:
        due = ticks(self._clock.now(), self._partitions)
        if self._owned is not None and not everywhere:
            owned = set(self._owned())
            due = [tick for tick in due if (tick.topic, tick.partition) in owned]
        try:
            await self._log.append(due)
            self._observer.gauge("store_full", 0)
        except StoreFull as fault:
            self._observer.gauge("store_full", 1)
            self._observer.warn("The store is full: time stands still until there is room.", cause=str(fault))
