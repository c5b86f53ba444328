"""What a paragraph is about: sport, business, arts and the like speak of war and disaster and mean neither.

A world is judged by several cues together, never by one word, and it silences nothing that its own sentence proves: a
bomb at a stadium is told with a bomb, the dead and the police.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from alerts.extraction.lexicon import Lexicon
from alerts.extraction.text import Block


class World(StrEnum):
    """Kinds of text whose words are to be taken with care; a world's cues are the set `world_<name>`."""

    SPORT = "sport"
    BUSINESS = "business"
    ARTS = "arts"
    SCIENCE = "science"
    LEISURE = "leisure"
    """Food, travel, gardens, fashion, horoscopes, advertisements."""
    GAMES = "games"
    OPINION = "opinion"
    HISTORY = "history"
    DRILL = "drill"
    """Exercises: everything is told as if it happened."""


_WORD = re.compile(r"[\w'-]+")
_SCORE = re.compile(r"\b\d{1,3}-\d{1,3}\b")
_YEAR = re.compile(r"\b(?:in|of|since|from|until|by|the) (1\d{3}|20[0-2]\d)\b")
_OBITUARY = re.compile(r"\bdied,? (?:at|aged|at the age of) (?:[6-9]\d|1[01]\d)\b")
_ENOUGH = 2
"""Cues of its own that make a paragraph's world."""
_MUCH = 4
"""Cues in the whole text that make the world of a paragraph with one of its own."""
_OWN_WORDS = 60
_ALL_WORDS = 240
"""Words of a paragraph and of a text that hold so many cues; a longer one must have more, as chance has its share."""
_OLD_YEARS = 3
# Fresh news may tell what these tell: each sign of it weighs against them.
_OUTWEIGHED = frozenset({World.ARTS, World.HISTORY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cued:
    """How many cues of each world a text has."""

    counts: dict[World, int]
    words: int
    """How long the text is."""

    def is_in(self, world: World, whole: Cued) -> bool:
        """Return whether a paragraph is of a world, in a text that has `whole` in all."""
        length = max(1.0, self.words / _OWN_WORDS)
        if self.counts[world] >= _ENOUGH * length:
            return True
        return self.counts[world] >= length and whole.counts[world] >= _MUCH * max(1.0, whole.words / _ALL_WORDS)


class Setting:
    """The worlds of each paragraph of one report.

    Args:
        text: The whole report.
        lexicon: Where the worlds' words are.
        year: The year of publication.
    """

    def __init__(self, text: str, lexicon: Lexicon, year: int) -> None:
        self._text, self._lexicon, self._year = text, lexicon, year
        self._whole = cues_of(text, lexicon, year)

    def worlds(self, block: Block) -> frozenset[World]:
        """Return what a paragraph is about; often nothing in particular."""
        own = cues_of(self._text[block.start : block.end], self._lexicon, self._year)
        return frozenset(world for world in World if own.is_in(world, self._whole))


def cues_of(text: str, lexicon: Lexicon, year: int) -> Cued:
    """Count the distinct cues of a text.

    Args:
        text: A paragraph, or a whole report.
        lexicon: Where the worlds' words are.
        year: The year of publication: years well before it speak of history.
    """
    names = _names(text, lexicon)
    counts = {world: _distinct(names & lexicon.members(f"world_{world.value}")) for world in World}
    counts[World.SPORT] += _ENOUGH * (not names.isdisjoint(lexicon.members("world_sides")))
    counts[World.DRILL] += _ENOUGH * (not names.isdisjoint(lexicon.members("sure_drill")))
    counts[World.HISTORY] += _ENOUGH * (_OBITUARY.search(text) is not None)
    counts[World.SPORT] += _SCORE.search(text) is not None
    counts[World.HISTORY] += any(int(found) <= year - _OLD_YEARS for found in _YEAR.findall(text))
    news = _distinct(names & lexicon.members("news_cues"))
    for world in _OUTWEIGHED:
        counts[world] -= news
    return Cued(counts=counts, words=text.count(" ") + 1)


def _distinct(names: frozenset[str]) -> int:
    """Count names, a word and its plural once."""
    return len({name.removesuffix("s") for name in names})


def _names(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the lemmas of a text and its phrases of two and three words."""
    words = [word.strip("'") for word in _WORD.findall(text.lower())]
    known = lexicon.lemmas_of
    names = {lemma for word in words for lemma in known.get(word, (word,))}
    names.update(words)
    for i, word in enumerate(words[1:], start=1):
        for lemma in {word, *known.get(word, ())}:
            names.add(f"{words[i - 1]} {lemma}")
            if i > 1:
                names.add(f"{words[i - 2]} {words[i - 1]} {lemma}")
    return frozenset(names)
