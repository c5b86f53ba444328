"""The first look: whether a stretch of text can hold an event at all, by its words alone.

This is what keeps irrelevant reports from the parser, so it looks words up and does nothing else.
"""

from __future__ import annotations

import re

from alerts.extraction.lexicon import CONTEXT, Lexicon

_WORD = re.compile(r"[\w-]+")


class FirstLook:
    """Looks at the stretches of one report.

    Args:
        text: The whole report: a context word anywhere in it counts for every stretch.
        lexicon: What the triggers are, and what each needs beside it.
    """

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        context = lexicon.members("context_words")
        has_context = not context.isdisjoint(_lemmas(set(_WORD.findall(text.lower())), lexicon))
        self._context = frozenset({CONTEXT}) if has_context else frozenset[str]()

    def may_hold_event(self, stretch: str) -> bool:
        """Return whether some trigger's words all stand in a stretch of the report."""
        forms = set(_WORD.findall(stretch.lower()))
        look = self._lexicon.look
        candidates = forms & look.keys()
        if not candidates:
            return False
        present = _lemmas(forms, self._lexicon) | self._context
        return any(
            not look[form] or any(all(not words.isdisjoint(present) for words in need) for need in look[form])
            for form in candidates
        )


def _lemmas(forms: set[str], lexicon: Lexicon) -> frozenset[str]:
    known = lexicon.lemmas_of
    return frozenset(lemma for form in forms for lemma in (*known.get(form, ()), form))
