"""How real an event is once what surrounds its sentence is known: older days, trials, novels, other worlds."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.domain.event import HAPPENING, Status
from alerts.extraction.frame import Part
from alerts.extraction.gates import through_worlds
from alerts.extraction.mentions import TimePhrase
from alerts.extraction.reading import Reading
from alerts.extraction.roles import Roles
from alerts.extraction.surroundings import World
from alerts.extraction.tense import Standing
from alerts.extraction.worlds import is_charge, tells_past_age


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the report told before a sentence that bears on it."""

    year: int
    """The year of publication."""
    time: TimePhrase | None
    """The last time that the paragraph named."""
    in_court: bool
    fiction: bool
    worlds: frozenset[World]


def settled(
    *, reading: Reading, roles: Roles, standing: Standing, time: TimePhrase | None, around: Around
) -> Status | None:
    """Return an event's status; None where nothing of the kind is told.

    Args:
        reading: The block.
        roles: The event's trigger.
        standing: What its sentence says of its reality.
        time: The time that its sentence names.
        around: What bears on it from outside.
    """
    status = standing.status
    own = roles.hit.frame.status
    if own is not None and status in HAPPENING:
        status = own
    if status in HAPPENING:
        status = _in_its_age(reading, roles, standing, time, around) or status
    return through_worlds(around.worlds, roles, standing, status, time)


def _in_its_age(
    reading: Reading, roles: Roles, standing: Standing, time: TimePhrase | None, around: Around
) -> Status | None:
    """Return what an event that happens is by its time; None where nothing says otherwise."""
    carried = around.time if time is None and standing.past else None
    dated = any(phrase is not None and phrase.historical for phrase in (time, carried))
    if not standing.perfect and (dated or _is_background(reading, roles, standing, around.year)):
        return Status.HISTORICAL
    told_of_old = (around.fiction and time is None) or tells_past_age(reading, reading.grammar.clause(roles.hit.head))
    if told_of_old or is_charge(roles, time, in_court=around.in_court):
        return Status.HISTORICAL
    return Status.PLANNED if time is not None and time.future and not standing.past else None


def _is_background(reading: Reading, roles: Roles, standing: Standing, year: int) -> bool:
    """Tell what hangs on a bare year ("the 1995 massacre, when forces captured the town") from what is new."""
    grammar, head = reading.grammar, roles.hit.head
    line = (head, *grammar.ancestors(head)) if roles.hit.frame.part is Part.NOUN or standing.past else (head,)
    return any(
        grammar.is_noun(i) and any(_is_past_year(grammar.words[k], year) for k in grammar.modifiers(i))
        for i in line[:6]
    )


def _is_past_year(word: str, published: int) -> bool:
    return len(word) == 4 and word.isascii() and word.isdigit() and 1900 <= int(word) < published
