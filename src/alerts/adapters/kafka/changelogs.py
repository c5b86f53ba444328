"""Reading one partition of a changelog: the state that a stage keeps over one partition of its input."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from alerts.adapters.kafka.clients import stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.rows import apply_row

_FETCH_BYTES = 16 * 1024 * 1024
_ROWS_AT_ONCE = 5_000


class Kept(NamedTuple):
    """What a changelog holds."""

    state: dict[str, Any]
    end: int
    """Where it ended when it was read, the marks of transactions included."""


class Changelog:
    """One partition of a changelog. Faults are the client's own."""

    def __init__(self, cluster: Cluster, partition: TopicPartition) -> None:
        self._cluster = cluster
        self._partition = partition

    async def read(self, progressed: Callable[[], None]) -> Kept:
        """Read all of it.

        Args:
            progressed: Called with every batch; what it raises ends the reading.
        """
        state: dict[str, Any] = {}
        async with self._consuming() as consumer:
            end = await self._end(consumer)
            await consumer.seek_to_beginning(self._partition)
            while await consumer.position(self._partition) < end:
                progressed()
                fetched = await consumer.getmany(self._partition, timeout_ms=1000, max_records=_ROWS_AT_ONCE)
                for raw in fetched.get(self._partition, ()):
                    apply_row(state, raw.key, raw.value, raw.headers)
                await asyncio.sleep(0)
        return Kept(state, end)

    async def end(self) -> int:
        """Return where it ends now."""
        async with self._consuming() as consumer:
            return await self._end(consumer)

    @asynccontextmanager
    async def _consuming(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = self._cluster.consumer(max_partition_fetch_bytes=_FETCH_BYTES)
        await consumer.start()
        try:
            consumer.assign([self._partition])
            yield consumer
        finally:
            await stopped(consumer)

    async def _end(self, consumer: AIOKafkaConsumer) -> int:
        ends: dict[TopicPartition, int] = await consumer.end_offsets([self._partition])
        return ends[self._partition]
