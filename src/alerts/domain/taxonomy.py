"""The tree of event types, its named groups, and what ACLED and PLOVER call each leaf.

ACLED sub-event names are those of its codebook (25 of them); PLOVER categories are the 16 of PLOVER 2.0.
A leaf that an ontology does not know maps to None there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Codes(NamedTuple):
    """The names that two public ontologies have for one type; None where they have none."""

    acled: str | None
    plover: str | None


_CUSTOM = "custom"

_TREE: dict[str, dict[str, Codes]] = {
    "battle": {
        "armed_clash": Codes("Armed clash", "ASSAULT"),
        "government_regains_territory": Codes("Government regains territory", "ASSAULT"),
        "non_state_actor_overtakes_territory": Codes("Non-state actor overtakes territory", "ASSAULT"),
        "advance": Codes(None, "MOBILIZE"),
        "force_proximity": Codes(None, "MOBILIZE"),
        "siege": Codes(None, "COERCE"),
        "naval_or_air_incident": Codes(None, "ASSAULT"),
    },
    "explosion_remote_violence": {
        "air_drone_strike": Codes("Air/drone strike", "ASSAULT"),
        "shelling_artillery_missile_attack": Codes("Shelling/artillery/missile attack", "ASSAULT"),
        "suicide_bomb": Codes("Suicide bomb", "ASSAULT"),
        "remote_explosive_landmine_ied": Codes("Remote explosive/landmine/IED", "ASSAULT"),
        "grenade": Codes("Grenade", "ASSAULT"),
        "chemical_weapon": Codes("Chemical weapon", "ASSAULT"),
    },
    "violence_against_civilians": {
        "attack": Codes("Attack", "ASSAULT"),
        "abduction_forced_disappearance": Codes("Abduction/forced disappearance", "ASSAULT"),
        "sexual_violence": Codes("Sexual violence", "ASSAULT"),
    },
    "protest": {
        "peaceful_protest": Codes("Peaceful protest", "PROTEST"),
        "protest_with_intervention": Codes("Protest with intervention", "PROTEST"),
        "excessive_force_against_protesters": Codes("Excessive force against protesters", "ASSAULT"),
    },
    "riot": {
        "violent_demonstration": Codes("Violent demonstration", "PROTEST"),
        "mob_violence": Codes("Mob violence", "PROTEST"),
    },
    "strategic_development": {
        "agreement": Codes("Agreement", "AGREE"),
        "ceasefire": Codes("Agreement", "RETREAT"),
        "ceasefire_violation": Codes("Other", "ASSAULT"),
        "arrests": Codes("Arrests", "COERCE"),
        "change_to_group_activity": Codes("Change to group/activity", "MOBILIZE"),
        "disrupted_weapons_use": Codes("Disrupted weapons use", "COERCE"),
        "headquarters_or_base_established": Codes("Headquarters or base established", "MOBILIZE"),
        "looting_property_destruction": Codes("Looting/property destruction", "ASSAULT"),
        "non_violent_transfer_of_territory": Codes("Non-violent transfer of territory", "RETREAT"),
        "withdrawal": Codes(None, "RETREAT"),
        "mobilization": Codes(None, "MOBILIZE"),
        "military_aid": Codes(None, "AID"),
    },
    "access": {
        "border_crossing_closed": Codes(None, "COERCE"),
        "border_crossing_reopened": Codes(None, "RETREAT"),
        "route_severed": Codes(None, "COERCE"),
        "route_reopened": Codes(None, "RETREAT"),
        "airspace_closed": Codes(None, "COERCE"),
        "airspace_reopened": Codes(None, "RETREAT"),
        "port_closed": Codes(None, "COERCE"),
        "port_reopened": Codes(None, "RETREAT"),
        "infrastructure_damaged": Codes(None, "ASSAULT"),
        "curfew_or_restriction": Codes(None, "COERCE"),
        "labour_strike": Codes(None, "PROTEST"),
    },
    "outage": {
        "power_outage": Codes(None, None),
        "telecom_outage": Codes(None, None),
        "water_outage": Codes(None, None),
    },
    "humanitarian": {
        "displacement": Codes(None, "SANCTION"),
        "return": Codes(None, None),
        "casualties": Codes(None, "ASSAULT"),
        "aid_delivered": Codes(None, "AID"),
        "aid_blocked": Codes(None, "COERCE"),
        "evacuation": Codes(None, None),
        "humanitarian_need": Codes(None, None),
    },
    "diplomacy": {
        "consult": Codes(None, "CONSULT"),
        "threaten": Codes(None, "THREATEN"),
        "demand": Codes(None, "REQUEST"),
        "accuse": Codes(None, "ACCUSE"),
        "sanction": Codes(None, "SANCTION"),
        "reject": Codes(None, "REJECT"),
    },
    "hazard": {
        "earthquake": Codes(None, None),
        "tsunami": Codes(None, None),
        "flood": Codes(None, None),
        "drought": Codes(None, None),
        "wildfire": Codes(None, None),
        "volcanic_eruption": Codes(None, None),
        "landslide": Codes(None, None),
        "epidemic": Codes(None, None),
        "industrial_accident": Codes(None, None),
    },
    "storm": {"tropical_cyclone": Codes(None, None)},
}

# Branches that hang below another branch. A report may also name such a branch itself ("an outage").
_BRANCH_PARENTS = {"outage": "access", "storm": "hazard"}

GROUPS: dict[str, tuple[str, ...]] = {
    "territory_captured": (
        "government_regains_territory",
        "non_state_actor_overtakes_territory",
        "non_violent_transfer_of_territory",
    ),
}

_PARENTS: dict[str, str] = _BRANCH_PARENTS | {leaf: branch for branch, leaves in _TREE.items() for leaf in leaves}
_CODES: dict[str, Codes] = {leaf: codes for leaves in _TREE.values() for leaf, codes in leaves.items()}

BRANCHES: frozenset[str] = frozenset(_TREE)
EVENT_TYPES: frozenset[str] = frozenset(_CODES) | frozenset(_BRANCH_PARENTS)
"""Every type that an event can have, `custom/...` aside."""

ACLED_SUB_EVENTS: frozenset[str] = frozenset(entry.acled for entry in _CODES.values() if entry.acled)
PLOVER_CATEGORIES: frozenset[str] = frozenset(
    "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST "
    "ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE ASSAULT".split()
)


def codes(event_type: str) -> Codes:
    """Return what ACLED and PLOVER call a type; both None for a type that neither has."""
    return _CODES.get(event_type, Codes(None, None))


def is_event_type(name: str) -> bool:
    """Return whether an event may carry this type: one of the tree's, or `custom/<something>`."""
    return name in EVENT_TYPES or (name.startswith(_CUSTOM + "/") and len(name) > len(_CUSTOM) + 1)


