"""One parsed block with everything found in it, token by token: what frames, places and numbers are read from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from alerts.extraction.actors import BlockActors
from alerts.extraction.grammar import Grammar
from alerts.extraction.mentions import DistancePhrase, NumberPhrase, TimePhrase, Toponym
from alerts.extraction.text import Block
from alerts.extraction.triggers import BlockWords


class Span(Protocol):
    """Anything with a place in the report's text."""

    @property
    def start(self) -> int:
        """First code point."""
        ...

    @property
    def end(self) -> int:
        """One past the last code point."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """What the finders found in the whole text, in order of the text."""

    toponyms: Sequence[Toponym] = ()
    distances: Sequence[DistancePhrase] = ()
    numbers: Sequence[NumberPhrase] = ()
    times: Sequence[TimePhrase] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A block as read. Mentions are keyed by each token that they cover."""

    block: Block
    number: int
    grammar: Grammar
    words: BlockWords
    actors: BlockActors
    toponym_at: dict[int, Toponym]
    distance_at: dict[int, DistancePhrase]
    number_at: dict[int, NumberPhrase]
    time_at: dict[int, TimePhrase]
    memory: dict[str, dict[int, Any]] = field(default_factory=dict, repr=False, compare=False)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return the offsets in the report's text of a range of tokens, both ends included."""
        tree = self.grammar.tree
        return self.block.start + tree.start[first], self.block.start + tree.end[last]

    def tokens_of(self, span: Span) -> tuple[int, ...]:
        """Return the tokens that a span of the report's text covers."""
        return _covered(self.grammar, span.start - self.block.start, span.end - self.block.start)


def by_token(grammar: Grammar, block: Block, spans: Iterable[Span]) -> dict[int, int]:
    """Return, for each token that one of the spans covers, the number of that span."""
    return {
        token: number
        for number, span in enumerate(spans)
        if span.start < block.end and span.end > block.start
        for token in _covered(grammar, span.start - block.start, span.end - block.start)
    }


def _covered(grammar: Grammar, start: int, end: int) -> tuple[int, ...]:
    first = bisect_left(grammar.tree.end, start + 1)
    last = bisect_left(grammar.tree.start, end)
    return tuple(range(first, last))
