"""Whose figure it is: counts and measures of a block given to its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alerts.domain.event import HAPPENING, Quantity, Scope, Status
from alerts.domain.taxonomy import family
from alerts.extraction.counts import Count, counts_of
from alerts.extraction.draft import Draft
from alerts.extraction.grammar import Grammar
from alerts.extraction.quantities import accepts, measures_in, most_specific, natural_kind
from alerts.extraction.reading import Reading

_VICTIMS = frozenset({"killed", "injured", "missing"})
# What makes victims; a curfew in the sentence that tells of them does not.
_CAUSES = frozenset({"battle", "explosion_remote_violence", "violence_against_civilians", "protest", "riot", "hazard"})
_REACH = 2
"""Sentences that victims may stand behind what made them."""


def with_quantities(reading: Reading, drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Return the drafts of a block with the figures that belong to them."""
    if not drafts:
        return drafts
    owners: dict[int, list[tuple[bool, Quantity]]] = {}
    for count in counts_of(reading):
        owner = _owner(reading.grammar, count, drafts)
        if owner is not None:
            own = _same_clause(reading.grammar, drafts[owner], count)
            owners.setdefault(owner, []).append((own, _labelled(count, drafts[owner])))
    return tuple(_quantified(reading, draft, owners.get(i, [])) for i, draft in enumerate(drafts))


def _carries(draft: Draft, count: Count) -> bool:
    """Return whether an event carries figures of a kind; one of no kind it carries for its own actor or target."""
    if count.quantity.kind:
        return accepts(draft.type, family(draft.type), count.quantity.kind)
    return natural_kind(draft.type, family(draft.type)) is not None and not draft.party_heads.isdisjoint(count.heads)


def _labelled(count: Count, draft: Draft) -> Quantity:
    if draft.type == "epidemic" and count.quantity.kind == "injured":
        return replace(count.quantity, kind="affected")  # "sickened 200"
    if count.quantity.kind:
        return count.quantity
    return replace(count.quantity, kind=natural_kind(draft.type, family(draft.type)) or "affected")


def _owner(grammar: Grammar, count: Count, drafts: Sequence[Draft]) -> int | None:
    """Return which event a figure belongs to: of those that carry its kind, one of its own clause, then the nearest."""
    able = [i for i, draft in enumerate(drafts) if draft.sentence[1] == count.sentence and _carries(draft, count)]
    told = [i for i in able if drafts[i].head in _antecedents(grammar, count.token)]
    theirs = [i for i in able if _is_its_people(drafts[i], count)]
    own = told or theirs or [i for i in able if _same_clause(grammar, drafts[i], count)]
    made = [i for i in able if family(drafts[i].type) in _CAUSES]
    if (
        not own
        and not made
        and count.quantity.kind in _VICTIMS
        and (before := _cause_before(count, drafts)) is not None
    ):
        return before
    return min(own or made or able, key=lambda i: abs(drafts[i].head - count.token), default=None)


def _is_its_people(draft: Draft, count: Count) -> bool:
    """Return whether a figure is what an event is about: of an outage the households that it left in the dark."""
    natural = natural_kind(draft.type, family(draft.type))
    return natural == count.quantity.kind and not draft.party_heads.isdisjoint(count.heads)


def _same_clause(grammar: Grammar, draft: Draft, count: Count) -> bool:
    return draft.sentence[1] == count.sentence and grammar.clause_root(draft.head) == grammar.clause_root(count.token)


def _antecedents(grammar: Grammar, token: int) -> tuple[int, ...]:
    """Return what relative clauses above a token say more of: of "the attack, which killed 32" the attack."""
    line = (token, *grammar.ancestors(token))
    return tuple(grammar.tree.head[i] for i in line if grammar.dep(i) == "relcl")


def _cause_before(count: Count, drafts: Sequence[Draft]) -> int | None:
    """Return the one event of the sentences before that made victims, where those of this sentence are no other's."""
    if count.quantity.scope is Scope.PROJECTION:
        return None
    near = [
        i
        for i, draft in enumerate(drafts)
        if 0 < count.sentence - draft.sentence[1] <= _REACH
        and family(draft.type) in _CAUSES
        and draft.status in HAPPENING | {Status.HISTORICAL}
        and _carries(draft, count)
    ]
    return near[-1] if len({(drafts[i].type, drafts[i].place) for i in near}) == 1 else None


def _quantified(reading: Reading, draft: Draft, own: Sequence[tuple[bool, Quantity]]) -> Draft:
    measures = measures_in(reading, draft.sentence[1], draft.type, family(draft.type))
    # Of two figures the one that stands with the event itself goes before another voice's or another clause's.
    ordered = [quantity for _, quantity in sorted(own, key=lambda pair: pair[0])]
    quantities = most_specific((*ordered, *measures))
    if draft.status is Status.POSSIBLE:
        quantities = tuple(replace(q, scope=Scope.PROJECTION) for q in quantities)
    return replace(draft, quantities=quantities)
