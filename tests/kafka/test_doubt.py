"""Producers in doubt: an end of a transaction that is not answered, and a fence that comes between two sends.

The first may end a later transaction of the same producer (Jepsen, 2024); so that producer has none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerFenced, RequestTimedOutError
from aiokafka.protocol.transaction import EndTxnRequest

from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.store import KafkaLog, KafkaStore
from alerts.pipeline.messages import Tick, Topic
from alerts.pipeline.ports import Epoch, Output, SessionLost
from tests.support.builders import at
from tests.support.kafka_process import until
from tests.support.pipeline import Counts

_SOON = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class LosingAnswers(Cluster):
    """A cluster whose producers do not hear the first answer to the end of their first transaction: it was ended."""

    def producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        made = Cluster.producer(self, transactional_id)
        send = made.client.send
        lost: list[EndTxnRequest] = []

        async def deaf(node_id: Any, request: Any, **options: Any) -> Any:
            answer = await send(node_id, request, **options)
            if isinstance(request, EndTxnRequest) and not lost:
                lost.append(request)
                raise RequestTimedOutError
            return answer

        made.client.send = deaf
        return made


@pytest_asyncio.fixture
async def losing(cluster: Cluster) -> AsyncIterator[LosingAnswers]:
    yield LosingAnswers(cluster.settings)


def _tick(clock: str) -> Output:
    return Output(Topic.NOTICES, "tick", Tick(at=at(clock)), 0)


async def test_a_session_whose_commit_was_sent_twice_is_lost_and_its_successor_goes_on(
    cluster: Cluster, losing: LosingAnswers
) -> None:
    """The commit is there; nothing of it is done again, and what it sent first can end nothing any more."""
    async with KafkaStore(losing, observer=Counts()) as doubtful, KafkaStore(cluster, observer=Counts()) as store:
        session = doubtful.session("detect", Topic.NOTICES, 0)
        await session.restore()
        with pytest.raises(SessionLost, match="sent twice"):
            await session.commit(Epoch(position=5, outputs=[_tick("10:00")]))

        again = store.session("detect", Topic.NOTICES, 0)
        assert (await again.restore()).position == 5
        await again.commit(Epoch(position=6, outputs=[_tick("10:01")]))

        assert session._producer is not None
        with pytest.raises(ProducerFenced):
            async with session._producer.transaction():
                await session._producer.send_and_wait(cluster.topic(Topic.NOTICES), b"late", partition=0)


class SlowToKnowTopics(Cluster):
    """A cluster whose producers learn that they are fenced while they still look for the second topic of a commit."""

    def producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        made = Cluster.producer(self, transactional_id)
        send_batch = made.send_batch
        topics: set[str] = set()

        async def slow(batch: Any, topic: str, *, partition: int) -> Any:
            topics.add(topic)
            if len(topics) > 1:
                await until(lambda: not made._txn_manager.is_in_transaction())
            return await send_batch(batch, topic, partition=partition)

        made.send_batch = slow
        return made


async def test_a_fence_between_two_sends_is_a_lost_session_and_no_fault_of_a_record(cluster: Cluster) -> None:
    """The client calls the second send an illegal operation; taken for a fault, it would cost a good record."""
    async with (
        KafkaStore(SlowToKnowTopics(cluster.settings), observer=Counts()) as slow,
        KafkaStore(cluster, observer=Counts()) as store,
    ):
        old = slow.session("detect", Topic.NOTICES, 0)
        await old.restore()
        await store.session("detect", Topic.NOTICES, 0).restore()

        with pytest.raises(SessionLost):
            await old.commit(Epoch(position=5, outputs=[_tick("10:00")]))


async def test_a_log_appends_once_and_goes_on_with_a_new_producer(losing: LosingAnswers, cluster: Cluster) -> None:
    async with KafkaLog(losing) as log:
        await log.append([_tick("10:00")])
        doubted = log._producer
        await log.append([_tick("10:01")])
        await log.append([_tick("10:02")])

    assert doubted is None
    async with KafkaStore(cluster, observer=Counts()) as store:
        reader = store.session("detect", Topic.NOTICES, 0)
        await reader.restore()
        read = [record for _ in range(3) for record in await reader.read(max_records=1, wait=_SOON)]
    assert [record.message for record in read] == [Tick(at=at(f"10:0{number}")) for number in range(3)]
