"""Looking at an installation from outside its workers: how far they are, and what topics hold.

Reads topics whole, so it is for looking at a small installation (the demo), not for work.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Self

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from alerts.adapters.kafka.clients import stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.rows import POSITION_KEY, apply_row
from alerts.adapters.kafka.topics import changelog
from alerts.adapters.records import read_record
from alerts.delivery.pending import PendingDelivery
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.embedded import STAGE_TOPICS
from alerts.pipeline.messages import Message, Unreadable

_ANSWER_SECONDS = 20.0


class KafkaView:
    """Reads an installation's topics; never writes to them. Use as an async context manager."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._consumer: AIOKafkaConsumer = cluster.consumer(fetch_max_wait_ms=50)
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        try:
            await self._consumer.start()
        except (KafkaError, OSError) as error:
            await stopped(self._consumer)
            raise SettingsProblem(f"the cluster cannot be looked at: {error!r}") from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await stopped(self._consumer)

    async def ends(self, topic: str) -> Mapping[int, int]:
        """Return the offset behind the last committed record of each partition of a topic that has any.

        A transaction's mark behind that record is no record: no reader comes past it before the next one.
        """
        return {raw.partition: raw.offset + 1 async for raw in self._records(topic)}

    async def has_read(self, stage: str, topic: str, ends: Mapping[int, int]) -> bool:
        """Return whether a stage has committed past given ends of a topic."""
        positions: dict[int, int] = {}
        async for raw in self._records(changelog(stage, topic)):
            if raw.key == POSITION_KEY.encode() and raw.value is not None:
                positions[raw.partition] = int(raw.value)
        return all(positions.get(partition, 0) >= end for partition, end in ends.items())

    async def nothing_to_deliver(self) -> bool:
        """Return whether no delivery waits for its endpoint."""
        state: dict[str, Any] = {}
        for topic in STAGE_TOPICS["deliver"]:
            async for raw in self._records(changelog("deliver", topic)):
                if raw.key != POSITION_KEY.encode():
                    apply_row(state, raw.key, raw.value, raw.headers)
        return not any(isinstance(value, PendingDelivery) for value in state.values())

    async def messages(self, topic: str) -> list[Message | Unreadable]:
        """Return every committed record of a topic by partition and offset."""
        return [
            read_record(topic, key=raw.key, value=raw.value, headers=raw.headers, timestamp=raw.timestamp)
            async for raw in self._records(topic)
        ]

    async def _records(self, topic: str) -> AsyncIterator[Any]:
        for number in range(self._cluster.partitions):
            for raw in await self._of(TopicPartition(self._cluster.topic(topic), number)):
                yield raw

    async def _of(self, partition: TopicPartition) -> list[Any]:
        try:
            async with self._turn, asyncio.timeout(_ANSWER_SECONDS):
                return await self._read(partition)
        except (KafkaError, TimeoutError, OSError) as error:
            raise SettingsProblem(f"the topic {partition.topic} cannot be read: {error!r}") from error

    async def _read(self, partition: TopicPartition) -> list[Any]:
        self._consumer.assign([partition])
        end = (await self._consumer.end_offsets([partition]))[partition]
        await self._consumer.seek_to_beginning(partition)
        records: list[Any] = []
        while await self._consumer.position(partition) < end:
            records += (await self._consumer.getmany(partition, timeout_ms=500)).get(partition, ())
        return records
