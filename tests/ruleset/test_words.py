"""Folding: spellings that no reader tells apart are one word, whatever else stands in the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.ruleset.words import fold


@given(st.text(st.characters(max_codepoint=127)))
def test_a_plain_text_folds_as_it_does_beside_other_letters(text: str) -> None:
    assert fold(f"{text} é") == f"{fold(text)} é".strip()


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
