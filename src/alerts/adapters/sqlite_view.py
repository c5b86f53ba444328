"""Looking at the embedded store from outside the stages: how far they are, and what topics hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from alerts.adapters import wire
from alerts.adapters.sqlite import SqliteStore
from alerts.pipeline.messages import Message, Unreadable


class StoreView:
    """Reads a store; never writes to it."""

    def __init__(self, store: SqliteStore) -> None:
        self._store = store

    async def ends(self, topic: str) -> dict[int, int]:
        """Return the offset that the next record of each partition of a topic will get."""
        rows = await self._store.query("SELECT partition, next_offset FROM heads WHERE topic = ?", (topic,))
        return {cast("int", partition): cast("int", offset) for partition, offset in rows}

    async def has_read(self, stage: str, topic: str, ends: Mapping[int, int]) -> bool:
        """Return whether a stage has committed past given ends of a topic."""
        rows = await self._store.query(
            "SELECT partition, position FROM positions WHERE stage = ? AND topic = ?", (stage, topic)
        )
        positions = {partition: cast("int", position) for partition, position in rows}
        return all(positions.get(partition, 0) >= end for partition, end in ends.items())

    async def unread(self, stage: str, topics: Sequence[str]) -> int:
        """Return how many records of its topics a stage has not committed past."""
        total = 0
        for topic in topics:
            sql = """SELECT coalesce(sum(next_offset - coalesce(position, 0)), 0) FROM heads
                LEFT JOIN positions ON positions.topic = heads.topic AND positions.partition = heads.partition
                AND positions.stage = ? WHERE heads.topic = ?"""
            ((unread,),) = await self._store.query(sql, (stage, topic))
            total += cast("int", unread)
        return total

    async def size_bytes(self) -> int:
        """Return the size of the database, free pages included."""
        ((pages,),) = await self._store.query("PRAGMA page_count")
        ((size,),) = await self._store.query("PRAGMA page_size")
        return cast("int", pages) * cast("int", size)

    async def nothing_to_deliver(self) -> bool:
        """Return whether no delivery waits for its endpoint."""
        sql = "SELECT count(*) FROM state WHERE stage = 'deliver' AND type = 'pending_delivery'"
        return await self._store.query(sql) == [(0,)]

    async def messages(self, topic: str) -> list[Message | Unreadable]:
        """Return every kept record of a topic by partition and offset. For looking at a small store, not for work."""
        rows = await self._store.query(
            "SELECT type, value FROM records WHERE topic = ? ORDER BY partition, offset", (topic,)
        )
        return [wire.decode_message(cast("str", type_), cast("bytes", value)) for type_, value in rows]
