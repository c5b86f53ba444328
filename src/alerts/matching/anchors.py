"""Anchors: facts one of which a subject must have for a condition to hold. What the rule index hangs rules on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import pow  # noqa: A004 - of floats alone, so that a float comes back

from alerts.domain.event import Event, Party
from alerts.domain.place import Place, Precision
from alerts.domain.report import Source
from alerts.domain.taxonomy import ancestors
from alerts.matching.cells import cells_of, circles, cover
from alerts.matching.measure import own_keys
from alerts.matching.truth import Subject
from alerts.ruleset.conditions import (
    Admin1Is,
    All,
    AnyOf,
    Condition,
    CountryIs,
    Inside,
    Near,
    PartyIs,
    PartySelector,
    PlaceIs,
    PlaceSelector,
    Side,
    SourceIs,
    Spot,
    Target,
    TextHas,
    TypeIs,
)
from alerts.ruleset.words import fold, is_unspaced, words_of

Anchor = tuple[object, ...]
Anchors = frozenset[Anchor]

# The share of events, in per cent, that have one anchor of a kind: rough, it only ranks. A rule hangs on the set of
# anchors with the least sum.
_COMMONNESS = {
    "place": 0.1,
    "of": 0.1,
    "type in": 0.3,
    "admin1": 0.5,
    "word": 1.0,
    "country": 4.0,
    "type": 5.0,
    "place kind": 8.0,
    "source": 10.0,
}
_COMMONNESS_ELSE = 1.0
# A cell of 1,000 km holds about one event in a hundred; between its width and its area, as events crowd together.
_CELL_KM, _CELL_POWER = 1_000.0, 1.5
_PAIRS_MAX = 64


def needed(condition: Condition) -> Anchors | None:
    """Return anchors of which a subject must have one; None when nothing can be said.

    What is unknown may not hang on an anchor: `or_unknown` and `not` hold for subjects that lack every fact.
    """
    if isinstance(condition, All):
        return _best(condition.conditions)
    if isinstance(condition, AnyOf):
        return _union(needed(part) for part in condition.conditions)
    if isinstance(condition, TypeIs):
        return frozenset(("type", name) for name in condition.names)
    if isinstance(condition, CountryIs):
        return frozenset(("country", code) for code in condition.codes)
    if isinstance(condition, Admin1Is):
        return frozenset(("admin1", *province) for province in condition.provinces)
    if isinstance(condition, PartyIs):
        return _union(_of_party(condition.side, selector) for selector in condition.wanted)
    if isinstance(condition, PlaceIs):
        return _union(_of_place(selector) for selector in condition.wanted)
    if isinstance(condition, Near):
        return None if condition.coarse else _union(_of_target(target, condition.km) for target in condition.targets)
    if isinstance(condition, Inside):
        return _union(_of_target(surface, 0.0) for surface in condition.surfaces)
    if isinstance(condition, TextHas):
        return _of_text(condition)
    if isinstance(condition, SourceIs):
        return frozenset(("source", condition.field.value, value) for value in condition.values)
    return None


def _union(found: Iterable[Anchors | None]) -> Anchors | None:
    anchors: set[Anchor] = set()
    for part in found:
        if part is None:
            return None
        anchors |= part
    return frozenset(anchors)


def _best(conditions: tuple[Condition, ...]) -> Anchors | None:
    found = [anchors for anchors in map(needed, conditions) if anchors is not None]
    paired = _type_in_country(conditions)
    return min([*found, *([paired] if paired else [])], key=_commonness, default=None)


def _commonness(anchors: Anchors) -> float:
    return sum(_commonness_of(anchor) for anchor in anchors)


def _commonness_of(anchor: Anchor) -> float:
    if anchor[0] == "cell":
        return pow(float(str(anchor[1])) / _CELL_KM, _CELL_POWER)
    return _COMMONNESS.get(str(anchor[0]), _COMMONNESS_ELSE)


def _type_in_country(conditions: tuple[Condition, ...]) -> Anchors | None:
    names = next((c.names for c in conditions if isinstance(c, TypeIs)), frozenset[str]())
    codes = next((c.codes for c in conditions if isinstance(c, CountryIs)), frozenset[str]())
    if not 0 < len(names) * len(codes) <= _PAIRS_MAX:
        return None
    return frozenset(("type in", name, code) for name in names for code in codes)


def _of_party(side: Side, selector: PartySelector) -> Anchors | None:
    if selector.names:
        named = {(side.value, name) for name in selector.names}
        return frozenset(named | ({(side.value, "of", selector.state)} if selector.state else set()))
    if selector.kinds:
        return frozenset((side.value, "kind", kind) for kind in selector.kinds)
    if selector.countries:
        return frozenset((side.value, "of", country) for country in selector.countries)
    return None


def _of_place(selector: PlaceSelector) -> Anchors | None:
    if selector.key is None:
        return frozenset(("place kind", kind) for kind in selector.kinds) or None
    own = frozenset({("place", selector.key)})
    if selector.precision is Precision.COUNTRY:
        return own | {("country", selector.country or "")}
    if selector.precision is Precision.ADMIN1:
        return own | {("admin1", selector.country or "", fold(selector.admin1 or selector.name))}
    if selector.precision is Precision.ADMIN2 or selector.point is None:
        return own | {("country", selector.country or "")}
    cells = cover((selector.point, selector.radius_km + 1))
    return None if cells is None else own | _as_anchors(cells)


def _of_target(target: Target, km: float) -> Anchors | None:
    found: set[Anchor] = set()
    for circle in circles(target, km):
        cells = cover(circle)
        if cells is None:
            return None
        found |= _as_anchors(cells)
    found |= {("place", key) for key in own_keys(target)}
    if isinstance(target, Spot):
        found.add(("of", fold(target.name)))
    return frozenset(found)


def _as_anchors(cells: Iterable[tuple[float, int, int, int]]) -> frozenset[Anchor]:
    return frozenset(("cell", *cell) for cell in cells)


def _of_text(condition: TextHas) -> Anchors | None:
    every = [frozenset({word}) for phrase in condition.all_of if (word := _word(phrase))]
    some = [_word(phrase) for phrase in condition.any_of]
    if some and all(some):
        every.append(frozenset(("word", word[1]) for word in some if word))
    return min(every, key=len, default=None)


def _word(phrase: str) -> Anchor | None:
    """Return a phrase's longest word, which a text must have whole; None in a script without spaces."""
    if any(is_unspaced(character) for character in phrase):
        return None
    longest = max(words_of(phrase), key=lambda word: (len(word), word), default=None)
    return ("word", longest) if longest else None


