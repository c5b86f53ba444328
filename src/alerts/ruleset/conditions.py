"""Conditions: tests of one event and its report, as values. The tree that a rule's `match` compiles to.

What a condition means is `matching`'s; here it is only said. `key` and `expected` are for readers and take no part
in equality or in a rule's digest: two spellings of one condition are one condition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.domain.event import Scope, Status
from alerts.domain.geo import Point
from alerts.domain.place import PlaceRole, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One test. `key` is the word of the rule file, `expected` what it asks for, as a person would say it."""

    key: str = field(default="", compare=False)
    expected: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class All(Condition):
    """Holds when every condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Condition):
    """Holds when one condition holds."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Condition):
    """Holds when a condition certainly does not; unknown stays unknown."""

    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class OrUnknown(Condition):
    """Holds when a condition holds or is unknown."""

    condition: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a value must be. Texts are compared folded; an empty comparison holds for every known value."""

    at_least: float | None = None
    more_than: float | None = None
    at_most: float | None = None
    less_than: float | None = None
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    exists: bool | None = None
    matches: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeIs(Condition):
    """The type is one of these or lies below one."""

    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusIs(Condition):
    """`by_default` tells the status that the rule's author did not write: a denial may dispute such a rule."""

    statuses: frozenset[Status]
    by_default: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleIs(Condition):
    """How the place belongs to the event."""

    roles: frozenset[PlaceRole]


class Side(StrEnum):
    """Which parties of an event a condition looks at."""

    ACTOR = "actor"
    TARGET = "target"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartySelector:
    """One way to be meant: every part that is given must fit.

    `names` are folded; a party fits by its own name or that of a group above it. `state` is a country whose
    government and forces are meant by its name ("Israel").
    """

    names: frozenset[str] = frozenset()
    state: str | None = None
    kinds: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyIs(Condition):
    """One party of a side fits one of the selectors."""

    side: Side
    wanted: tuple[PartySelector, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSelector:
    """One way for a place to be meant: that place or inside it, and of these kinds, and in these countries."""

    key: str | None = None
    name: str = field(default="", compare=False)
    point: Point | None = None
    radius_km: float = 0.0
    precision: Precision = Precision.SITE
    country: str | None = None
    admin1: str | None = None
    admin2: str | None = None
    kinds: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceIs(Condition):
    """The event's place fits one of the selectors."""

    wanted: tuple[PlaceSelector, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryIs(Condition):
    """The place lies in one of these countries (ISO alpha-2)."""

    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin1Is(Condition):
    """The place lies in one of these provinces: (country, folded name)."""

    provinces: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A reference with an edge: a town, a point, a site. `key` is its identity in an alert's key."""

    key: str
    name: str = field(compare=False)
    point: Point
    radius_km: float = 0.0
    place_key: str | None = None
    """Set for a place of the gazetteer: a distance that a text states from this very place decides."""
    country: str | None = None
    admin1: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A reference along great circles between its stops; what happened in a stop itself is on the route."""

    key: str
    name: str = field(compare=False)
    stops: tuple[Point, ...]
    stop_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A reference with an inside. `polygons` are rings of (lon, lat), the outer first, as `shapes` unrolled them."""

    key: str
    name: str = field(compare=False)
    polygons: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]


Target = Spot | Route | Surface


@dataclass(frozen=True, slots=True, kw_only=True)
class Near(Condition):
    """Within `km` of one of the targets. `coarse` lets an event in that is known only to a province or country."""

    targets: tuple[Target, ...]
    km: float
    coarse: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside(Condition):
    """Inside one of the surfaces."""

    surfaces: tuple[Surface, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityIs(Condition):
    """A figure of this kind compares by its certain bound. `window_hours` compares the span that it covers."""

    kind: str
    wanted: Comparison
    window_hours: Comparison | None = None
    scopes: frozenset[Scope] = frozenset({Scope.NEW, Scope.TOTAL})
    households: bool = False
    """The figure wanted is one of households."""
    persons_per_household: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextHas(Condition):
    """Folded phrases at word boundaries, and RE2 patterns, in the report's title and text."""

    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()


class SourceField(StrEnum):
    """What a condition may ask of a report's source."""

    ID = "id"
    KIND = "kind"
    OWNER = "owner"
    RELIABILITY = "reliability"
    COUNTRY = "country"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIs(Condition):
    """A field of the source is one of these; texts folded."""

    field: SourceField
    values: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageIs(Condition):
    """The report's language, else its source's."""

    languages: frozenset[str]


class Flag(StrEnum):
    """Yes-or-no fields of an event."""

    CLAIMED = "claimed"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagIs(Condition):
    """A flag has this value."""

    flag: Flag
    value: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfidenceIs(Condition):
    """How sure the extraction is, in [0, 1]."""

    wanted: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeIs(Condition):
    """Hours from the event to the report's arrival; from its publication for a rule on reports."""

    wanted: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsIs(Condition):
    """Hours from the report's arrival to the planned start."""

    wanted: Comparison


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeIs(Condition):
    """A field of a structured message, by its dotted path."""

    path: str
    wanted: Comparison


REPORT_CONDITIONS: tuple[type[Condition], ...] = (TextHas, SourceIs, LanguageIs)
"""What can be asked of a report alone."""


def leaves(condition: Condition) -> Iterator[Condition]:
    """Yield the tests of a tree, in order, below negations too."""
    if isinstance(condition, All | AnyOf):
        for part in condition.conditions:
            yield from leaves(part)
    elif isinstance(condition, Not | OrUnknown):
        yield from leaves(condition.condition)
    else:
        yield condition


def asserted(condition: Condition) -> Iterator[Condition]:
    """Yield the tests of a tree that are asked to hold, and its negations whole, in order."""
    if isinstance(condition, All | AnyOf):
        for part in condition.conditions:
            yield from asserted(part)
    elif isinstance(condition, OrUnknown):
        yield from asserted(condition.condition)
    else:
        yield condition
