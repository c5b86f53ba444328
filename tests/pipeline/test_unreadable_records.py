"""A record that cannot be read is set aside by every stage, once, and never stops its partition."""

from __future__ import annotations

import asyncio

from alerts.adapters import wire
from alerts.domain.alert import ChangeKind
from alerts.domain.report import Report
from alerts.pipeline.deliver import DeliverStage
from alerts.pipeline.messages import DeadLetter, Topic
from alerts.pipeline.partitioner import partition_of
from tests.pipeline.test_deliver import Answering
from tests.pipeline.test_detect_and_track import PACK, closed
from tests.support.memory import MemoryStore
from tests.support.pipeline import Counts, Pipeline, Subscribed, VirtualClock, a_subscription, compiled

JUNK = b'{"id": 5}'


async def write_junk(store: MemoryStore, topic: str, type_name: str, partition: int) -> None:
    """Write what no stage wrote: a record of the right type whose JSON is of no such type."""
    store._records[topic, partition].append(("k", wire.Encoded(type_name, JUNK)))


def letters(store: MemoryStore) -> list[DeadLetter]:
    return [one for one in store.messages(Topic.DEAD_LETTERS) if isinstance(one, DeadLetter)]


async def track_of(*reports: Report) -> Pipeline:
    """Return a pipeline that found junk in each partition of `matches` before the reports came."""
    pipeline = Pipeline(compiled(PACK), a_subscription("desk"))
    for partition in range(pipeline.store.partitions):
        await write_junk(pipeline.store, Topic.MATCHES, "match", partition)
    await pipeline.tick("10:00")
    await pipeline.post(*reports)
    await pipeline.tick("10:01")
    return pipeline


async def test_track_sets_aside_what_is_no_match_and_goes_on() -> None:
    pipeline = await track_of(closed())

    found = letters(pipeline.store)
    assert {letter.origin for letter in found} == {f"matches/{partition}@0" for partition in range(4)}
    assert all(letter.content == JUNK.decode() for letter in found)
    assert [change.kind for change in pipeline.changes()] == [ChangeKind.OPENED]
    assert pipeline.observer.counted["dead_letters matches"] == 4


async def test_it_is_set_aside_once_though_the_stage_starts_again() -> None:
    pipeline = await track_of(closed())

    await pipeline.restart()
    await pipeline.tick("10:05")

    assert len(letters(pipeline.store)) == 4


async def test_deliver_sets_aside_what_is_no_delivery_and_goes_on() -> None:
    pipeline = Pipeline(compiled(PACK), a_subscription("desk"))
    partition = partition_of("desk", pipeline.store.partitions)
    await write_junk(pipeline.store, Topic.DELIVERIES, "delivery", partition)
    await pipeline.tick("10:00")
    await pipeline.post(closed())
    await pipeline.tick("10:01")
    observer, sender = Counts(), Answering(200)
    stage = DeliverStage(
        pipeline.store.session("deliver", Topic.DELIVERIES, partition),
        sender=sender,
        subscriptions=Subscribed([a_subscription("desk")]),
        clock=VirtualClock(),
        observer=observer,
        jitter=lambda: 0.5,
    )

    running = asyncio.create_task(stage.run())
    await sender.tried(1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    (letter,) = letters(pipeline.store)
    assert letter.origin == f"deliveries/{partition}@0"
    assert letter.cause.startswith("not a delivery")
    assert observer.counted["dead_letters deliveries"] == 1
