"""What an alert is about when its rule does not say: the fields of `by`, and each type's natural level."""

from __future__ import annotations

from collections.abc import Iterable

from alerts.domain.place import PRECISIONS, Precision
from alerts.domain.taxonomy import ancestors
from alerts.ruleset.conditions import All, AnyOf, Condition, Inside, Near, OrUnknown, TypeIs, asserted

PLACE_LEVELS: dict[str, Precision] = {f"place.{level}": level for level in PRECISIONS}
BY_FIELDS: tuple[str, ...] = (*PLACE_LEVELS, "near.place", "actor", "target", "type", "source", "status")
"""What `by` may name."""

VOLATILE: frozenset[str] = frozenset({"status", "source"})
"""Allowed, but their value changes while the alert lives, or differs by who reports: one happening, many alerts."""

NEVER_BY: frozenset[str] = frozenset(
    """title summary severity distance_km distance occurred_at published_at received_at starts_at confidence quantity
    quantities claimed disputed evidence quote report url report.id report.url text event id""".split()
)
"""Values that change with every report; an alert's identity cannot hang on them."""

_SITE = "place.site"
_LEVEL_OF_TYPE = {
    "border_crossing_closed": _SITE,
    "border_crossing_reopened": _SITE,
    "port_closed": _SITE,
    "port_reopened": _SITE,
    "infrastructure_damaged": _SITE,
    "route_severed": _SITE,
    "route_reopened": _SITE,
    "industrial_accident": _SITE,
    "airspace_closed": "place.country",
    "airspace_reopened": "place.country",
    "outage": "place.admin1",
    "humanitarian": "place.admin1",
    "hazard": "place.admin1",
    "diplomacy": "place.country",
    "agreement": "place.country",
    "ceasefire": "place.country",
    "ceasefire_violation": "place.country",
    "military_aid": "place.country",
    "mobilization": "place.country",
    "earthquake": "place.admin2",
}
_LEVEL_ELSE = "place.town"
_ORDER = list(PLACE_LEVELS)


def default_by(tree: Condition, *, on_reports: bool) -> tuple[str, ...]:
    """Return the identity of a rule without `by`: `near.place` if there is `near`, else its types' natural level.

    Of several types the coarsest level is taken, so that one happening told under two types stays one alert. A rule
    on reports has one alert.
    """
    if on_reports:
        return ()
    if _is_always_near(tree):
        return ("near.place",)
    names = [name for leaf in asserted(tree) if isinstance(leaf, TypeIs) for name in sorted(leaf.names)]
    return (_coarsest(natural_level(name) for name in names),)


def _is_always_near(tree: Condition) -> bool:
    """Return whether every way for a tree to hold is near to something: else `near.place` would often be unknown."""
    if isinstance(tree, All):
        return any(_is_always_near(part) for part in tree.conditions)
    if isinstance(tree, AnyOf):
        return all(_is_always_near(part) for part in tree.conditions)
    return _is_always_near(tree.condition) if isinstance(tree, OrUnknown) else isinstance(tree, Near)


def natural_level(event_type: str) -> str:
    """Return the level at which happenings of a type are told apart."""
    return next((_LEVEL_OF_TYPE[name] for name in ancestors(event_type) if name in _LEVEL_OF_TYPE), _LEVEL_ELSE)


def _coarsest(levels: Iterable[str]) -> str:
    return max(levels, key=_ORDER.index, default=_LEVEL_ELSE)


def has_near(tree: Condition) -> bool:
    """Return whether a rule measures from places of its own, so that `near.place` means something."""
    return any(isinstance(leaf, Near | Inside) for leaf in asserted(tree))
