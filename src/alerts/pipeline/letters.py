"""Dead letters as they are kept: where each lies, and the port through which people look at them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from alerts.pipeline.messages import DeadLetter

_PLACE = re.compile(r"(\d{1,9})@(\d{1,18})")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a letter lies in the topic `dead-letters`; written `2@41`."""

    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.partition}@{self.offset}"

    @classmethod
    def of(cls, text: str) -> Place | None:
        """Return the place that a text names, None when it names none."""
        found = _PLACE.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """A letter and its place."""

    place: Place
    letter: DeadLetter


class DeadLetterSource(Protocol):
    """The dead letters of a runtime, for looking at. It may be in use meanwhile."""

    def letters(self, *, since: datetime | None = None) -> AsyncIterator[KeptLetter]:
        """Return all letters, or those set aside at `since` or later, by partition and offset."""
        ...

    async def letter(self, place: Place) -> DeadLetter | None:
        """Return the letter at a place, None when there is none (any more)."""
        ...
