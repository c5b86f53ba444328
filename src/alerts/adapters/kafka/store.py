"""The log of a Kafka cluster for appends from outside the stages, and sessions taken by hand for tools and tests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Self
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from aiokafka.errors import IllegalOperation, KafkaError

from alerts.adapters.kafka.batches import Batches, RecordTooLarge
from alerts.adapters.kafka.clients import all_of, stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.doubt import EndsWatch
from alerts.adapters.kafka.session import KafkaSession
from alerts.adapters.kafka.where import Where
from alerts.adapters.records import write_record
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Observer, Output, StoreFull

_APPEND_SECONDS = 20.0


class KafkaLog:
    """Appends to the cluster; implements the Log port. Use as an async context manager.

    Without `atomic` an append that fails may have been kept in part: enough for ticks, and several times cheaper.
    """

    def __init__(self, cluster: Cluster, *, atomic: bool = True) -> None:
        self._cluster = cluster
        # A name of its own: another process with the same one would fence this one.
        self._name = f"{cluster.settings.prefix}alerts-append-{uuid4().hex}" if atomic else None
        self._producer: AIOKafkaProducer | None = None
        self._ends: EndsWatch | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._drop()

    async def append(self, outputs: Sequence[Output]) -> None:
        """Make records durable, all or none.

        Raises:
            StoreFull: The cluster did not take them. What was sent may still be there if it did not answer in time.
        """
        if not outputs:
            return
        batches = Batches()
        try:
            for output in outputs:
                batches.add(
                    self._cluster.topic(output.topic),
                    self._partition_for(output),
                    write_record(output.message, key=output.key),
                )
        except RecordTooLarge as error:
            raise StoreFull(str(error)) from error
        async with self._turn:
            await self._append(batches)

    async def _append(self, batches: Batches) -> None:
        try:
            async with asyncio.timeout(_APPEND_SECONDS):
                if self._producer is None:
                    self._producer = self._cluster.producer(self._name)
                    self._ends = EndsWatch(self._producer)
                    await self._producer.start()
                await self._send(self._producer, batches)
        except (KafkaError, IllegalOperation, TimeoutError, OSError) as error:
            await self._drop()
            raise StoreFull(f"Kafka did not take the records: {error!r}") from error
        if self._ends is not None and self._ends.is_in_doubt:
            await self._drop()

    async def _send(self, producer: AIOKafkaProducer, batches: Batches) -> None:
        if self._name is None:
            await all_of(await batches.send(producer))
            return
        async with producer.transaction():
            await all_of(await batches.send(producer))

    def _partition_for(self, output: Output) -> int:
        return partition_of(output.key, self._cluster.partitions) if output.partition is None else output.partition

    async def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await stopped(producer)


class KafkaStore(KafkaLog):
    """The log, and sessions that take a partition over at once, whoever has it."""

    def __init__(self, cluster: Cluster, *, observer: Observer) -> None:
        super().__init__(cluster)
        self.partitions = cluster.partitions
        self._observer = observer
        self._sessions: list[KafkaSession] = []

    async def __aexit__(self, *exc: object) -> None:
        await asyncio.gather(*(session.close() for session in self._sessions))
        await super().__aexit__(*exc)

    def session(self, stage: str, topic: str, partition: int) -> KafkaSession:
        """Take over one partition of a topic for a stage; who holds it is fenced when the session is restored."""
        session = KafkaSession(self._cluster, Where(stage, topic, partition), observer=self._observer)
        self._sessions.append(session)
        return session
