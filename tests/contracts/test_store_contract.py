"""What every store behind the PartitionSession port promises, run over each of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from alerts.adapters.kafka import topics
from alerts.adapters.kafka.clients import pass_over_unclaimed_faults
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.store import KafkaStore
from alerts.adapters.sqlite import SqliteStore
from alerts.pipeline.messages import Tick, Topic
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Epoch, Output, PartitionSession, Record, SessionLost, StateChange
from alerts.pipeline.state import Marks
from tests.support.builders import at
from tests.support.kafka import settings_for
from tests.support.memory import MemoryStore
from tests.support.pipeline import Counts

Store = MemoryStore | SqliteStore | KafkaStore

# Long enough for any store to bring what is there; nobody waits for it when it comes.
SOON = timedelta(seconds=10)
# Short, for what must not come.
BRIEFLY = timedelta(milliseconds=300)


@pytest_asyncio.fixture(params=["memory", "sqlite", "kafka"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    if request.param == "memory":
        yield MemoryStore()
        return
    if request.param == "kafka":
        pass_over_unclaimed_faults(asyncio.get_running_loop())
        cluster = Cluster(settings_for(request.getfixturevalue("kafka_bootstrap")))
        await topics.create(cluster)
        async with KafkaStore(cluster, observer=Counts()) as opened:
            yield opened
        await topics.delete(cluster)
        return
    async with SqliteStore(tmp_path / "alerts.sqlite", now=lambda: at("10:00")) as opened:
        yield opened


async def read_all(session: PartitionSession, count: int) -> list[Record]:
    """Read until so many records came; a store may bring them in several reads."""
    records: list[Record] = []
    while len(records) < count:
        came = await session.read(max_records=10, wait=SOON)
        assert came, f"only {len(records)} of {count} records came"
        records += came
    return records


def _tick(clock: str = "10:00", partition: int | None = 0, key: str = "k") -> Output:
    return Output(Topic.REPORTS, key, Tick(at=at(clock)), partition)


async def test_records_come_back_in_order_with_rising_offsets(store: Store) -> None:
    await store.append([_tick("10:00"), _tick("10:01")])
    await store.append([_tick("10:02")])
    session = store.session("detect", Topic.REPORTS, 0)
    await session.restore()

    records = await read_all(session, 3)

    offsets = [record.offset for record in records]
    assert offsets == sorted(set(offsets))
    assert [record.message for record in records] == [Tick(at=at(f"10:0{n}")) for n in range(3)]


async def test_read_goes_on_where_it_stopped_and_gives_at_most_what_was_asked(store: Store) -> None:
    await store.append([_tick() for _ in range(3)])
    session = store.session("detect", Topic.REPORTS, 0)
    await session.restore()

    sizes = [len(await session.read(max_records=2, wait=wait)) for wait in (SOON, SOON, BRIEFLY)]

    assert sizes == [2, 1, 0]


async def test_a_key_goes_to_the_partition_that_kafka_would_choose(store: Store) -> None:
    await store.append([_tick(partition=None, key="wire/78")])
    session = store.session("detect", Topic.REPORTS, partition_of("wire/78", 4))
    await session.restore()

    assert len(await session.read(max_records=10, wait=SOON)) == 1


async def test_uncommitted_work_is_done_again_by_the_next_session(store: Store) -> None:
    await store.append([_tick(), _tick()])
    first = store.session("detect", Topic.REPORTS, 0)
    await first.restore()
    await first.read(max_records=1, wait=SOON)
    await first.commit(Epoch(position=1))
    await first.read(max_records=1, wait=SOON)

    second = store.session("detect", Topic.REPORTS, 0)
    restored = await second.restore()

    assert restored.position == 1
    assert [record.offset for record in await second.read(max_records=10, wait=SOON)] == [1]


async def test_position_state_and_results_are_committed_together(store: Store) -> None:
    marks = Marks(at={"reports/0": at("10:00")})
    session = store.session("track", Topic.MATCHES, 2)
    await session.restore()
    await session.commit(Epoch(position=7, state_changes=[StateChange("m", marks)], outputs=[_tick(partition=1)]))

    restored = await store.session("track", Topic.MATCHES, 2).restore()
    reader = store.session("detect", Topic.REPORTS, 1)
    await reader.restore()

    assert (restored.position, restored.state) == (7, {"m": marks})
    assert len(await reader.read(max_records=10, wait=SOON)) == 1


async def test_state_of_none_is_deleted(store: Store) -> None:
    session = store.session("track", Topic.MATCHES, 0)
    await session.restore()
    await session.commit(Epoch(position=1, state_changes=[StateChange("m", Marks())]))
    await session.commit(Epoch(position=2, state_changes=[StateChange("m", None)]))

    assert (await store.session("track", Topic.MATCHES, 0).restore()).state == {}


async def test_partitions_and_stages_keep_their_state_apart(store: Store) -> None:
    for stage, topic, partition in (
        ("track", Topic.MATCHES, 0),
        ("track", Topic.MATCHES, 1),
        ("deliver", Topic.DELIVERIES, 0),
    ):
        session = store.session(stage, topic, partition)
        await session.restore()
        await session.commit(Epoch(position=partition + 1, state_changes=[StateChange(stage, Marks())]))

    restored = await store.session("track", Topic.MATCHES, 1).restore()

    assert (restored.position, list(restored.state)) == (2, ["track"])


async def test_a_session_that_was_taken_over_can_commit_nothing(store: Store) -> None:
    old = store.session("track", Topic.MATCHES, 0)
    await old.restore()
    new = store.session("track", Topic.MATCHES, 0)
    assert (await new.restore()).position == 0

    with pytest.raises(SessionLost):
        await old.commit(Epoch(position=9, outputs=[_tick()]))

    assert old.lost
    assert (await store.session("track", Topic.MATCHES, 0).restore()).position == 0
    reader = store.session("detect", Topic.REPORTS, 0)
    await reader.restore()
    assert not await reader.read(max_records=1, wait=BRIEFLY)


async def test_a_waiting_read_wakes_when_a_record_comes(store: Store) -> None:
    session = store.session("detect", Topic.REPORTS, 0)
    await session.restore()
    reading = asyncio.create_task(session.read(max_records=1, wait=timedelta(seconds=30)))
    await asyncio.sleep(0)
    await store.append([_tick()])

    assert len(await asyncio.wait_for(reading, 10)) == 1
