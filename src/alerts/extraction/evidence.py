"""The words that prove an event."""

from __future__ import annotations

from alerts.domain.event import Evidence
from alerts.extraction.frame import Part
from alerts.extraction.grammar import Grammar
from alerts.extraction.reading import Reading
from alerts.extraction.roles import Roles
from alerts.extraction.triggers import Hit

_EVIDENCE_MAX = 400


def clause_evidence(reading: Reading, roles: Roles, text: str) -> Evidence:
    """Return the clause that holds a trigger, with the subject that it shares, quoted from the text."""
    grammar = reading.grammar
    clause = grammar.clause(roles.hit.head)
    clause = _unbroken(grammar, clause, roles.hit)
    first, last = min(*clause, *roles.hit.tokens), max(*clause, *roles.hit.tokens)
    if roles.hit.frame.part is Part.VERB:
        shared = [i for i in grammar.subjects(roles.hit.head) if i < first]
        first = min([first, *(grammar.subtree(i)[0] for i in shared if first - i < 12)])
    while first < last and grammar.tree.tag[first] in (",", ":", ".", "CC"):
        first += 1
    while last > first and grammar.tree.tag[last] in (",", ":", ".", "CC"):
        last -= 1
    start, end = reading.span(first, last)
    end = min(end, start + _EVIDENCE_MAX)
    return Evidence(start=start, end=end, quote=text[start:end])


def _unbroken(grammar: Grammar, clause: tuple[int, ...], hit: Hit) -> tuple[int, ...]:
    """Return a clause's tokens up to the first clause inside it that says something else: a fear, a reason."""
    kept: list[int] = []
    for token in clause:
        gap = range(kept[-1] + 1, token) if kept and kept[-1] >= hit.tokens[-1] else range(0)
        if any(grammar.tree.tag[i] in ("MD", "VBD", "VBZ", "VBP") for i in gap):
            break
        kept.append(token)
    return tuple(kept)
