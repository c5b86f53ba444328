"""A stage's hold on one input partition on Kafka: read, and commit position, state and results as one transaction.

The transactional id belongs to the input partition: whoever starts its producer last owns the partition, and the
former owner's next commit is refused. Position and state come from the changelog, never from the group's offsets.
Any doubt about how a commit ended costs the session: its successor fences it and restores what really is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import (
    IllegalOperation,
    InvalidProducerEpoch,
    KafkaError,
    OffsetOutOfRangeError,
    ProducerFenced,
)
from aiokafka.structs import TopicPartition

from alerts.adapters.kafka.batches import Batches
from alerts.adapters.kafka.changelogs import Changelog
from alerts.adapters.kafka.clients import abandoned, all_of, stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.doubt import EndsWatch
from alerts.adapters.kafka.gaps import Gaps
from alerts.adapters.kafka.rows import POSITION_KEY, position_row, state_row
from alerts.adapters.kafka.topics import changelog
from alerts.adapters.kafka.where import Offsets, Where
from alerts.adapters.records import read_record, time_of_record, write_record
from alerts.pipeline.messages import Unreadable
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Epoch, Observer, Output, Record, Restored, SessionLost

# How long a client may take to answer before its outcome counts as unknown.
_CLIENT_SECONDS = 20.0

_T = TypeVar("_T")


class KafkaSession:
    """One stage's hold on one partition; implements the PartitionSession port."""

    def __init__(
        self,
        cluster: Cluster,
        where: Where,
        *,
        observer: Observer,
        set_aside: Mapping[int, str] | None = None,
        doubted: Callable[[], bool] = lambda: False,
        gate: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Make a session that owns nothing yet.

        Args:
            cluster: The cluster.
            where: Stage, topic and partition.
            observer: Where restores and epochs are counted.
            set_aside: Offsets of records that no batch could be worked with, and why; they come as `Unreadable`.
            doubted: Whether the worker has been silent for so long that its partitions may be another's.
            gate: Awaited before each read: returns once what is in force is known well enough to work by.
        """
        self.where = where
        self.position = 0
        self.last_progress = monotonic()
        self.limit: int | None = None
        """Records a read gives at most, when a larger batch failed."""
        self.last_read: Sequence[Record] = ()
        self._cluster = cluster
        self._observer = observer
        self._set_aside = set_aside if set_aside is not None else {}
        self._doubted = doubted
        self._gate = gate
        # Where the changelog ends after our last write: while it ends there, nobody else wrote.
        self._changelog_ends: int | None = None
        self._next = self._consumed = 0
        self._gaps = Gaps(observer, stage=where.stage, topic=where.topic, partition=where.partition)
        self._producer: AIOKafkaProducer | None = None
        self._ends: EndsWatch | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._input = TopicPartition(cluster.topic(where.topic), where.partition)
        self._rows = TopicPartition(cluster.topic(changelog(where.stage, where.topic)), where.partition)
        self._changelog = Changelog(cluster, self._rows)
        self._retired = asyncio.Event()
        self._lost = self._retiring = ""
        self._clean = False

    @property
    def topic(self) -> str:
        """The input topic."""
        return self.where.topic

    @property
    def partition(self) -> int:
        """The input partition."""
        return self.where.partition

    @property
    def lost(self) -> bool:
        """Whether the partition is, or may be, another's."""
        return bool(self._lost or self._retiring) or self._doubted()

    @property
    def is_clean(self) -> bool:
        """Whether the session ended at a read: what its stage remembers is what was committed."""
        return self._clean

    @property
    def is_past_gaps(self) -> bool:
        """Whether all is worked that was left when records were found to be gone; True when none were."""
        return self._gaps.are_past(self.position)

    def retire(self, reason: str) -> None:
        """End the session at its next read: what is being worked is committed first."""
        self._retiring = reason
        self._retired.set()

    def doubt(self, reason: str) -> None:
        """End the session at once: nothing more is committed by it."""
        self._lost = reason
        self._retired.set()

    async def restore(self) -> Restored:
        """Fence the former owner, then return what the changelog holds.

        Raises:
            SessionLost: The cluster did not answer, or a newer owner fenced this one.
        """
        self._check()
        started = monotonic()
        await self._own()
        state, self._changelog_ends = await self._guard(
            self._changelog.read(self._progressed), "restoring", seconds=None
        )
        position = state.pop(POSITION_KEY, 0)
        assert isinstance(position, int)
        self.position = await self._start_reading(position)
        self._observer.observe("restore_seconds", monotonic() - started)
        self._observer.count("restored_rows", len(state), stage=self.where.stage)
        return Restored(self.position, state)

    async def resume(self) -> bool:
        """Take the partition up again with the memory its stage kept; return False when that is no longer true.

        Raises:
            SessionLost: As for `restore`.
        """
        end, unread = self._changelog_ends, self._next
        self._lost = self._retiring = ""
        self._retired, self._clean = asyncio.Event(), False
        await self._own()
        if end is None or await self._guard(self._changelog.end(), "looking at the changelog") != end:
            return False
        await self._start_reading(unread)
        return True

    async def read(self, *, max_records: int, wait: timedelta) -> Sequence[Record]:
        """Return the next records, none when nothing came within `wait`."""
        self._clean = True
        self._check()
        assert self._consumer is not None, "not restored"
        limit = min(max_records, self.limit or max_records)
        if self._gate is not None:
            await self._unless_retired(self._gate())
        try:
            fetched = await self._unless_retired(
                self._consumer.getmany(self._input, timeout_ms=int(wait.total_seconds() * 1000), max_records=limit)
            )
        except OffsetOutOfRangeError:
            await self._step_over_gap()
            return ()
        except KafkaError as error:
            raise self._lose(f"reading failed: {error!r}") from error
        self._check()
        self.last_read = [self._record(raw) for raw in fetched.get(self._input, ())]
        # Past the markers of transactions, which are no records.
        self._consumed = await self._consumer.position(self._input)
        self._clean = False
        if self.last_read:
            self._next = self.last_read[-1].offset + 1
        else:
            self.last_progress = monotonic()
            self._gaps.read_to_the_end()
        return self.last_read

    async def commit(self, epoch: Epoch) -> None:
        """Make position, state and results durable in one transaction."""
        # A session that is to end commits what it is working on, unless something worse happened.
        if self._lost:
            raise SessionLost(f"{self.where}: {self._lost}")
        batches = Batches()
        for output in epoch.outputs:
            record = write_record(output.message, key=output.key)
            batches.add(self._cluster.topic(output.topic), self._partition_for(output), record)
        name, partition = self._rows.topic, self._rows.partition
        for change in epoch.state_changes:
            batches.add(name, partition, state_row(change.key, change.value))
        batches.add(name, partition, position_row(epoch.position))
        started = monotonic()
        await self._guard(self._transact(batches), "committing")
        self._observer.observe("epoch_commit_seconds", monotonic() - started)
        self._observer.count("epochs", stage=self.where.stage, outcome="committed")
        self.position = epoch.position
        self.limit = None if self.limit is None or self.limit > 512 else self.limit * 2
        self.last_progress = monotonic()

    async def close(self) -> None:
        """Stop the clients. A transaction that is still open is ended by the next owner or its time-out."""
        self._lost = self._lost or "closed"
        consumer, producer = self._consumer, self._producer
        self._consumer = self._producer = None
        await asyncio.gather(*(stopped(client) for client in (consumer, producer) if client is not None))

    def offsets(self) -> Offsets | None:
        """Return where the input partition stands; None while that is not known."""
        if self._consumer is None or self._input not in self._consumer.assignment():  # still starting
            return None
        stable, high = self._consumer.last_stable_offset(self._input), self._consumer.highwater(self._input)
        if stable is None or high is None:
            return None
        return Offsets(lag=max(stable - self._consumed, 0), last_stable=stable, uncommitted=max(high - stable, 0))

    @property
    def lag(self) -> int:
        """Records of the input that can be read and were not; 0 while that is not known."""
        seen = self.offsets()
        return seen.lag if seen else 0

    def _check(self) -> None:
        if self._lost or self._retiring:
            raise SessionLost(f"{self.where}: {self._lost or self._retiring}")

    def _lose(self, reason: str) -> SessionLost:
        self._lost, self._clean = reason, False
        return SessionLost(f"{self.where}: {reason}")

    async def _own(self) -> None:
        where = self.where
        self._producer = self._cluster.producer(
            self._cluster.transactional_id(where.stage, where.topic, where.partition)
        )
        self._ends = EndsWatch(self._producer)
        await self._guard(self._producer.start(), "taking over")

    def _progressed(self) -> None:
        self._check()
        self.last_progress = monotonic()

    async def _start_reading(self, position: int) -> int:
        """Start at a position, or at the first record that is left; return which."""
        self._consumer = self._cluster.consumer()
        await self._guard(self._consumer.start(), "starting to read")
        self._consumer.assign([self._input])
        first, end = await self._bounds(self._consumer)
        if first > position:
            self._gaps.met(position, first, end=end)
        self._next = self._consumed = max(position, first)
        self._consumer.seek(self._input, self._next)
        return self._next

    async def _step_over_gap(self) -> None:
        """Go on from the first record that is left, and say what is gone: retention went past this reader."""
        assert self._consumer is not None
        first, end = await self._bounds(self._consumer)
        self._gaps.met(self._next, first, end=end)
        self._next = self._consumed = first
        self._consumer.seek(self._input, first)

    async def _bounds(self, consumer: AIOKafkaConsumer) -> tuple[int, int]:
        """Return the input's first offset, and the one past its last committed record."""
        beginning = await self._guard(consumer.beginning_offsets([self._input]), "finding the first record")
        ends = await self._guard(consumer.end_offsets([self._input]), "finding the last record")
        return beginning[self._input], ends[self._input]

    def _record(self, raw: Any) -> Record:
        key = raw.key.decode("utf-8", "replace") if raw.key else ""
        message = read_record(
            self.where.topic,
            key=raw.key,
            value=raw.value,
            headers=raw.headers,
            timestamp=raw.timestamp,
            observer=self._observer,
        )
        if raw.offset in self._set_aside:
            message = Unreadable(
                cause=self._set_aside[raw.offset],
                content=raw.value or b"",
                at=time_of_record(raw.timestamp),
                key=key,
                headers=tuple(raw.headers),
            )
        return Record(self.where.topic, self.where.partition, raw.offset, key, message)

    def _partition_for(self, output: Output) -> int:
        return partition_of(output.key, self._cluster.partitions) if output.partition is None else output.partition

    async def _transact(self, batches: Batches) -> None:
        assert self._producer is not None, "not restored"
        assert self._ends is not None
        await self._producer.begin_transaction()
        try:
            sent = await all_of(await batches.send(self._producer))
            await self._producer.commit_transaction()
        except (KafkaError, IllegalOperation):
            await abandoned(self._producer)
            raise
        if self._ends.is_in_doubt:
            raise self._lose("a commit was sent twice, and the first may yet arrive")
        ends = [meta.offset + count for meta, count in zip(sent, batches.counts, strict=True)]
        written = [end for end, target in zip(ends, batches.targets, strict=True) if target == tuple(self._rows)]
        # The marker of the transaction's end is a record of its own.
        self._changelog_ends = written[-1] + 1

    async def _unless_retired(self, reading: Awaitable[_T]) -> _T:
        """Await a read, or raise SessionLost at once when the session is retired meanwhile."""
        read = asyncio.ensure_future(reading)
        retired = asyncio.ensure_future(self._retired.wait())
        try:
            await asyncio.wait({read, retired}, return_when=asyncio.FIRST_COMPLETED)
            self._check()
            return read.result()
        finally:
            retired.cancel()
            if not read.done():
                read.cancel()
                await asyncio.gather(read, return_exceptions=True)

    async def _guard(self, awaited: Awaitable[_T], doing: str, *, seconds: float | None = _CLIENT_SECONDS) -> _T:
        """Await a client; whatever goes wrong costs the session, for its state on the cluster is unknown then."""
        try:
            async with asyncio.timeout(seconds):
                return await awaited
        except (ProducerFenced, InvalidProducerEpoch) as error:
            self._observer.count("epochs", stage=self.where.stage, outcome="fenced")
            raise self._lose("another worker has taken the partition over") from error
        except (KafkaError, IllegalOperation, TimeoutError, OSError) as error:
            # An illegal operation is the next call to a producer that was fenced between two calls.
            self._observer.count("epochs", stage=self.where.stage, outcome="unknown")
            raise self._lose(f"{doing} failed: {error!r}") from error
