"""A stage's membership in its consumer group: which partitions are this worker's, and the work on each of them.

The group only says who works what; it reads nothing. Each partition has a session of its own, whose producer fences the
former owner, so that a worker which does not know yet that it lost a partition can do no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Protocol

from aiokafka import AIOKafkaConsumer
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import KafkaError
from aiokafka.structs import TopicPartition

from alerts.adapters.kafka.clients import is_being_cancelled, stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.session import KafkaSession
from alerts.adapters.kafka.where import Where
from alerts.pipeline.ports import Observer, SessionLost

# How long a rebalance waits for the epochs in flight. One that takes longer is dropped and done again elsewhere.
_RETIRE = timedelta(seconds=8)
_REBALANCE = timedelta(seconds=20)

# A member hears of a rebalance at its next heartbeat: a long session must not make that slow.
_HEARTBEAT_MAX_SECONDS = 2.0

_LOOK_EVERY = timedelta(seconds=0.5)
_OFFSETS_EVERY = timedelta(seconds=5)

_RETRY_FIRST = timedelta(milliseconds=100)
_RETRY_MAX = timedelta(seconds=5)


class Stage(Protocol):
    """A stage on one partition."""

    async def restore(self) -> None:
        """Take up the state of the last commit."""
        ...

    async def work(self) -> None:
        """Work until the session is lost."""
        ...


@dataclass(slots=True)
class PartitionWork:
    """One partition at this worker: its session, the stage with its memory, the task that works it."""

    where: Where
    session: KafkaSession
    stage: Stage | None = None
    task: asyncio.Task[None] | None = None
    restored: bool = False
    wanted: bool = True
    """Whether the group still gives it to this worker."""
    set_aside: dict[int, str] = field(default_factory=dict)
    limit: int | None = None

    def is_wanted(self) -> bool:
        """Return `wanted`, which changes while others wait."""
        return self.wanted


class StageGroup(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """One stage on whatever partitions the group gives this worker."""

    def __init__(
        self,
        cluster: Cluster,
        stage: str,
        topics: Sequence[str],
        *,
        make: Callable[[KafkaSession], Stage],
        observer: Observer,
        gate: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Make a group that has not joined yet.

        Args:
            cluster: The cluster.
            stage: The stage's name.
            topics: The input topics, by their own names.
            make: Makes the stage over a session.
            observer: Where the work is counted.
            gate: See KafkaSession.
        """
        self.stage = stage
        self.joined = False
        self._cluster = cluster
        self._topics = {cluster.topic(topic): topic for topic in topics}
        self._make = make
        self._observer = observer
        self._gate = gate
        self._works: dict[Where, PartitionWork] = {}
        self._seen_alive = monotonic()
        self._session_seconds = cluster.settings.session_seconds

    @property
    def works(self) -> Mapping[Where, PartitionWork]:
        """The partitions that are worked here now."""
        return {where: work for where, work in self._works.items() if work.wanted}

    @property
    def is_ready(self) -> bool:
        """Whether the group gave its partitions out, and each of ours is restored and past the gaps in its input."""
        return self.joined and all(work.restored and work.session.is_past_gaps for work in self.works.values())

    async def run(self) -> None:
        """Be a member and work what the group gives, until cancelled; then leave in good order.

        A membership that fails (the client gave up on a broker) is given up and begun anew.
        """
        wait = _RETRY_FIRST
        while True:
            begun = monotonic()
            try:
                await self._be_a_member()
            except (KafkaError, asyncio.CancelledError) as fault:
                if is_being_cancelled():
                    raise
                self._observer.warn("The group was lost and is joined anew.", stage=self.stage, cause=repr(fault))
            wait = _RETRY_FIRST if monotonic() - begun > _RETRY_MAX.total_seconds() else min(wait * 2, _RETRY_MAX)
            await asyncio.sleep(wait.total_seconds())

    async def _be_a_member(self) -> None:
        instance = self._cluster.settings.instance
        consumer = self._cluster.consumer(
            group_id=self._cluster.group(self.stage),
            group_instance_id=f"{instance}-{self.stage}" if instance else None,
            session_timeout_ms=int(self._session_seconds * 1000),
            heartbeat_interval_ms=int(min(self._session_seconds / 5, _HEARTBEAT_MAX_SECONDS) * 1000),
            rebalance_timeout_ms=int(_REBALANCE.total_seconds() * 1000),
            auto_offset_reset="earliest",
        )
        consumer.subscribe(list(self._topics), listener=self)
        self._consumer = consumer
        try:
            await consumer.start()
            await self._stay()
        finally:
            await asyncio.shield(self._leave(consumer))

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Finish the epochs in flight and keep what the stages remember: most partitions come back."""
        self.joined = False
        await self._release([work for where in self._wheres(revoked) if (work := self._works.get(where))])

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Take partitions up."""
        self._observer.count("rebalances", stage=self.stage)
        partitions = list(assigned)
        self._consumer.pause(*partitions)
        wheres = self._wheres(partitions)
        for where in self._works.keys() - set(wheres):
            del self._works[where]
        for where in wheres:
            self._take(where)
        self._seen_alive = monotonic()
        self.joined = True
        self._observer.gauge("assigned_partitions", len(wheres), stage=self.stage)

    def _wheres(self, partitions: Iterable[TopicPartition]) -> list[Where]:
        """Return what is to be worked; a partition past those of this installation holds none of its keys."""
        return [
            Where(self.stage, self._topics[tp.topic], tp.partition)
            for tp in partitions
            if tp.partition < self._cluster.partitions
        ]

    async def _stay(self) -> None:
        """Keep the membership alive, notice long silences of this process, and publish offsets for lag tools."""
        offsets_at = monotonic()
        while True:
            await self._consumer.getmany(timeout_ms=int(_LOOK_EVERY.total_seconds() * 1000))
            now = monotonic()
            if self._was_silent(now):
                self._doubt_everything(now - self._seen_alive)
            self._seen_alive = now
            if now - offsets_at > _OFFSETS_EVERY.total_seconds():
                offsets_at = now
                await self._publish_offsets()
            self._raise_faults()

    def _was_silent(self, now: float | None = None) -> bool:
        return (now or monotonic()) - self._seen_alive > self._session_seconds

    def _doubt_everything(self, seconds: float) -> None:
        """Start every partition anew: the group may have given them away while this process stood still."""
        self._observer.warn(
            "This process stood still for longer than its session; its partitions are taken up anew.",
            stage=self.stage,
            seconds=round(seconds, 1),
        )
        for work in self.works.values():
            work.session.doubt("this worker was silent for longer than its session")

    async def _publish_offsets(self) -> None:
        offsets = {
            TopicPartition(self._cluster.topic(work.where.topic), work.where.partition): work.session.position
            for work in self.works.values()
            if work.restored
        }
        try:
            if offsets:
                await self._consumer.commit(offsets)
        except KafkaError:
            return  # they serve lag tools alone; the next ones come in seconds

    def _raise_faults(self) -> None:
        for work in self._works.values():
            if work.task is not None and work.task.done() and not work.task.cancelled():
                work.task.result()

    def _take(self, where: Where) -> None:
        work = self._works.get(where)
        if work is None:
            work = self._works[where] = PartitionWork(where, self._session(where, {}))
        work.wanted, work.restored = True, False
        work.task = asyncio.create_task(self._work(work), name=f"work {where}")

    def _session(self, where: Where, set_aside: dict[int, str]) -> KafkaSession:
        return KafkaSession(
            self._cluster,
            where,
            observer=self._observer,
            set_aside=set_aside,
            doubted=self._was_silent,
            gate=self._gate,
        )

    async def _release(self, works: Sequence[PartitionWork]) -> None:
        for work in works:
            work.wanted = False
            work.session.retire("the partition goes to another worker")
        tasks = {work.task: work for work in works if work.task is not None}
        if tasks:
            _done, slow = await asyncio.wait(tasks, timeout=_RETIRE.total_seconds())
            for task in slow:
                # Cut off in the middle of an epoch: what its stage remembers is not to be trusted.
                tasks[task].stage = None
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(work.session.close() for work in works))

    async def _leave(self, consumer: AIOKafkaConsumer) -> None:
        self.joined = False
        await self._release(list(self._works.values()))
        self._works.clear()
        await stopped(consumer)

    async def _work(self, work: PartitionWork) -> None:
        """Work one partition until it is released; whatever goes wrong starts it anew from its last commit."""
        wait = _RETRY_FIRST
        while work.is_wanted():
            try:
                await self._take_up(work)
                wait = _RETRY_FIRST
                assert work.stage is not None
                await work.stage.work()
            except SessionLost as lost:
                if not work.is_wanted() and work.session.is_clean:
                    return
                work.stage = None
                self._observer.warn("A partition is taken up anew.", cause=str(lost), stage=self.stage)
            except asyncio.CancelledError:
                work.stage = None
                if is_being_cancelled():
                    raise
                self._observer.warn("A partition is taken up anew.", cause="its client gave up", stage=self.stage)
            except Exception as fault:
                work.stage = None
                self._blame(work, fault)
            work.restored = False
            await work.session.close()
            if work.is_wanted():
                await asyncio.sleep(wait.total_seconds())
                wait = min(wait * 2, _RETRY_MAX)

    async def _take_up(self, work: PartitionWork) -> None:
        if work.stage is not None and await work.session.resume():
            work.restored = True
            return
        await work.session.close()
        work.session = self._session(work.where, work.set_aside)
        work.session.limit = work.limit
        work.stage = self._make(work.session)
        await work.stage.restore()
        work.restored = True

    def _blame(self, work: PartitionWork, fault: Exception) -> None:
        """Find the record that cannot be worked: halve the batch until it is alone, then set it aside."""
        self._observer.count("epochs", stage=self.stage, outcome="failed")
        read = work.session.last_read
        cause = f"{type(fault).__name__}: {fault}"
        if len(read) == 1:
            work.set_aside[read[0].offset] = cause
            work.limit = None
        elif read:
            work.limit = max(1, len(read) // 2)
        self._observer.error(
            "A batch could not be worked; it is tried again in smaller ones until the record at fault is set aside.",
            at=f"{work.where.topic}/{work.where.partition}@{read[0].offset if read else work.session.position}",
            records=len(read),
            cause=cause,
        )
