"""Borders by description: "the Lebanon border", "crossings with Lebanon", "the Syrian-Lebanese border"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from alerts.domain.place import Place, Precision
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.mentions import Toponym
from alerts.extraction.names import border_key, fold
from alerts.extraction.place_index import NameUse
from alerts.extraction.toponym_text import Span, Word

_BORDER = frozenset({"border", "borders", "frontier"})
_CROSSING = frozenset({"crossing", "crossings", "post", "posts", "checkpoints", "checkpoint"})
_CONFIDENCE_PAIR = 0.9
_CONFIDENCE_GUESSED = 0.7


def find_borders(
    text: str, words: Sequence[Word], spans: Sequence[Span], votes: Mapping[str, float], gazetteer: Gazetteer
) -> list[Toponym]:
    """Return the borders that a text describes by one or two countries.

    With one country the other is the one that the text speaks of most, among those that share a known border with it.
    A border that the gazetteer lacks is left to the country's own name.
    """
    found: list[Toponym] = []
    countries = {(s.first, s.last): c for s in spans if (c := _country_of(s)) is not None}
    for (first, last), country in countries.items():
        for start, end, other in _described(words, first, last, countries):
            place, confidence = _border(country, other, votes, gazetteer)
            if place is not None:
                found.append(Toponym(start=start, end=end, text=text[start:end], place=place, confidence=confidence))
                break
    found += _hyphenated(text, words, gazetteer)
    return _apart(found, spans)


def _country_of(span: Span) -> str | None:
    return next((c.place.country for c in span.candidates if c.place.precision is Precision.COUNTRY), None)


def _described(
    words: Sequence[Word], first: int, last: int, countries: Mapping[tuple[int, int], str]
) -> Iterator[tuple[int, int, str | None]]:
    """Yield the span and the other country of each way in which a country's name describes a border."""
    lower = [words[i].lower if 0 <= i < len(words) else "" for i in range(first - 4, last + 4)]
    before, after = lower[:4], lower[4 + last - first + 1 :]
    if before[3] == "with" and before[2] in _BORDER | _CROSSING:
        start = first - 3 if before[1] in _BORDER and before[2] in _CROSSING else first - 2
        yield words[start].start, words[last].end, None
    if after[0] in _BORDER and words[last + 1].joined and not words[last].is_possessive:
        end = last + 2 if after[1] in _CROSSING and last + 2 < len(words) and words[last + 2].joined else last + 1
        yield words[first].start, words[end].end, None
    if after[0] in _BORDER and words[last].is_possessive and after[1] == "with":
        other = next((c for (f, _), c in countries.items() if f in {last + 3, last + 4}), None)
        ends = next((end for f, end in countries if f in {last + 3, last + 4}), last + 1)
        yield words[first].start, words[ends].end, other


def _hyphenated(text: str, words: Sequence[Word], gazetteer: Gazetteer) -> Iterator[Toponym]:
    """Yield "Syrian-Lebanese border", "Turkey-Syria border crossing": one word to the reader of words."""
    for index, word in enumerate(words[:-1]):
        if words[index + 1].lower not in _BORDER or "-" not in word.text or not word.is_capital:
            continue
        one, _, other = word.text.partition("-")
        pair = [_named(one, gazetteer), _named(other, gazetteer)]
        if pair[0] is None or pair[1] is None:
            continue
        place = _between(pair[0], pair[1], gazetteer)
        if place is not None:
            end = words[index + 1].end
            yield Toponym(
                start=word.start, end=end, text=text[word.start : end], place=place, confidence=_CONFIDENCE_PAIR
            )


def _named(word: str, gazetteer: Gazetteer) -> str | None:
    bearers = gazetteer.bearers(fold(word))
    return next(
        (c.place.country for c in bearers if c.use is NameUse.DEMONYM or c.place.precision is Precision.COUNTRY), None
    )


def _border(
    country: str, other: str | None, votes: Mapping[str, float], gazetteer: Gazetteer
) -> tuple[Place | None, float]:
    if other is not None:
        return _between(country, other, gazetteer), _CONFIDENCE_PAIR
    for neighbour in sorted((c for c in votes if len(c) == 2), key=lambda country: -votes[country])[:6]:
        if neighbour != country:
            place = _between(country, neighbour, gazetteer)
            if place is not None:
                return place, _CONFIDENCE_GUESSED
    return None, 0.0


def _between(one: str, other: str, gazetteer: Gazetteer) -> Place | None:
    found = gazetteer.candidates(border_key(one, other))
    return found[0].place if found else None


def _apart(found: Sequence[Toponym], spans: Sequence[Span]) -> list[Toponym]:
    """Return the borders that neither overlap each other nor a crossing known by name."""
    named = [(s.start, s.end) for s in spans if "border_crossing" in s.kinds and s.candidates]
    kept: list[Toponym] = []
    for toponym in sorted(found, key=lambda t: t.start):
        is_free = not any(toponym.start < end and start < toponym.end for start, end in named)
        if is_free and (not kept or kept[-1].end <= toponym.start):
            kept.append(toponym)
    return kept
