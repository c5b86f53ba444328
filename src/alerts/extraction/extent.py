"""How far an end goes: "reopened for lorries only" leaves the crossing closed to all others."""

from __future__ import annotations

from alerts.extraction.triggers import BlockWords

# Ends that may hold for some and not for others.
_ENDS = frozenset({"border_crossing_reopened", "route_reopened", "airspace_reopened", "port_reopened"})
_ONLY_BEFORE = frozenset({"to", "for"})


def is_partial(words: BlockWords, event_type: str, head: int) -> bool:
    """Return whether the sentence of a reopening says that it holds for a part of those who were kept out."""
    if event_type not in _ENDS:
        return False
    grammar = words.grammar
    first, last = grammar.sentence_span(grammar.sentence_of[head])
    return any(_is_partly(words, i) for i in range(first, last)) or _are_others_barred(words, first, last)


def _is_partly(words: BlockWords, index: int) -> bool:
    """Read "partially", "for trucks only", "only to residents"."""
    grammar = words.grammar
    if words.is_one_of(index, words.lexicon.members("partly_words")):
        return True
    if grammar.lower[index] != "only":
        return False
    after = grammar.lower[index + 1] if index + 1 < grammar.size else ""
    return after in _ONLY_BEFORE or not _ONLY_BEFORE.isdisjoint(grammar.lower[max(0, index - 4) : index])


def _are_others_barred(words: BlockWords, first: int, last: int) -> bool:
    """Read "travellers are still turned back"."""
    still = any(words.is_one_of(i, frozenset({"still", "remain"})) for i in range(first, last))
    barred = words.lexicon.members("barred_words")
    return still and any(words.is_one_of(i, barred) for i in range(first, last))