def is_known_name(name: str) -> bool:
    """Return whether a rule may name it: a type, a branch, a group, or something below `custom/`."""
    return name in EVENT_TYPES or name in BRANCHES or name in GROUPS or name.split("/", maxsplit=1)[0] == _CUSTOM


def ancestors(event_type: str) -> tuple[str, ...]:
    """Return the type and every branch above it, the type first.

    `custom/a/b` lies below `custom/a` and `custom`.
    """
    if event_type.startswith(_CUSTOM + "/"):
        parts = event_type.split("/")
        return tuple("/".join(parts[:end]) for end in range(len(parts), 0, -1))
    line = [event_type]
    while line[-1] in _PARENTS:
        line.append(_PARENTS[line[-1]])
    return tuple(line)


def family(event_type: str) -> str:
    """Return the top branch of a type."""
    return ancestors(event_type)[-1]


def expand(names: Iterable[str], groups: dict[str, tuple[str, ...]] | None = None) -> frozenset[str]:
    """Return names with every group replaced by its members; branches stay, as `is_below` reads them.

    Args:
        names: Types, branches or groups.
        groups: Groups of a rule pack, beside the ones that ship. They may name groups that ship, not one another.
    """
    own = groups or {}
    found: set[str] = set()
    for name in names:
        for member in own.get(name, (name,)):
            found.update(GROUPS.get(member, (member,)))
    return frozenset(found)


def is_below(event_type: str, names: frozenset[str]) -> bool:
    """Return whether a type is one of `names` or lies below one of them."""
    return not names.isdisjoint(ancestors(event_type))
