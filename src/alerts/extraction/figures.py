"""Whose figure it is: counts and measures of a block given to its events."""

from __future__ import annotations

from dataclasses import replace

from alerts.domain.event import Quantity, Scope, Status
from alerts.domain.taxonomy import family
from alerts.extraction.draft import Draft
from alerts.extraction.grammar import Grammar
from alerts.extraction.quantities import Count, accepts, counts_of, measures_in, most_specific, natural_kind
from alerts.extraction.reading import Reading


def with_quantities(reading: Reading, drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Return the drafts of a block with the figures that belong to them."""
    counts = counts_of(reading)
    owners: dict[int, list[Quantity]] = {}
    for count in counts:
        owner = _owner(reading.grammar, count, drafts)
        if owner is not None:
            owners.setdefault(owner, []).append(_labelled(count, drafts[owner]))
    return tuple(_quantified(reading, draft, owners.get(i, [])) for i, draft in enumerate(drafts))


def _carries(draft: Draft, count: Count) -> bool:
    """Return whether an event carries figures of a kind; one of no kind it carries for its own actor or target."""
    if count.quantity.kind:
        return accepts(draft.type, family(draft.type), count.quantity.kind)
    return natural_kind(draft.type, family(draft.type)) is not None and not draft.party_heads.isdisjoint(count.heads)


def _labelled(count: Count, draft: Draft) -> Quantity:
    if count.quantity.kind:
        return count.quantity
    return replace(count.quantity, kind=natural_kind(draft.type, family(draft.type)) or "affected")


def _owner(grammar: Grammar, count: Count, drafts: tuple[Draft, ...]) -> int | None:
    """Return which event a figure belongs to: of those in its sentence that carry its kind, one of its own clause."""
    able = [i for i, draft in enumerate(drafts) if draft.sentence[1] == count.sentence and _carries(draft, count)]
    clause = grammar.clause_root(count.token)
    own = [i for i in able if grammar.clause_root(drafts[i].head) == clause]
    return min(own or able, key=lambda i: abs(drafts[i].head - count.token), default=None)


def _quantified(reading: Reading, draft: Draft, own: list[Quantity]) -> Draft:
    measures = [q for q in measures_in(reading, draft.sentence[1]) if accepts(draft.type, family(draft.type), q.kind)]
    quantities = most_specific((*own, *measures))
    if draft.status is Status.POSSIBLE:
        quantities = tuple(replace(q, scope=Scope.PROJECTION) for q in quantities)
    return replace(draft, quantities=quantities)
