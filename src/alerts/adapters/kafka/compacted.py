"""Following a compacted topic of one partition: what is in force, the same on every worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from alerts.adapters.kafka.clients import stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.ports import Clock, Observer

_LOOK_EVERY = timedelta(seconds=1)
_RETRY_WAIT = timedelta(seconds=2)
_ANSWER_SECONDS = 20.0


class CompactedTopic:
    """Reads a topic from its beginning and goes on; each look takes in whole transactions only."""

    def __init__(self, cluster: Cluster, topic: str, *, clock: Clock, observer: Observer) -> None:
        self._cluster = cluster
        self._where = TopicPartition(cluster.topic(topic), 0)
        self._clock = clock
        self._observer = observer
        self._consumer: AIOKafkaConsumer | None = None
        # What a look that failed had read already.
        self._read: list[Any] = []

    async def look(self) -> tuple[Sequence[Any], datetime]:
        """Return the records since the last look, and the moment as of which they are complete.

        Raises:
            SettingsProblem: The cluster did not answer.
        """
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await self._look()
        except (KafkaError, TimeoutError, OSError) as error:
            raise SettingsProblem(f"the topic {self._where.topic} cannot be read: {error!r}") from error

    async def follow(self, take: Callable[[Sequence[Any], datetime], Any]) -> None:
        """Look once a second and hand over what came, until cancelled.

        Args:
            take: An async function of the records, perhaps none, and the moment as of which they are complete.
        """
        while True:
            await take(*await self.answer())
            await self._clock.sleep(_LOOK_EVERY)

    async def answer(self) -> tuple[Sequence[Any], datetime]:
        """Return what a look gives, once the cluster answers one."""
        while True:
            try:
                return await self.look()
            except SettingsProblem as problem:
                self._observer.warn("What is in force cannot be looked up; work waits for it.", cause=str(problem))
                await self._clock.sleep(_RETRY_WAIT)

    async def close(self) -> None:
        """Stop reading."""
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await stopped(consumer)

    async def _look(self) -> tuple[Sequence[Any], datetime]:
        if self._consumer is None:
            self._consumer = await self._started()
        as_of = self._clock.now()
        # The last stable offset: what lies before it holds no half of a push.
        end = (await self._consumer.end_offsets([self._where]))[self._where]
        while await self._consumer.position(self._where) < end:
            fetched = await self._consumer.getmany(self._where, timeout_ms=500)
            self._read += fetched.get(self._where, ())
        records, self._read = self._read, []
        return records, as_of

    async def _started(self) -> AIOKafkaConsumer:
        consumer = self._cluster.consumer()
        try:
            await consumer.start()
            consumer.assign([self._where])
            await consumer.seek_to_beginning(self._where)
        except BaseException:
            await stopped(consumer)
            raise
        return consumer
