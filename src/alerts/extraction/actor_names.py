"""Names and nouns for those who act, as values; `actors.py` reads them in a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.domain.event import Party

WORD = re.compile(r"\w+")

ARMED: frozenset[str] = frozenset(
    {"state_forces", "police", "rebel_group", "militia", "armed_group", "criminal_group", "peacekeepers"}
)
"""Kinds of parties that carry arms."""
STATE: frozenset[str] = frozenset({"state_forces", "police", "government"})
"""Kinds that act for a state."""
NONSTATE: frozenset[str] = frozenset(
    {"rebel_group", "militia", "armed_group", "criminal_group", "political_opposition"}
)
"""Kinds that act against a state, or beside it."""
PEOPLE: frozenset[str] = frozenset(
    {"civilian", "refugees", "protesters", "aid_worker", "journalist", "health_worker", "prisoners", "politician"}
)
"""Kinds of unarmed people."""

GROUP_KINDS: frozenset[str] = ARMED | {"political_opposition", "protesters"}

PARTY_KINDS: frozenset[str] = (
    ARMED
    | STATE
    | NONSTATE
    | PEOPLE
    | frozenset({"international_organisation", "aid_agency", "company", "union", "media", "person", "country"})
)
"""Kinds of `Party` that the lexicon may give an actor; a target may also be of a kind of `PLACE_KINDS`."""


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling of a named actor: its words, and whether its letters' case must fit ("SDF", not "sdf")."""

    words: tuple[str, ...]
    exact: tuple[str, ...] | None
    party: Party


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorNames:
    """Who can act.

    `names` are indexed by their first word in lower case, the longest first. `demonyms`, `countries` and `capitals`
    map lower-case words to ISO 3166-1 alpha-2 codes. `nouns` map lemmas of generic nouns to kinds ("troop":
    state_forces). `country_names` give the English name of a code.
    """

    names: Mapping[str, tuple[Name, ...]]
    demonyms: Mapping[str, str]
    countries: Mapping[str, str]
    capitals: Mapping[str, str]
    nouns: Mapping[str, str]
    country_names: Mapping[str, str]


def words(text: str) -> tuple[str, ...]:
    """Return the words of a name as they are compared: letters and digits, without hyphens and apostrophes."""
    return tuple(WORD.findall(text))
