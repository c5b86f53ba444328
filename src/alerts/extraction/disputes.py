"""What one sentence tells and a later one denies as a whole: "The army dismissed the claim"."""

from __future__ import annotations

from dataclasses import replace

from alerts.domain.event import HAPPENING
from alerts.extraction.cues import Effect
from alerts.extraction.draft import Draft
from alerts.extraction.reading import Reading


def mark_disputed(reading: Reading, drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Return a block's drafts, the last before each such denial marked as disputed."""
    marked = list(drafts)
    for verb in _denials(reading):
        before = [i for i, draft in enumerate(marked) if draft.head < verb and draft.status in HAPPENING]
        if before:
            marked[before[-1]] = replace(marked[before[-1]], disputed=True)
    return tuple(marked)


def _denials(reading: Reading) -> tuple[int, ...]:
    grammar, words = reading.grammar, reading.words
    statements = words.lexicon.members("statements")
    return tuple(
        verb
        for verb in range(grammar.size)
        if any(words.lexicon.cues.verbs.get(lemma) is Effect.DENIED for lemma in words.lemmas[verb])
        and any(words.is_one_of(head, statements) and not grammar.kids(head, "acl") for head in grammar.objects(verb))
    )
