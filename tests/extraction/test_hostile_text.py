"""Text that nobody would write: bounded time, no crash, offsets right."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extraction.reader import extract

_BOUND_SECONDS = 20  # generous: a busy machine parses 100 kB of prose in about 3 s


@pytest.mark.parametrize("unit", ["a", "A", " ", "\n", ".", "-", "7", "'", "“", "Ж", "م", "😀", "\u200b", "If "])
def test_a_hundred_kilobytes_of_one_thing_end(unit: str) -> None:
    """No pattern and no parse hangs on repetition."""
    started = time.monotonic()

    extract("Rebels captured Hama. " + unit * (100_000 // len(unit)) + " Clashes erupted in Homs.")

    assert time.monotonic() - started < _BOUND_SECONDS


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=120))
def test_any_character_may_stand_before_an_event(noise: str) -> None:
    """Every plane, lone surrogates too: evidence still quotes the text at its offsets."""
    text = noise + "\n\nRebels captured Aleppo on Thursday.\n\n" + noise

    found = extract(text).events

    assert all(text[e.start : e.end] == e.quote for event in found for e in event.evidence)
    assert any(e.quote.startswith("Rebels captured Aleppo") for event in found for e in event.evidence)


def test_right_to_left_text_is_no_trouble() -> None:
    """Arabic around an English sentence moves no offset."""
    text = "قالت الوكالة إن القتال مستمر\n\nRebels captured Aleppo.\n\nشكرا"

    (event,) = extract(text).events

    assert event.evidence[0].quote == "Rebels captured Aleppo"
    assert text[event.evidence[0].start : event.evidence[0].end] == "Rebels captured Aleppo"
