"""Records gathered by partition and sent as batches: several times cheaper than one by one."""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer

from alerts.adapters.kafka.cluster import RECORD_MAX_BYTES
from alerts.adapters.records import RawRecord


class RecordTooLarge(ValueError):
    """A record that no broker of ours would take."""


class Batches:
    """Records of one transaction, by topic and partition, in the order in which they were added."""

    def __init__(self) -> None:
        self._records: dict[tuple[str, int], list[RawRecord]] = {}
        self.targets: list[tuple[str, int]] = []
        self.counts: list[int] = []

    def add(self, topic: str, partition: int, record: RawRecord) -> None:
        """Add a record.

        Raises:
            RecordTooLarge: It is larger than the topics allow.
        """
        size = len(record.value or b"") + len(record.key or b"")
        if size > RECORD_MAX_BYTES:
            raise RecordTooLarge(f"a record for {topic} has {size} bytes, at most {RECORD_MAX_BYTES} are taken")
        self._records.setdefault((topic, partition), []).append(record)

    async def send(self, producer: AIOKafkaProducer) -> list[asyncio.Future[Any]]:
        """Hand everything to the producer; the futures, one a batch in `targets` and `counts`, say where it lies."""
        futures = []
        for target, records in self._records.items():
            futures += await self._send_to(producer, target, records)
        return futures

    async def _send_to(
        self, producer: AIOKafkaProducer, target: tuple[str, int], records: list[RawRecord]
    ) -> list[asyncio.Future[Any]]:
        futures, batch = [], producer.create_batch()
        for record in records:
            if batch.append(key=record.key, value=record.value, headers=list(record.headers), timestamp=None) is None:
                futures.append(await self._submit(producer, batch, target))
                batch = producer.create_batch()
                batch.append(key=record.key, value=record.value, headers=list(record.headers), timestamp=None)
        futures.append(await self._submit(producer, batch, target))
        return futures

    async def _submit(self, producer: AIOKafkaProducer, batch: Any, target: tuple[str, int]) -> asyncio.Future[Any]:
        self.targets.append(target)
        self.counts.append(batch.record_count())
        batch.close()
        future: asyncio.Future[Any] = await producer.send_batch(batch, target[0], partition=target[1])
        return future
