"""Log and state in memory, for timelines: the same contract as the SQLite store."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from alerts.adapters import wire
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Epoch, Output, Record, Restored, SessionLost


class MemoryStore:
    """Topics, positions and state of one process. Values pass through the wire format, as in any other store."""

    def __init__(self, *, partitions: int = 4) -> None:
        self.partitions = partitions
        self._records: dict[tuple[str, int], list[tuple[str, wire.Encoded]]] = defaultdict(list)
        self._state: dict[tuple[str, str, int], dict[str, wire.Encoded]] = defaultdict(dict)
        self._positions: dict[tuple[str, str, int], int] = defaultdict(int)
        self._owners: dict[tuple[str, str, int], MemorySession] = {}
        self._grown = asyncio.Condition()

    def session(self, stage: str, topic: str, partition: int) -> MemorySession:
        """Take over one partition of a topic for a stage; a session held before is lost from now on."""
        session = MemorySession(self, stage, topic, partition)
        self._owners[stage, topic, partition] = session
        return session

    async def append(self, outputs: Sequence[Output]) -> None:
        """Keep records, all or none."""
        encoded = [(output, wire.encode(output.message)) for output in outputs]
        async with self._grown:
            for output, value in encoded:
                self._records[output.topic, self._partition_for(output)].append((output.key, value))
            self._grown.notify_all()

    def messages(self, topic: str) -> list[object]:
        """Return every message of a topic, partition by partition."""
        return [
            wire.decode(*encoded)
            for partition in range(self.partitions)
            for _key, encoded in self._records[topic, partition]
        ]

    async def commit(self, session: MemorySession, epoch: Epoch) -> None:
        """Take an epoch whole."""
        state = self._state[session.where]
        kept = {change.key: wire.encode(change.value) for change in epoch.state_changes if change.value is not None}
        await self.append(epoch.outputs)
        for change in epoch.state_changes:
            state.pop(change.key, None)
        state.update(kept)
        self._positions[session.where] = epoch.position

    def owns(self, session: MemorySession) -> bool:
        """Return whether a session still holds its partition."""
        return self._owners.get(session.where) is session

    def restored(self, session: MemorySession) -> Restored:
        """Return what the last commit left."""
        state = {key: wire.decode(*encoded) for key, encoded in self._state[session.where].items()}
        return Restored(self._positions[session.where], state)

    def records(self, session: MemorySession, start: int, limit: int) -> list[Record]:
        """Return up to `limit` records of a session's partition from an offset on."""
        kept = self._records[session.topic, session.partition][start : start + limit]
        return [
            Record(session.topic, session.partition, start + index, key, wire.decode_message(*encoded))
            for index, (key, encoded) in enumerate(kept)
        ]

    async def wait_for_growth(self, wait: timedelta) -> None:
        """Return when anything was appended, or after `wait`."""
        async with self._grown:
            try:
                async with asyncio.timeout(wait.total_seconds()):
                    await self._grown.wait()
            except TimeoutError:
                return

    def _partition_for(self, output: Output) -> int:
        return partition_of(output.key, self.partitions) if output.partition is None else output.partition


class MemorySession:
    """A stage's hold on one partition of a memory store."""

    def __init__(self, store: MemoryStore, stage: str, topic: str, partition: int) -> None:
        self.topic = topic
        self.partition = partition
        self.where = (stage, topic, partition)
        self._store = store
        self._next = 0

    @property
    def lost(self) -> bool:
        """Whether another session has taken the partition."""
        return not self._store.owns(self)

    async def restore(self) -> Restored:
        """Return position and state as of the last commit."""
        self._check()
        restored = self._store.restored(self)
        self._next = restored.position
        return restored

    async def read(self, *, max_records: int, wait: timedelta) -> Sequence[Record]:
        """Return the next records, none when nothing came within `wait`."""
        self._check()
        records = self._store.records(self, self._next, max_records)
        if not records and wait:
            await self._store.wait_for_growth(wait)
            records = self._store.records(self, self._next, max_records)
        self._next += len(records)
        return records

    async def commit(self, epoch: Epoch) -> None:
        """Take position, state and results together."""
        self._check()
        await self._store.commit(self, epoch)

    def _check(self) -> None:
        if self.lost:
            stage, topic, partition = self.where
            raise SessionLost(f"{stage} of {topic}/{partition} has another owner")
