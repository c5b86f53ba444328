"""The key of an alert: the values of a rule's `by` for one subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, product

from alerts.domain.event import Event
from alerts.domain.match import AlertKey
from alerts.domain.place import PRECISIONS, Place, Precision
from alerts.matching.measure import Measured, Ruler, truth_of_near
from alerts.matching.truth import Subject, Truth
from alerts.ruleset.conditions import Condition, Inside, Near, asserted
from alerts.ruleset.identity import PLACE_LEVELS
from alerts.ruleset.rule import Rule

UNKNOWN = "unknown"
_LANDS = frozenset({"country", "region", "province", "district", "sea", "river", "mountain", "road", "border"})
ALERTS_MAX = 20
"""Alerts that one event opens at most under one rule, one for each value of a list."""


@dataclass(frozen=True, slots=True)
class NearHit:
    """One target that an event is near to."""

    key: str
    name: str
    measured: Measured


@dataclass(frozen=True, slots=True)
class Identity:
    """One alert that a subject is about."""

    key: AlertKey
    is_coarse: bool
    near: NearHit | None


@dataclass(frozen=True, slots=True)
class NearTests:
    """Every `near` and `inside` of a rule's match, ready to say which of their targets an event is near to."""

    rulers: tuple[tuple[Near, Ruler], ...]

    def hits(self, subject: Subject) -> tuple[NearHit, ...]:
        """Return the targets that an event certainly is near to, each once, the nearest first."""
        found: dict[str, NearHit] = {}
        for near, ruler in self.rulers:
            measured = ruler.measure(subject)
            if measured is not None and truth_of_near(near, measured) is Truth.YES:
                found.setdefault(ruler.target.key, NearHit(ruler.target.key, ruler.target.name, measured))
        return tuple(sorted(found.values(), key=lambda hit: (hit.measured.high_km, hit.key)))


def identities(rule: Rule, subject: Subject, tests: NearTests) -> tuple[Identity, ...]:
    """Return the alerts that a subject is about under a rule, at most `ALERTS_MAX`."""
    hits = tests.hits(subject)
    columns = [list(_values(name, subject, hits)) for name in rule.alert.by]
    found = []
    for row in islice(product(*columns), ALERTS_MAX):
        by = tuple((name, value.text) for name, value in zip(rule.alert.by, row, strict=True))
        near = next((value.near for value in row if value.near), hits[0] if hits else None)
        is_coarse = any(value.is_coarse for value in row) or (near is not None and near.measured.is_coarse)
        found.append(Identity(AlertKey(rule_id=rule.id, by=by), is_coarse, near))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Value:
    text: str
    is_coarse: bool = False
    near: NearHit | None = None


def _values(name: str, subject: Subject, hits: tuple[NearHit, ...]) -> Iterator[_Value]:
    """Yield the values of one field, `unknown` when there is none."""
    found = False
    for value in _known_values(name, subject, hits):
        found = True
        yield value
    if not found:
        yield _Value(UNKNOWN)


def _known_values(name: str, subject: Subject, hits: tuple[NearHit, ...]) -> Iterator[_Value]:
    event = subject.event
    if name == "source":
        yield _Value(subject.report.source.id)
    elif name == "near.place":
        yield from (_Value(hit.key, near=hit) for hit in hits)
    elif event is None:
        return
    elif name in PLACE_LEVELS:
        place = _told_place(event)
        yield from [_at_level(place, PLACE_LEVELS[name])] if place else []
    elif name in {"actor", "target"}:
        parties = event.actors if name == "actor" else event.targets
        yield from _texts(party.name for party in parties)
    elif name == "type":
        yield _Value(event.type)
    elif name == "status":
        yield _Value(event.status.value)


def _texts(names: Iterable[str]) -> Iterator[_Value]:
    yield from (_Value(name) for name in dict.fromkeys(names))


def _told_place(event: Event) -> Place | None:
    """Return the place that identity hangs on: for a spot "4 km north of Homs" it is Homs, at any distance."""
    place, distance = event.place, event.distance
    is_derived = place is not None and place.geonames_id is None and place.precision in {Precision.SITE, Precision.TOWN}
    if distance is not None and distance.anchor is not None and (place is None or is_derived):
        return distance.anchor
    return place


def _at_level(place: Place, level: Precision) -> _Value:
    """Return a place's value at a level: a finer place rolls up, a coarser one stands at its own level."""
    rank = PRECISIONS.index
    is_coarse = rank(place.precision) > rank(level)
    if is_coarse and place.kind not in _LANDS and rank(level) <= rank(Precision.TOWN):
        return _Value(place.key, is_coarse)  # a name that no list holds: two of one country are two
    at = place.precision if is_coarse else level
    if at in {Precision.SITE, Precision.TOWN}:
        return _Value(place.key, is_coarse)
    parts = _divisions(place)[: {Precision.COUNTRY: 1, Precision.ADMIN1: 2, Precision.ADMIN2: 3}[at]]
    known = [part for part in parts if part]
    # A gap above the level (no province known) leaves the place told apart by what is known of it.
    return _Value("/".join(known) if known else place.key, is_coarse or len(known) < len(parts))


def _divisions(place: Place) -> tuple[str | None, str | None, str | None]:
    own = {place.precision: place.name}
    admin1 = place.admin1 or own.get(Precision.ADMIN1)
    return place.country, admin1, place.admin2 or own.get(Precision.ADMIN2)


def near_tests(tree: Condition) -> NearTests:
    """Gather the `near` and `inside` conditions that a rule asserts; inside is within 0 km."""
    nears = [near for leaf in asserted(tree) if (near := _as_near(leaf))]
    return NearTests(tuple((near, Ruler(target)) for near in nears for target in near.targets))


def _as_near(leaf: Condition) -> Near | None:
    if isinstance(leaf, Inside):
        return Near(targets=leaf.surfaces, km=0.0)
    return leaf if isinstance(leaf, Near) else None
