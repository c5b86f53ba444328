"""The dead letters of a cluster, read beside the workers: in no group, committing nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import datetime
from typing import Any, Self, TypeVar

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from alerts.adapters.kafka.clients import stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.records import read_record
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.letters import KeptLetter, Place
from alerts.pipeline.messages import DeadLetter, Topic

# Letters held at once: each may have some mebibytes.
_PAGE = 20
_FETCH_BYTES = 4 * 1024 * 1024

_ANSWER_SECONDS = 20.0
_FETCH_WAIT_MS = 500

_T = TypeVar("_T")


class KafkaLetters:
    """Implements the DeadLetterSource port over the topic `dead-letters`. Use as an async context manager."""

    def __init__(self, cluster: Cluster) -> None:
        self._consumer: AIOKafkaConsumer = cluster.consumer(max_partition_fetch_bytes=_FETCH_BYTES)
        self._topic = cluster.topic(Topic.DEAD_LETTERS)
        self._partitions = [TopicPartition(self._topic, number) for number in range(cluster.partitions)]

    async def __aenter__(self) -> Self:
        try:
            await self._answer(self._consumer.start())
        except SettingsProblem:
            await stopped(self._consumer)
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await stopped(self._consumer)

    async def letters(self, *, since: datetime | None = None) -> AsyncIterator[KeptLetter]:
        """Return all letters, or those set aside at `since` or later, by partition and offset.

        Raises:
            SettingsProblem: The cluster does not answer, or has no such topic.
        """
        ends = await self._answer(self._consumer.end_offsets(self._partitions))
        for where, start in sorted((await self._starts(since, ends)).items()):
            async for raw in self._records(where, start, ends[where]):
                letter = _letter(raw)
                if letter is not None:
                    yield KeptLetter(Place(raw.partition, raw.offset), letter)

    async def letter(self, place: Place) -> DeadLetter | None:
        """Return the letter at a place, None when there is none (any more).

        Raises:
            SettingsProblem: The cluster does not answer, or has no such topic.
        """
        where = TopicPartition(self._topic, place.partition)
        if where not in self._partitions:
            return None
        first = (await self._answer(self._consumer.beginning_offsets([where])))[where]
        end = (await self._answer(self._consumer.end_offsets([where])))[where]
        if not first <= place.offset < end:
            return None
        async for raw in self._records(where, place.offset, end):
            return _letter(raw) if raw.offset == place.offset else None
        return None

    async def _starts(self, since: datetime | None, ends: dict[TopicPartition, int]) -> dict[TopicPartition, int]:
        if since is None:
            firsts: dict[TopicPartition, int] = await self._answer(self._consumer.beginning_offsets(self._partitions))
            return firsts
        at = round(since.timestamp() * 1000)
        found = await self._answer(self._consumer.offsets_for_times(dict.fromkeys(self._partitions, at)))
        return {where: found[where].offset if found.get(where) else ends[where] for where in self._partitions}

    async def _records(self, where: TopicPartition, start: int, end: int) -> AsyncIterator[Any]:
        """Yield the committed records of a part of a partition."""
        self._consumer.assign([where])
        self._consumer.seek(where, start)
        while await self._answer(self._consumer.position(where)) < end:
            came = await self._answer(self._consumer.getmany(where, timeout_ms=_FETCH_WAIT_MS, max_records=_PAGE))
            for raw in came.get(where, ()):
                if raw.offset < end:
                    yield raw

    async def _answer(self, asked: Awaitable[_T]) -> _T:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await asked
        except (KafkaError, TimeoutError, OSError) as error:
            raise SettingsProblem(f"the topic {self._topic} cannot be read: {error!r}") from error


def _letter(raw: Any) -> DeadLetter | None:
    """Return a letter; None for one of a version that this one cannot read."""
    message = read_record(
        Topic.DEAD_LETTERS, key=raw.key, value=raw.value, headers=raw.headers, timestamp=raw.timestamp
    )
    return message if isinstance(message, DeadLetter) else None
