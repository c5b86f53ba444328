"""Which of a block's triggers stand: those whose frames admit them, the most telling where several share a word."""

from __future__ import annotations

from alerts.extraction.frame import Part
from alerts.extraction.frame_tests import Filled, admits, may_admit
from alerts.extraction.grammar import Grammar
from alerts.extraction.reading import Reading
from alerts.extraction.roles import Roles
from alerts.extraction.status import judge
from alerts.extraction.triggers import Hit, find_triggers


def chosen_triggers(reading: Reading, *, placed: bool) -> tuple[Hit, ...]:
    """Return the triggers whose frames admit them; of several over one token the most telling.

    Args:
        reading: The block.
        placed: Whether the report has named a place before.
    """
    admitted = [
        hit
        for hit in find_triggers(reading.words)
        if may_admit(reading, hit)
        and not _is_part_of_name(reading, hit)
        and admits(hit.frame, Filled(reading=reading, roles=Roles(reading.words, hit), placed=placed))
        and _is_told(reading, hit)
    ]
    ranked = sorted(
        admitted, key=lambda hit: (-hit.frame.priority, -len(hit.tokens), -len(hit.frame.require), hit.head)
    )
    taken: set[int] = set()
    kept: list[Hit] = []
    for hit in ranked:
        if taken.isdisjoint(hit.tokens):
            taken.update(hit.tokens)
            kept.append(hit)
    return tuple(sorted(kept, key=lambda hit: hit.head))


def _is_told(reading: Reading, hit: Hit) -> bool:
    """What a negation tells stands where there is one: else "an aid convoy reached the town" would be taken for it."""
    return not hit.frame.negated or judge(reading.words, hit, headline=reading.block.headline).status is not None


def _is_part_of_name(reading: Reading, hit: Hit) -> bool:
    """A trigger inside a name ("Battle Creek", "Strike Force") or before another noun ("attack helicopter") is none."""
    if any(reading.actors.named(token) is not None or _is_in_place_name(reading, token) for token in hit.tokens):
        return True
    grammar = reading.grammar
    if any(token in reading.time_at and grammar.tree.tag[token].startswith("NNP") for token in hit.tokens):
        return True  # "held since March" is no march
    if hit.frame.part is not Part.NOUN:
        return _is_adjective(grammar, hit.head)
    head = grammar.head(hit.head)
    if grammar.dep(hit.head) not in ("compound", "nmod", "amod", "npadvmod") or head is None:
        return False
    return head not in hit.tokens and not reading.words.is_one_of(head, reading.words.lexicon.members("event_nouns"))


def _is_adjective(grammar: Grammar, index: int) -> bool:
    """Tell a participle that only describes the noun after it: "fleeing civilians", "let wounded men through"."""
    if grammar.dep(index) in ("amod", "compound"):
        return not grammar.is_misread_verb(index)
    if grammar.tree.tag[index] != "VBN" or not grammar.kids(index, "dobj"):
        return False
    impossible = any(grammar.lower[aux] in ("to", "let") for aux in grammar.kids(index, "aux"))
    bare = not grammar.kids(index, "aux", "auxpass", "agent", "nsubjpass")
    return impossible or (bare and grammar.dep(index) in ("ccomp", "xcomp"))


def _is_in_place_name(reading: Reading, token: int) -> bool:
    """Some town is called Hurricane, another Battle: a trigger that is the whole name is a trigger."""
    toponym = reading.toponym_at.get(token)
    return toponym is not None and toponym.text.lower() != reading.grammar.lower[token]
