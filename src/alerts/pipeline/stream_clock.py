"""The time of a partition of `matches`: the lowest of the marks that the DETECT partitions send."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from alerts.pipeline.messages import TimeMark

# While no DETECT partition lags, their marks lie within this much of one another: ticks come once a second, in each
# partition from the clock and at the moment of the worker that owns it.
IN_STEP = timedelta(seconds=2)


class StreamClock:
    """Marks by origin. A mark T says: everything of its origin that was received before T has been sent.

    A mark never goes back: ticks may come from two machines whose clocks differ.
    """

    def __init__(self, origins: Iterable[str], marks: Mapping[str, datetime] | None = None) -> None:
        self._origins = tuple(sorted(origins))
        self._marks = dict(marks or {})
        self._now = self._lowest()

    @property
    def now(self) -> datetime | None:
        """The time; None until every origin has been heard."""
        return self._now

    def marks_until(self, moment: datetime | None) -> Mapping[str, datetime]:
        """Return a copy of the marks, by origin, none of them past a moment when one is given."""
        if moment is None:
            return dict(self._marks)
        return {origin: min(mark, moment) for origin, mark in self._marks.items()}

    def hear(self, mark: TimeMark) -> None:
        """Take in one mark."""
        before = self._marks.get(mark.origin)
        if before is None or before < mark.at:
            self._marks[mark.origin] = mark.at
            self._now = self._lowest()

    @property
    def slowest(self) -> str:
        """The origin that holds time back: one that was never heard, else the one with the lowest mark."""
        silent = [origin for origin in self._origins if origin not in self._marks]
        return silent[0] if silent else min(self._origins, key=self._marks.__getitem__)

    @property
    def is_in_step(self) -> bool:
        """Whether no origin lags. One that does has ticks enough before it: another brings it no further."""
        return self._now is not None and max(self._marks.values()) - self._now <= IN_STEP

    def _lowest(self) -> datetime | None:
        if any(origin not in self._marks for origin in self._origins):
            return None
        return min(self._marks[origin] for origin in self._origins)
