"""The places that a noun phrase names: itself, its parts, what it is said to lie in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from alerts.extraction.finer_places import AREAS, holds
from alerts.extraction.mentions import Toponym
from alerts.extraction.reading import Reading
from alerts.extraction.remembering import once_a_token

_CONTAINERS = (
    "in",
    "near",
    "at",
    "on",
    "outside",
    "with",
    "between",
    "inside",
    "around",
    "from",
    "across",
    "to",
    "along",
)


def of_heads(reading: Reading, heads: Iterable[int]) -> Iterator[Toponym]:
    """Yield the places that some noun phrases name, each once."""
    seen: set[tuple[int, int]] = set()
    for head in heads:
        for toponym in phrase_toponyms(reading, head):
            if (toponym.start, toponym.end) not in seen:
                seen.add((toponym.start, toponym.end))
                yield toponym


@once_a_token
def phrase_toponyms(reading: Reading, head: int) -> tuple[Toponym, ...]:
    """Return the places that a noun phrase names: itself, else its parts, else what it is said to lie in."""
    grammar = reading.grammar
    if head in reading.toponym_at:
        return (reading.toponym_at[head],)
    parts = [
        i
        for child in grammar.kids(head, "compound", "nmod", "poss", "appos")
        for i in (child, *grammar.kids(child, "compound"))
    ]
    inside = _at(reading, parts)
    if inside:
        return inside
    of = _at(reading, grammar.prepositional(head, "of"))
    if of:
        return of
    deeper = [found for below in grammar.prepositional(head, "of") for found in phrase_toponyms_shallow(reading, below)]
    if deeper:
        return tuple(deeper)
    if not grammar.kids(head, "prep"):
        return ()
    named = (
        [t for below in _own_prepositional(reading, head, name) for t in phrase_toponyms_shallow(reading, below)]
        for name in _CONTAINERS
    )
    return _finest([tuple(dict.fromkeys(found)) for found in named if found])


def _finest(phrases: Sequence[tuple[Toponym, ...]]) -> tuple[Toponym, ...]:
    """Return the first of some phrases, or what another names inside it: "a depot at Feodosia in Crimea"."""
    if not phrases or (area := phrases[0][0].place) is None:
        return phrases[0] if phrases else ()
    held = (found for found in phrases[1:] if (inner := found[0].place) and holds(area, inner))
    return next(held, phrases[0]) if area.precision in AREAS else phrases[0]


def phrase_toponyms_shallow(reading: Reading, head: int) -> tuple[Toponym, ...]:
    """Return the places that a noun phrase names itself or by its parts."""
    if head in reading.toponym_at:
        return (reading.toponym_at[head],)
    grammar = reading.grammar
    found = _at(reading, grammar.kids(head, "compound", "nmod", "poss", "appos"))
    return found or _at(reading, grammar.prepositional(head, "of"))


def _own_prepositional(reading: Reading, head: int, name: str) -> tuple[int, ...]:
    grammar = reading.grammar
    return tuple(
        member
        for preposition in grammar.kids(head, "prep")
        if grammar.lower[preposition] == name
        for below in grammar.kids(preposition, "pobj")
        for member in grammar.conjuncts(below)
    )


def _at(reading: Reading, tokens: Iterable[int]) -> tuple[Toponym, ...]:
    return tuple(dict.fromkeys(reading.toponym_at[i] for i in tokens if i in reading.toponym_at))
