"""Who said what stands between quotation marks: the speaker may be named a sentence later."""

from __future__ import annotations

from collections.abc import Iterable

from alerts.extraction.cues import Effect
from alerts.extraction.triggers import BlockWords

_REACH = 8
_SAYING = frozenset({Effect.REPORTED, Effect.CLAIMED, Effect.DENIED})


def quoted_speaker(words: BlockWords, index: int) -> int | None:
    """Return the token that names the speaker of the quotation in which a token stands; None outside of quotations."""
    marks = [i for i, word in enumerate(words.grammar.words) if word in ('"', "``", "''")]
    for opening, closing in zip(marks[::2], marks[1::2], strict=False):
        if opening < index < closing:
            return _speaker(
                words, (*range(closing + 1, closing + 1 + _REACH), *range(opening - 1, opening - _REACH, -1))
            )
    return None


def _speaker(words: BlockWords, nearby: Iterable[int]) -> int | None:
    grammar = words.grammar
    for i in nearby:
        if not 0 <= i < grammar.size or not grammar.is_verb(i):
            continue
        if any(words.lexicon.cues.verbs.get(lemma) in _SAYING for lemma in words.lemmas[i]):
            return next(iter(grammar.subjects(i)), None)
    return None
