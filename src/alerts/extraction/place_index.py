"""The port to the compiled names: what a name may mean, before any text or rule is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Protocol

from alerts.domain.place import Place


class NameUse(IntEnum):
    """How a name belongs to its place, the surest first."""

    PRIMARY = 0
    ALTERNATE = 1
    DEMONYM = 2
    """"Syrian": says which country a text is about, never where something happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that a name may mean.

    `population` is that of the town, province or country; 0 where unknown. `is_capital` is of a country's.
    """

    place: Place
    population: int
    use: NameUse
    is_capital: bool = False

    @property
    def is_primary(self) -> bool:
        """Whether the name is the place's main one."""
        return self.use is NameUse.PRIMARY


class PlaceIndex(Protocol):
    """Where the compiled names lie: two tables from a key to places, and the places by identity."""

    def strict(self, folded: str) -> tuple[Candidate, ...]:
        """Return the places whose folded name this is."""
        ...

    def loose(self, key: str) -> tuple[Candidate, ...]:
        """Return the places of which some name has this loose key."""
        ...

    def get(self, key: str) -> Place | None:
        """Return the place whose `Place.key` this is."""
        ...

    def names(self) -> Iterator[str]:
        """Yield the main name of every place."""
        ...
