"""Matches that were read and are not folded yet: they wait until time has passed them, so that order is that of time.

Nothing of what waits is copied into the state. The committed position is the oldest record that still waits; what lies
behind it and is folded already is remembered by its offsets.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.domain.match import Match, MatchRetraction
from alerts.pipeline.ports import Record

# Matches that wait in memory at once, and how far the committed position may lie behind what was read (that much is
# read again after a restart). Past either, the oldest are folded early.
HELD_MAX = 50_000
LAG_MAX = 100_000

Order = tuple[datetime, int, bool, str]
"""Time, version of the report, whether it takes back, id: an order that depends on content alone.

Of one report received twice in one moment the versions stay in order; what a version takes back comes after what it
gives.
"""


def order_of(message: Match | MatchRetraction) -> Order:
    """Return the place of a message in the order of time."""
    if isinstance(message, Match):
        return (message.report.received_at, message.report.version, False, message.id)
    return (message.at, message.report_version, True, message.match_id)


@dataclass(slots=True, eq=False)
class Held:
    """One match or retraction that waits, or has been folded and lies behind one that waits."""

    key: str
    order: Order
    offset: int
    read_at: datetime
    """Wall clock."""
    message: Match | MatchRetraction
    is_folded: bool = False

    @property
    def at(self) -> datetime:
        """Its stream time."""
        return self.order[0]


class Waiting:
    """What waits on one partition of `matches`."""

    def __init__(self, position: int = 0, folded: Iterable[tuple[int, int]] = ()) -> None:
        """Begin at a committed position, with the offsets behind it that were folded by then."""
        self._next = position
        self._known = list(folded)
        self._heap: list[tuple[Order, int, Held]] = []
        self._read: deque[Held | int] = deque()
        self._of_key: dict[str, list[tuple[Order, int, Held]]] = {}
        self._count = 0

    def __len__(self) -> int:
        """Return how many wait."""
        return self._count

    def is_news(self, record: Record) -> bool:
        """Return whether a record was not read before; a session may begin anew at the committed position."""
        return record.offset >= self._next

    def pass_over(self, record: Record) -> None:
        """Take note of a record that needs no order, such as a time mark."""
        self._next = record.offset + 1

    def take(self, record: Record, message: Match | MatchRetraction, *, read_at: datetime) -> Held | None:
        """Take in a match or retraction; return what waits now, None when it was folded before a restart."""
        self._next = record.offset + 1
        if self._was_folded(record.offset):
            self._read.append(record.offset)
            return None
        held = Held(message.key.text, order_of(message), record.offset, read_at, message)
        place = (held.order, held.offset, held)
        heapq.heappush(self._heap, place)
        heapq.heappush(self._of_key.setdefault(held.key, []), place)
        self._read.append(held)
        self._count += 1
        return held

    def first(self) -> Held | None:
        """Return the first in the order of time; None when nothing waits."""
        while self._heap and self._heap[0][2].is_folded:
            heapq.heappop(self._heap)
        return self._heap[0][2] if self._heap else None

    def oldest(self) -> Held | None:
        """Return the one that was read longest ago; None when nothing waits."""
        while self._read and _is_folded(self._read[0]):
            self._read.popleft()
        front = self._read[0] if self._read else None
        return front if isinstance(front, Held) else None

    def fold(self, held: Held) -> None:
        """Let one go, the first of its key: its message is the caller's to fold now."""
        held.is_folded = True
        self._count -= 1
        siblings = self._of_key[held.key]
        gone = heapq.heappop(siblings)[2]
        assert gone is held, "within a key nothing is folded before what precedes it"
        if not siblings:
            del self._of_key[held.key]

    def overdue(self, now: datetime, patience: timedelta) -> Held | None:
        """Return what must not wait any longer: the oldest, or what precedes it under the same key.

        The order between keys tells nobody anything, so nothing else is hurried.

        Args:
            now: The wall clock.
            patience: How long one may wait; zero for as long as it takes.
        """
        oldest = self.oldest()
        if oldest is None:
            return None
        waited = bool(patience) and now - oldest.read_at >= patience
        if waited or self._count > HELD_MAX or self._next - oldest.offset > LAG_MAX:
            return self._of_key[oldest.key][0][2]
        return None

    @property
    def position(self) -> int:
        """The offset to begin with after a restart."""
        oldest = self.oldest()
        return self._next if oldest is None else oldest.offset

    def folded(self) -> tuple[tuple[int, int], ...]:
        """Return the offsets from the position on that are folded, as ranges."""
        self.oldest()  # what lies before it is forgotten
        if len(self._read) == self._count:
            return tuple(self._not_read())
        ranges: list[tuple[int, int]] = []
        open_range = False
        for one in self._read:
            if not _is_folded(one):
                open_range = False
                continue
            offset = one.offset if isinstance(one, Held) else one
            begin = ranges.pop()[0] if open_range else offset
            ranges.append((begin, offset + 1))
            open_range = True
        return (*ranges, *self._not_read())

    def _not_read(self) -> list[tuple[int, int]]:
        """Return what was folded before the restart and has not come by again."""
        return [(max(begin, self._next), end) for begin, end in self._known if end > self._next]

    def _was_folded(self, offset: int) -> bool:
        while self._known and self._known[0][1] <= offset:
            self._known.pop(0)
        return bool(self._known) and self._known[0][0] <= offset


def _is_folded(one: Held | int) -> bool:
    return isinstance(one, int) or one.is_folded
