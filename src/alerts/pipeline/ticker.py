"""Writing the time into the log: once a second, and at once when a match waits for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from alerts.pipeline.ingest import ticks
from alerts.pipeline.ports import Clock, Log, Observer, StoreFull

TICK = timedelta(seconds=1)

# Between two ticks that were asked for. A tick costs a record in each input partition, and for each of these a time
# mark in each partition of `matches`.
URGED_GAP = timedelta(milliseconds=20)


class Ticker:
    """Writes ticks into every partition of every input topic."""

    def __init__(
        self, log: Log, *, partitions: int, clock: Clock, observer: Observer, urged_gap: timedelta = URGED_GAP
    ) -> None:
        self._log = log
        self._partitions = partitions
        self._clock = clock
        self._observer = observer
        self._urged_gap = urged_gap
        self._urged = asyncio.Event()

    def urge(self) -> None:
        """Ask for a tick now; returns at once."""
        self._urged.set()

    async def run(self) -> None:
        """Write ticks until cancelled."""
        while True:
            self._urged.clear()
            await self._write()
            await self._clock.sleep(self._urged_gap)
            try:
                async with asyncio.timeout((TICK - self._urged_gap).total_seconds()):
                    await self._urged.wait()
            except TimeoutError:
                continue

    async def _write(self) -> None:
        try:
            await self._log.append(ticks(self._clock.now(), self._partitions))
            self._observer.gauge("store_full", 0)
        except StoreFull as fault:
            self._observer.gauge("store_full", 1)
            self._observer.warn("The store is full: time stands still until there is room.", cause=str(fault))
