"""The words of a text and the spans of it that may name a place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alerts.domain.place import Precision
from alerts.extraction.place_index import Candidate
from alerts.extraction.toponym_words import HEADS, REGION_HEADS

_WORD = re.compile(r"(?:[A-Z][a-z]?\.){2,6}|[^\W_]{1,60}(?:[-‐‑'’ʼʻ`][^\W_]{1,60}){0,6}")
_POSSESSIVE = re.compile(r"['’ʼ]s?$|['’]$")
# "Russian-owned", "Hezbollah-linked", "Paris-based": no names, though they begin with a capital.
_MODIFIER = re.compile(r"[a-z]+ed|led|held|born|run|made|style|era|wide|level|type|bound|born|making|speaking|area")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text; `joined` says that only a space or hyphen parts it from the one before."""

    start: int
    end: int
    text: str
    lower: str
    is_capital: bool
    is_possessive: bool
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span that may name a place.

    `start`, `end` include a head ("Rastan bridge"), `name` doesn't. `first` and `last` are word indices of the name.
    `is_placed`: it stands where a place stands. `is_vote`: it only says which country the text is about.
    """

    start: int
    end: int
    name: str
    first: int
    last: int
    candidates: tuple[Candidate, ...]
    head: str = ""
    is_placed: bool = False
    is_vote: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of place that its head makes of it."""
        return HEADS.get(self.head, ())

    @property
    def region(self) -> tuple[Precision, ...]:
        """The precisions that its head makes of it, for a stretch of land."""
        return REGION_HEADS.get(self.head, ())


def words_of(text: str) -> list[Word]:
    """Return the words of a text."""
    words: list[Word] = []
    end = -1
    for match in _WORD.finditer(text):
        found = match[0]
        bare = found if found.isalnum() else _POSSESSIVE.sub("", found)
        is_capital = bare[:1].isupper() if bare.isalnum() else _is_capital(bare)
        gap = text[end : match.start()] if end >= 0 else ""
        words.append(
            Word(
                match.start(),
                match.start() + len(bare),
                bare,
                bare.lower(),
                is_capital,
                len(bare) != len(found),
                gap in {" ", "-", "\u00a0", "–"},
            )
        )
        end = match.end()
    return words


def _is_capital(word: str) -> bool:
    """Return whether some part of a joined word has a capital ("al-Qaim") and it is no modifier ("Russian-owned")."""
    parts = word.replace("‑", "-").split("-")
    return any(part[:1].isupper() for part in parts) and not _MODIFIER.fullmatch(parts[-1])