def given(subject: Subject, *, kinds: frozenset[str]) -> Iterator[Anchor]:
    """Yield every anchor that a subject has, of the kinds that some rule hangs on."""
    if "source" in kinds:
        yield from _of_source(subject.report.source)
    if "word" in kinds:
        for word in subject.text.words:
            yield "word", word
    if subject.event is not None:
        yield from _of_event(subject, subject.event, kinds)


def _of_source(source: Source) -> Iterator[Anchor]:
    for name in ("id", "kind", "owner", "reliability", "country", "language"):
        value = getattr(source, name)
        if value is not None:
            yield "source", name, fold(value)


def _of_event(subject: Subject, event: Event, kinds: frozenset[str]) -> Iterator[Anchor]:
    types = ancestors(event.type)
    if "type" in kinds:
        yield from (("type", name) for name in types)
    for side, parties in ((Side.ACTOR.value, event.actors), (Side.TARGET.value, event.targets)):
        if side in kinds:
            yield from _of_parties(side, parties)
    if event.place is not None:
        yield from _of_its_place(event.place, types, kinds)
    if event.distance is not None:
        yield "of", fold(event.distance.of)
        yield from ([("place", event.distance.anchor.key)] if event.distance.anchor else [])
    if "cell" in kinds:
        spots = {fix.point for fix in (subject.fix,) if fix} | ({event.place.point} if event.place else set())
        for point in spots:
            for size, x, y, z in cells_of(point):
                yield "cell", size, x, y, z


def _of_parties(side: str, parties: Iterable[Party]) -> Iterator[Anchor]:
    for party in parties:
        yield from ((side, fold(name)) for name in (party.name, *party.member_of))
        yield from ([(side, "kind", party.kind)] if party.kind else [])
        yield from ([(side, "of", party.country)] if party.country else [])


def _of_its_place(place: Place, types: Sequence[str], kinds: frozenset[str]) -> Iterator[Anchor]:
    yield "place", place.key
    yield "place kind", place.kind
    for code in place.countries:
        yield "country", code
        if "type in" in kinds:
            yield from (("type in", name, code) for name in types)
        yield from ([("admin1", code, fold(place.admin1))] if place.admin1 and "admin1" in kinds else [])
