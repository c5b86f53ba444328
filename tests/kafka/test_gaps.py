"""Records deleted before they were read, seen from a stage's own side (case C14, part b)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.group import StageGroup
from alerts.adapters.kafka.session import KafkaSession
from alerts.adapters.kafka.store import KafkaStore
from alerts.pipeline.detect import DetectStage
from alerts.pipeline.messages import Tick, Topic
from alerts.pipeline.ports import Epoch, Output
from tests.kafka.desk import DESK_PACK
from tests.support.builders import at
from tests.support.kafka_process import delete_before, until
from tests.support.pipeline import Counts, GivenEvents, RulesOverTime, compiled

_SOON = timedelta(seconds=10)


async def test_a_stage_is_not_ready_before_it_has_worked_what_was_left(cluster: Cluster) -> None:
    """Its gate held shut, the stage is assigned and restored, and says that it is not ready; then it works, and is."""
    await _work_and_lose(cluster)
    gate, observer = asyncio.Event(), Counts()

    async with _detecting(cluster, observer, gate) as group:
        await until(lambda: len(group.works) == 4 and all(work.restored for work in group.works.values()))
        before = group.is_ready
        gate.set()
        await until(lambda: group.is_ready)

    assert before is False
    assert observer.counted["input_gap_records notices"] == 2


async def _work_and_lose(cluster: Cluster) -> None:
    """Work one tick of four, then have two of the others deleted unread."""
    async with KafkaStore(cluster, observer=Counts()) as store:
        await store.append([Output(Topic.NOTICES, "tick", Tick(at=at(f"10:0{number}")), 0) for number in range(4)])
        session = store.session("detect", Topic.NOTICES, 0)
        await session.restore()
        await session.commit(Epoch(position=1))
    await delete_before(cluster, Topic.NOTICES, 0, 3)


@asynccontextmanager
async def _detecting(cluster: Cluster, observer: Counts, gate: asyncio.Event) -> AsyncIterator[StageGroup]:
    rules = RulesOverTime()
    rules.ruleset = compiled(DESK_PACK)

    async def opened() -> None:
        await gate.wait()

    def stage(session: KafkaSession) -> DetectStage:
        return DetectStage(
            session, reader=GivenEvents(), matcher=rules, observer=observer, partitions=cluster.partitions
        )

    group = StageGroup(cluster, "detect", [Topic.NOTICES], make=stage, observer=observer, gate=opened)
    running = asyncio.create_task(group.run())
    try:
        yield group
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_topic_that_was_made_anew_is_told_of_and_read_from_its_beginning(cluster: Cluster) -> None:
    """A position past the end of the input is no gap: nothing counts as lost, and what is there is read."""
    observer = Counts()
    async with KafkaStore(cluster, observer=observer) as store:
        session = store.session("detect", Topic.NOTICES, 0)
        await session.restore()
        await session.commit(Epoch(position=40))
        await store.append([Output(Topic.NOTICES, "tick", Tick(at=at("10:00")), 0)])

        again = store.session("detect", Topic.NOTICES, 0)
        await again.restore()
        read = [*await again.read(max_records=10, wait=_SOON), *await again.read(max_records=10, wait=_SOON)]

    assert [record.message for record in read] == [Tick(at=at("10:00"))]
    assert "input_gap_records notices" not in observer.counted
    assert any(sentence.startswith("The topic ends before what was read of it") for sentence in observer.told)
