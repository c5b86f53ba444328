"""The first look: whether a stretch of text can hold an event at all, by its words alone.

This is what keeps irrelevant reports from the parser, so it looks words up and does nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from alerts.extraction.lexicon import ANYWHERE, CONTEXT, Lexicon, Need

_WORD = re.compile(r"[\w-]+")
# Where a sentence surely ends: not after an initial, a title or an abbreviation, so that nothing is cut in two.
_SENTENCE_END = re.compile(r"""(?<=[a-z0-9]{3}[.!?])["')\]]{0,2}\s{1,9}(?=["'(\[]?[A-Z])""")


@dataclass(frozen=True, slots=True)
class _Words:
    """Of a stretch: the forms that may be a trigger's anchor and, where there are any, every lemma."""

    candidates: AbstractSet[str]
    lemmas: frozenset[str]


class FirstLook:
    """Looks at the stretches of one report.

    Args:
        text: The whole report: a context word anywhere in it counts for every stretch.
        lexicon: What the triggers are, and what each needs beside it.
        words: Takes a text apart into its words.
    """

    def __init__(self, text: str, lexicon: Lexicon, words: Callable[[str], list[str]] = _WORD.findall) -> None:
        self._lexicon = lexicon
        self._words = words
        context = lexicon.members("context_words")
        has_context = not context.isdisjoint(_lemmas(self._forms(text), lexicon))
        self._context = frozenset({CONTEXT}) if has_context else frozenset[str]()

    def may_hold_event(self, stretch: str) -> bool:
        """Return whether some trigger's words all stand in a sentence of a stretch of the report."""
        whole = self._present(self._forms(stretch))
        if not self._holds(whole, whole):
            return False
        sentences = _SENTENCE_END.split(stretch)
        return len(sentences) == 1 or any(
            self._holds(self._present(self._forms(sentence)), whole) for sentence in sentences
        )

    def _forms(self, text: str) -> set[str]:
        """Return the words of a text in lower case, of "mine-laden" also the parts: parsers take it apart."""
        lower = text.lower()
        forms = set(self._words(lower))
        if "-" in lower:
            forms.update(part for form in tuple(forms) if "-" in form for part in form.split("-"))
        return forms

    def _present(self, forms: set[str]) -> _Words:
        candidates = forms & self._lexicon.look.keys()
        return _Words(candidates, _lemmas(forms, self._lexicon) | self._context if candidates else frozenset())

    def _holds(self, sentence: _Words, whole: _Words) -> bool:
        look, hints = self._lexicon.look, self._lexicon.hints
        for form in sentence.candidates:
            if not look[form]:
                return True
            hinted = not hints[form].isdisjoint(sentence.lemmas) or ANYWHERE in hints[form]
            if hinted and any(_meets(need, sentence.lemmas, whole.lemmas) for need in look[form]):
                return True
        return False


def _meets(need: Need, sentence: frozenset[str], whole: frozenset[str]) -> bool:
    # A loop: asked some thousand times a report, a generator costs as much as the question.
    for words in need:
        if words.isdisjoint(sentence) and (ANYWHERE not in words or words.isdisjoint(whole)):
            return False
    return True


def _lemmas(forms: set[str], lexicon: Lexicon) -> frozenset[str]:
    known = lexicon.lemmas_of
    return frozenset(forms).union(*(known[form] for form in forms if form in known))
