"""Deaths told a sentence later: "Shells hit the market. Nine people died." is one event with its figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alerts.domain.event import HAPPENING, Status, TimePrecision
from alerts.domain.taxonomy import family
from alerts.extraction.draft import OWN_PLACE, Draft

# What kills; deaths of displaced people or at a closed crossing stand for themselves.
_CAUSES = frozenset({"battle", "explosion_remote_violence", "violence_against_civilians", "riot", "hazard"})
_NATURE = frozenset({"hazard", "storm"})
_TOLD_OF_OLD = HAPPENING | {Status.HISTORICAL}
_REACH = 2
"""Sentences that a toll may stand behind its cause, in the same paragraph."""


def with_tolls(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Return the drafts of a block, a bare toll's figures given to the one cause before it, where there is one."""
    kept: list[Draft] = []
    for draft in drafts:
        cause = _cause(draft, kept)
        if cause is None:
            kept.append(draft)
        else:
            kept[cause] = replace(
                kept[cause],
                quantities=(*kept[cause].quantities, *draft.quantities),
                evidence=(*kept[cause].evidence, *draft.evidence),
            )
    return tuple(kept)


def _cause(toll: Draft, before: Sequence[Draft]) -> int | None:
    """Return which event a toll is that of: the only one near that kills, at no other place, without such figures."""
    if toll.actors or not toll.toll:
        return None
    near = [i for i, draft in enumerate(before) if _is_near(draft, toll)]
    several = len({(before[i].type, _key(before[i])) for i in near}) > 1
    # A cyclone and the floods that it brought have one toll: what is told first has brought the rest.
    if not near or (several and any(family(before[i].type) not in _NATURE for i in near)):
        return None
    cause = before[near[0]]
    told = {quantity.kind for quantity in cause.quantities} & {quantity.kind for quantity in toll.quantities}
    same_claim = cause.attributed_to == toll.attributed_to or toll.attributed_to is None or not toll.claimed
    return near[0] if _is_of_one_time(cause, toll) and not told and same_claim else None


def _is_of_one_time(cause: Draft, toll: Draft) -> bool:
    """Return whether both happened, or both are of old: a toll without a day of its own is of its cause's."""
    if cause.status is Status.HISTORICAL:
        return toll.status in _TOLD_OF_OLD and toll.time_precision is TimePrecision.UNKNOWN
    return cause.status in HAPPENING and toll.status in HAPPENING


def _is_near(draft: Draft, toll: Draft) -> bool:
    """Return whether an event stands before a toll in its paragraph, and nothing places the toll elsewhere."""
    behind = toll.sentence[1] - draft.sentence[1]
    is_there = toll.certainty < OWN_PLACE or _key(toll) == _key(draft)
    same_block = draft.sentence[0] == toll.sentence[0]
    return same_block and 0 <= behind <= _REACH and is_there and family(draft.type) in _CAUSES


def _key(draft: Draft) -> str | None:
    return draft.place.key if draft.place is not None else None
