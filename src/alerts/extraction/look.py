"""The first look: whether a stretch of text can hold an event at all, by its words alone."""

from __future__ import annotations

import re

from alerts.extraction.lexicon import Lexicon

_WORD = re.compile(r"[\w-]+")


def may_hold_event(text: str, lexicon: Lexicon) -> bool:
    """Return whether some trigger's words all stand in a text.

    This is what keeps irrelevant reports from the parser, so it looks words up and does nothing else.
    """
    forms = set(_WORD.findall(text.lower()))
    candidates = forms & lexicon.look.keys()
    if not candidates:
        return False
    present: frozenset[str] | None = None
    for form in candidates:
        needs = lexicon.look[form]
        if not needs:
            return True
        if present is None:
            present = _lemmas(forms, lexicon)
        if any(not need.isdisjoint(present) for need in needs):
            return True
    return False


def _lemmas(forms: set[str], lexicon: Lexicon) -> frozenset[str]:
    known = lexicon.lemmas_of
    return frozenset(lemma for form in forms for lemma in (*known.get(form, ()), form))
