"""What the world of a paragraph lets through: a figure of speech is no event, a plot and an exercise have no today."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from alerts.domain.event import HAPPENING, Status
from alerts.domain.taxonomy import family
from alerts.extraction.mentions import TimePhrase
from alerts.extraction.roles import Roles
from alerts.extraction.surroundings import World
from alerts.extraction.tense import Standing

_SPEECH = frozenset({World.SPORT, World.BUSINESS, World.SCIENCE, World.LEISURE, World.GAMES, World.OPINION})
# Where what is feared or planned may well be meant.
_OPEN = frozenset({World.BUSINESS, World.OPINION, World.SCIENCE})
# What no such text says but in earnest.
_EARNEST = frozenset(
    "power_outage water_outage telecom_outage labour_strike earthquake tsunami tropical_cyclone storm epidemic".split()
)
# What a story about money and goods may say in earnest: its own trade.
_TRADE = frozenset(
    """port_closed port_reopened border_crossing_closed border_crossing_reopened airspace_closed route_severed
    route_reopened infrastructure_damaged industrial_accident sanction military_aid drought wildfire arrests""".split()
)
_TALK = frozenset({"agreement", "consult", "reject", "demand", "accuse", "threaten", "ceasefire", "withdrawal"})
# What scholars of nature write about in earnest.
_NATURE = frozenset({"hazard"})
_KILLING = frozenset({"kill", "die"})
_SCREENS = frozenset({"power_outage", "telecom_outage"})


def through_worlds(
    worlds: AbstractSet[World], roles: Roles, standing: Standing, status: Status | None, time: TimePhrase | None
) -> Status | None:
    """Return the status that an event has in the worlds of its paragraph; None where it is a way of speaking.

    Args:
        worlds: What the paragraph is about.
        roles: The event's trigger.
        standing: What its sentence says of its reality.
        status: Its status by that sentence.
        time: The time that its sentence names.
    """
    if status is None or not worlds:
        return status
    if any(_speaks_so(world, roles) for world in worlds & _SPEECH if status in HAPPENING or world not in _OPEN):
        return None
    if status not in HAPPENING:
        return status
    if World.DRILL in worlds and _is_played(roles):
        return Status.POSSIBLE
    fresh = time is not None and not time.historical and not time.future and time.window_hours is None
    if World.ARTS in worlds and not (proves(roles) and _is_past(roles, standing)):
        return Status.HISTORICAL
    if World.HISTORY in worlds and not fresh and not standing.perfect:
        return Status.HISTORICAL
    return status


def proves(roles: Roles, *, beside: bool = False) -> bool:
    """Return whether the trigger's own sentence holds a word that is meant as it stands: a gunman, the dead.

    Args:
        roles: The trigger.
        beside: Look for a word beside the trigger's own.
    """
    return _sentence_has(roles, "hard_evidence", beside=beside)


def _speaks_so(world: World, roles: Roles) -> bool:
    event_type = roles.hit.frame.type
    if event_type in _EARNEST and not (world is World.GAMES and event_type in _SCREENS):
        return False
    if world is World.BUSINESS and event_type in _TRADE:
        return False
    if world is World.SCIENCE and family(event_type) in _NATURE:
        return False
    if event_type in _TALK or family(event_type) in ("diplomacy", "protest"):
        return not _sentence_has(roles, "state_evidence") and not proves(roles)
    return not proves(roles)


def _is_past(roles: Roles, standing: Standing) -> bool:
    """Tell what a report tells from a plot, which stands in the present."""
    grammar = roles.grammar
    line = (roles.hit.head, *grammar.ancestors(roles.hit.head))
    return standing.past or standing.perfect or any(grammar.tree.tag[i] == "VBD" for i in line)


def _is_played(roles: Roles) -> bool:
    """What armies and rescuers do in an exercise; that it is held is no part of it."""
    return roles.hit.frame.type not in ("mobilization", "consult", "force_proximity")


def _sentence_has(roles: Roles, name: str, *, beside: bool = False) -> bool:
    """Look for a proof; the trigger itself is one where it is no picture ("grenades"), "killed off" is none."""
    first, last = roles.span("sentence") or (0, 0)
    words, lower = roles.words, roles.grammar.lower
    own, pictures = words.lexicon.members(name), words.lexicon.members("figurative_evidence")
    trigger = frozenset(roles.hit.tokens)
    return any(
        words.is_one_of(i, own)
        and not _is_team(roles, i)
        and not (i in trigger and (beside or words.is_one_of(i, pictures)))
        and not (words.is_one_of(i, _KILLING) and tuple(lower[i + 1 : i + 2]) == ("off",))
        for i in range(first, last)
    )


def _is_team(roles: Roles, index: int) -> bool:
    """Tell "the Hurricanes", a side, from "Hurricane Milton"."""
    grammar = roles.grammar
    return grammar.tree.tag[index].startswith("NNP") and grammar.lower[index].endswith("s")
