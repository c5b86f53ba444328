"""Who tells an event, and who is the only witness of what his own side did."""

from __future__ import annotations

from alerts.extraction.actor_names import ARMED
from alerts.extraction.frame_tests import Filled
from alerts.extraction.tense import Standing

SPEAKS_FOR_ITSELF = frozenset({"state_forces", "rebel_group", "militia", "armed_group"})


def speaker_of(filled: Filled, standing: Standing) -> str | None:
    """Return the name of whoever tells an event, where its sentence says."""
    actors = filled.reading.actors
    if standing.speaker is not None:
        party = actors.party(standing.speaker)
        return party.name if party is not None else None
    head = _according_to(filled)
    party = actors.party(head) if head is not None else None
    return party.name if party is not None else None


def _according_to(filled: Filled) -> int | None:
    """Return whom "according to" names."""
    grammar = filled.reading.grammar
    for token in grammar.clause(filled.roles.hit.head):
        if grammar.lower[token] == "according":
            named = grammar.prepositional(token, "to") or grammar.prepositional(token + 1, "to")
            heads = named or grammar.kids(token + 1, "pobj")
            return next((head for head in heads if filled.reading.actors.party(head) is not None), None)
    return None


def _strikes(filled: Filled) -> bool:
    """Whether forces or weapons do it: of its own drones a government is no witness."""
    words, subjects = filled.reading.words, filled.roles.fill("subject")
    weapons = words.lexicon.members("weapons")
    return any(a.kind in ARMED for a in filled.actors) or any(words.is_one_of(i, weapons) for i in subjects)


def claims_itself(filled: Filled, standing: Standing) -> bool:
    """An armed party that says it of its own side is its own only witness."""
    speaker = standing.speaker if standing.speaker is not None else _according_to(filled)
    if speaker is None:
        return False
    party, grammar = filled.reading.actors.party(speaker), filled.reading.grammar
    if party is None or party.kind not in (*SPEAKS_FOR_ITSELF, "government"):
        return False
    owners = (i for head in filled.roles.fill("subject") for i in grammar.kids(head, "poss"))
    if any(grammar.lower[i] in ("its", "their", "our") for i in owners):
        return party.kind != "government" or _strikes(filled)
    if party.kind == "government":
        return False
    return not filled.actors or any(actor.name == party.name or actor.kind == party.kind for actor in filled.actors)
