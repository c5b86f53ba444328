"""The dead letters of the embedded store, read while a process works on it or while none does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import cast

from alerts.adapters import wire
from alerts.pipeline.letters import KeptLetter, Place
from alerts.pipeline.messages import DeadLetter, Topic

# Letters held at once: each may have a mebibyte.
_PAGE = 20

_FIRST = datetime.fromtimestamp(0, UTC)


class SqliteLetters:
    """Implements the DeadLetterSource port over a query on the store's tables."""

    def __init__(self, query: Callable[[str, Sequence[object]], list[tuple[object, ...]]]) -> None:
        self._query = query

    async def letters(self, *, since: datetime | None = None) -> AsyncIterator[KeptLetter]:
        """Return all letters, or those set aside at `since` or later, by partition and offset."""
        after = Place(-1, -1)
        appended = (since or _FIRST).astimezone(UTC).isoformat()
        while rows := self._page(after, appended):
            for partition, offset, value in rows:
                after = Place(cast("int", partition), cast("int", offset))
                if letter := _letter(cast("bytes", value)):
                    yield KeptLetter(after, letter)

    async def letter(self, place: Place) -> DeadLetter | None:
        """Return the letter at a place, None when there is none (any more)."""
        sql = "SELECT value FROM records WHERE topic = ? AND partition = ? AND offset = ?"
        rows = self._query(sql, (Topic.DEAD_LETTERS, place.partition, place.offset))
        return _letter(cast("bytes", rows[0][0])) if rows else None

    def _page(self, after: Place, appended: str) -> list[tuple[object, ...]]:
        sql = (
            "SELECT partition, offset, value FROM records WHERE topic = ? AND (partition, offset) > (?, ?)"
            " AND appended_at >= ? ORDER BY partition, offset LIMIT ?"
        )
        return self._query(sql, (Topic.DEAD_LETTERS, after.partition, after.offset, appended, _PAGE))


def _letter(value: bytes) -> DeadLetter | None:
    """Return a letter; None for one of a version that this one cannot read."""
    message = wire.decode_message("dead_letter", value)
    return message if isinstance(message, DeadLetter) else None
