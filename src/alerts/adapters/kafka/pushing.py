"""Writing to the pushed topics: all of a push or nothing of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from uuid import uuid4

from aiokafka.errors import KafkaError

from alerts.adapters.clock import WallClock
from alerts.adapters.kafka.batches import Batches, RecordTooLarge
from alerts.adapters.kafka.clients import all_of, stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.compacted import CompactedTopic
from alerts.adapters.kafka.pushed import changes_of, files_in_force, pushed_record
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.messages import PushedFiles
from alerts.pipeline.ports import Observer

_PUSH_SECONDS = 20.0


async def push(cluster: Cluster, topic: str, pushed: Iterable[PushedFiles]) -> None:
    """Write a push as one transaction.

    Raises:
        SettingsProblem: The cluster did not take it; nothing of it is in force.
    """
    batches = Batches()
    try:
        for one in pushed:
            batches.add(cluster.topic(topic), 0, pushed_record(one))
    except RecordTooLarge as error:
        raise SettingsProblem(f"a pack is too large to be pushed: {error}") from error
    producer = cluster.producer(f"{cluster.settings.prefix}alerts-push-{uuid4().hex}")
    try:
        async with asyncio.timeout(_PUSH_SECONDS):
            await producer.start()
            async with producer.transaction():
                await all_of(await batches.send(producer))
    except (KafkaError, TimeoutError, OSError) as error:
        raise SettingsProblem(f"Kafka did not take the push: {error!r}") from error
    finally:
        await stopped(producer)


async def in_force(cluster: Cluster, topic: str, *, observer: Observer) -> Mapping[str, PushedFiles]:
    """Return what a pushed topic holds, by id.

    Raises:
        SettingsProblem: The cluster did not answer.
    """
    reading = CompactedTopic(cluster, topic, clock=WallClock(), observer=observer)
    try:
        records, _as_of = await reading.look()
    finally:
        await reading.close()
    return files_in_force(changes_of(records, observer))
