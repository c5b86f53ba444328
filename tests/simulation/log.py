"""A transactional log in memory: what Kafka and the embedded store promise, and no more.

Owners are fenced by generation: whoever took a partition up last is its owner, and what a former owner commits is
refused, though it may read on and not know. A commit is all or nothing; how it ended may stay unknown.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from alerts.pipeline.messages import Message, Unreadable
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Epoch, Output, Record, Restored, SessionLost, StoreFull
from tests.simulation.dice import Dice
from tests.simulation.life import Life


class Where(NamedTuple):
    """Which stage works which partition of which topic."""

    stage: str
    topic: str
    partition: int


@dataclass(slots=True)
class _Kept:
    """What a changelog says of one partition of one stage."""

    generation: int = 0
    position: int = 0
    commits: int = 0
    state: dict[str, object] = field(default_factory=dict)


class SimLog:
    """Topics, changelogs and owners."""

    def __init__(self, partitions: int) -> None:
        self.partitions = partitions
        self.records: dict[tuple[str, int], list[tuple[str, Message | Unreadable]]] = defaultdict(list)
        self.kept: dict[Where, _Kept] = defaultdict(_Kept)
        self.stalled: set[tuple[str, int]] = set()
        """Partitions that give nothing for the moment."""
        self._readers: dict[tuple[str, int], list[asyncio.Event]] = defaultdict(list)

    def append(self, outputs: Sequence[Output]) -> None:
        """Append records, all at once."""
        for output in outputs:
            self.put(output.topic, self._partition_for(output), output.key, output.message)

    def put(self, topic: str, partition: int, key: str, message: Message | Unreadable) -> None:
        """Append one record."""
        self.records[topic, partition].append((key, message))
        for reader in self._readers[topic, partition]:
            reader.set()

    def messages(self, topic: str) -> list[Message | Unreadable]:
        """Return every message of a topic, partition by partition."""
        return [message for number in range(self.partitions) for _key, message in self.records[topic, number]]

    def read(self, where: Where, start: int, limit: int) -> list[Record]:
        """Return up to `limit` records from an offset on."""
        place = (where.topic, where.partition)
        if place in self.stalled:
            return []
        found = self.records[place][start : start + limit]
        return [Record(*place, start + number, key, message) for number, (key, message) in enumerate(found)]

    async def growth(self, where: Where, woken: asyncio.Event, wait: timedelta) -> None:
        """Return when a partition has grown, when its reader was woken otherwise, or after `wait`."""
        readers = self._readers[where.topic, where.partition]
        readers.append(woken)
        try:
            async with asyncio.timeout(wait.total_seconds()):
                await woken.wait()
        except TimeoutError:
            return
        finally:
            readers.remove(woken)

    def own(self, where: Where) -> int:
        """Take a partition up; return the generation of its new owner."""
        self.kept[where].generation += 1
        return self.kept[where].generation

    async def commit(self, session: SimSession, epoch: Epoch) -> None:
        """Take an epoch whole.

        Raises:
            SessionLost: The session is not the owner's.
        """
        self.fence(session)
        self.keep(session.where, epoch)
        self.append(epoch.outputs)

    def fence(self, session: SimSession) -> None:
        """Refuse a session that is not the owner's."""
        if self.kept[session.where].generation != session.generation:
            raise SessionLost(f"{session.where} has another owner")

    def keep(self, where: Where, epoch: Epoch) -> None:
        """Write position and state."""
        kept = self.kept[where]
        kept.position = epoch.position
        kept.commits += 1
        for change in epoch.state_changes:
            if change.value is None:
                kept.state.pop(change.key, None)
            else:
                kept.state[change.key] = change.value

    def is_worked_through(self, wheres: Sequence[Where]) -> bool:
        """Return whether each stage has committed past the end of its input."""
        return all(self.kept[where].position >= len(self.records[where.topic, where.partition]) for where in wheres)

    def _partition_for(self, output: Output) -> int:
        return partition_of(output.key, self.partitions) if output.partition is None else output.partition


class SimSession:
    """One worker's hold on one partition, with everything that can go wrong with it."""

    def __init__(self, log: SimLog, where: Where, life: Life, dice: Dice) -> None:
        self.where = where
        self.topic = where.topic
        self.partition = where.partition
        self.generation = 0
        self.is_clean = False
        """Whether the session ended at a read: its stage may go on with what it remembers."""
        self._log = log
        self._life = life
        self._dice = dice
        self._next = 0
        self._commits = -1
        self._woken = asyncio.Event()
        self._is_retired = self._is_lost = False

    @property
    def lost(self) -> bool:
        """Whether this worker knows that the partition is, or may be, another's."""
        return self._is_lost or self._is_retired

    def retire(self) -> None:
        """End the session at its next read; what is being worked may still be committed."""
        self._is_retired = True
        self._woken.set()

    async def restore(self) -> Restored:
        """Fence the former owner and read the changelog."""
        await self._life.point("restore")
        self.generation = self._log.own(self.where)
        await self._life.point("restored")
        kept = self._log.kept[self.where]
        self._next, self._commits = kept.position, kept.commits
        return Restored(kept.position, dict(kept.state))

    async def resume(self) -> bool:
        """Take the partition up again with what the stage remembers; return False when that is not true any more."""
        self._is_retired = self._is_lost = self.is_clean = False
        await self._life.point("resume")
        self.generation = self._log.own(self.where)
        kept = self._log.kept[self.where]
        if kept.commits != self._commits:
            return False
        if self._dice.happens("begin_at_position"):
            self._next = kept.position
        return True

    async def read(self, *, max_records: int, wait: timedelta) -> Sequence[Record]:
        """Return the next records, as few as the dice say."""
        self.is_clean = True
        await self._life.point("read")
        self._check()
        limit = min(max_records, self._dice.batch())
        records = self._log.read(self.where, self._next, limit)
        if not records and wait:
            self._woken.clear()
            await self._log.growth(self.where, self._woken, wait)
            self._check()
            records = self._log.read(self.where, self._next, limit)
        self.is_clean = False
        self._next += len(records)
        return records

    async def commit(self, epoch: Epoch) -> None:
        """Commit; crash before or after it, lose its outcome, or find no room, as the dice say."""
        await self._life.point("commit")
        if self._is_lost:
            raise SessionLost(f"{self.where} is in doubt")
        if self._dice.happens("store_full"):
            raise StoreFull("no room for a moment")
        if self._dice.happens("commit_unknown"):
            self._lose()
            if self._dice.happens("commit_unknown_is_applied"):
                await self._log.commit(self, epoch)
            raise SessionLost(f"{self.where}: nobody knows how the commit ended")
        try:
            await self._log.commit(self, epoch)
        except SessionLost:
            self._dice.happened["commit_refused"] += 1
            self._lose()
            raise
        self._commits = self._log.kept[self.where].commits
        await self._life.point("committed")

    def _lose(self) -> None:
        self._is_lost, self.is_clean = True, False

    def _check(self) -> None:
        if self.lost:
            raise SessionLost(f"{self.where} goes to another worker")
