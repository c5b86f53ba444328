"""What one sentence tells and a later one denies as a whole, or says that nobody could verify."""

from __future__ import annotations

from dataclasses import replace

from alerts.domain.event import HAPPENING
from alerts.extraction.cues import Effect
from alerts.extraction.draft import Draft
from alerts.extraction.reading import Reading
from alerts.extraction.tense import NEGATIONS

_NOBODY = NEGATIONS | {"without"}


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


def mark_unverified(reading: Reading, drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Return a block's drafts, as claims those of a sentence that says, or is followed by, "could not be verified"."""
    marked = {
        sentence for sentence in range(len(reading.grammar.tree.sentence_start)) if _is_unverified(reading, sentence)
    }
    if not marked:
        return drafts
    return tuple(
        replace(draft, claimed=True) if {draft.sentence[1], draft.sentence[1] + 1} & marked else draft
        for draft in drafts
    )


def _is_unverified(reading: Reading, sentence: int) -> bool:
    """Read "nobody could verify", "no independent word", "was not independently confirmed", "unconfirmed reports"."""
    words, members = reading.words, reading.words.lexicon.members
    told = words.names_between(*reading.grammar.sentence_span(sentence))
    if not told.isdisjoint(members("unverified_words")):
        return True
    return not told.isdisjoint(members("verifying_words")) and not told.isdisjoint(_NOBODY)
