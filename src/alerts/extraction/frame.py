"""Frames: how reporters say that one kind of event happened, as values.

A frame has triggers of one part of speech, the roles that fill actor, target and place, tests that must or must not
hold, and variants that give another type where their test holds. `docs/extraction.md` documents the file format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.domain.event import Status
from alerts.domain.place import PlaceRole


class Part(StrEnum):
    """What a trigger is: it decides how roles are read."""

    VERB = "verb"
    NOUN = "noun"
    STATE = "state"
    """An adjective or a phrase that says how something is: "shut", "without power", "under siege"."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One trigger: alternatives of lemmas, word by word. `anchor` is the index of the word that carries the roles."""

    words: tuple[frozenset[str], ...]
    anchor: int
    rarest: frozenset[str] = field(init=False, compare=False)
    """Of the words beside the anchor those that fewest sentences have, as far as their number and length tell."""

    def __post_init__(self) -> None:
        beside = [words for number, words in enumerate(self.words) if number != self.anchor]
        rarest = min(beside, key=lambda words: (len(words), -min(map(len, words), default=0)), default=frozenset())
        object.__setattr__(self, "rarest", rarest)


# Roles that no word of the trigger's own sentence need fill.
_BEYOND_SENTENCE = frozenset({"block", "next", "previous", "actor", "target", "where"})


@dataclass(frozen=True, slots=True)
class Test:
    """Holds when any of `roles` is filled by a word of `terms`.

    Terms are lemmas ("border crossing" may have several words) or kinds in capitals, see `KINDS`.
    """

    roles: Mapping[str, frozenset[str]]
    words: frozenset[str] | None = field(init=False, compare=False)
    """The terms, where it can hold only in a sentence that has one of them; None where it may hold in any."""

    def __post_init__(self) -> None:
        terms = frozenset(term for terms in self.roles.values() for term in terms)
        anywhere = not terms.isdisjoint(KINDS) or not _BEYOND_SENTENCE.isdisjoint(self.roles)
        object.__setattr__(self, "words", None if anywhere else terms)


KINDS: frozenset[str] = frozenset(
    """PLACE PARTY NUMBER PRONOUN NAME ANY NONE ARMED STATE NONSTATE PEOPLE CIVIC FOREIGN DOMESTIC PASSIVE SITE AREA
    COUNTRY GENERIC STATES GROUP DISTANCE AGENCY ROADNUMBER""".split()
)
"""What a test can ask beside lemmas.

PLACE a place name; PARTY a known actor; NUMBER a figure; PRONOUN; NAME a capitalised unknown; ANY something; NONE the
role is empty; ARMED, STATE, NONSTATE, PEOPLE, CIVIC the kind of a party; FOREIGN, DOMESTIC a party's country against
the place's; PASSIVE the verb is passive; SITE a crossing, bridge or other spot; AREA a town or larger; COUNTRY;
DISTANCE a stated distance from a place; STATES a country or its demonym; GROUP an armed or political group; GENERIC
no proper name; AGENCY an aid agency or international organisation; ROADNUMBER "the M4", "RN7".
"""


@dataclass(frozen=True, slots=True)
class Variant:
    """Another type for the same trigger, where all tests hold."""

    type: str
    when: tuple[Test, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One way of saying one kind of event."""

    id: str
    type: str
    part: Part
    patterns: tuple[Pattern, ...]
    actor: tuple[str, ...]
    target: tuple[str, ...]
    place: Mapping[PlaceRole, tuple[str, ...]]
    require: tuple[Test, ...] = ()
    forbid: tuple[Test, ...] = ()
    variants: tuple[Variant, ...] = ()
    besides: tuple[Variant, ...] = ()
    """What the same words tell as well, each where all its tests hold: a road that protesters block is severed."""
    status: Status | None = None
    """The status that the trigger itself carries ("the battle looms"), where the sentence would say it happened."""
    needs_place: bool = True
    """Whether an event without any place, inherited ones included, is still worth an event."""
    inherits: str = "place"
    """What an event without a place of its own takes from before: the last `place`, the `country`, or `nothing`."""
    durative: bool = False
    """What a noun names takes time: told in the present tense, it goes on ("the push towards Hama raises fears")."""
    weak: bool = False
    """Yields to any other frame's event in the same clause: casualties to the attack that caused them."""
    toll: bool = False
    """Its deaths are those of an event told before it, where there is one that kills."""
    negated: bool = False
    """Told by a negation and by nothing else: "no ship can dock", "is not passable", "has no power"."""
    spoken: bool = False
    """What its verb says is the event, as a threat or a demand: its own "will", "must" and "unless" weaken nothing."""
    confidence: float = 0.85
    priority: int = 0
