"""Text that nobody would write: bounded time, no crash, offsets right."""

from __future__ import annotations

import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extraction.reader import a_report, extract, extractor, parser

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


@pytest.mark.parametrize(
    "unit", ["Rebels captured Hama, killing 3. ", "If ", "Ж ", "😀", "-", "A", "7 km of ", '"', "Homs and ", "مرحبا "]
)
def test_work_grows_with_the_text_and_no_faster(unit: str) -> None:
    """Twice the text is twice the calls, in one paragraph and over many: nothing looks at all of it for each word."""
    for end in ("", "\n\n"):
        once, twice = (_calls(_repeated(unit, size, end)) for size in (24_000, 48_000))
        assert twice < 2.4 * once + 5_000, (unit, once, twice)


def test_ten_megabytes_of_noise_cost_their_first_part() -> None:
    """No more than 400,000 characters are read, and no piece of them is longer than a parser should get."""
    noise = "".join(map(chr, range(33, 0x2FFF))) + " shelling captured Homs strike killed \n"
    text = noise * (10_000_000 // len(noise))

    texts = extractor().prepare(a_report(text)).texts

    assert sum(map(len, texts)) <= 400_000
    assert max(map(len, texts)) <= 6_000


@pytest.mark.parametrize("plane", range(17))
def test_every_plane_around_an_event_moves_no_offset(plane: int) -> None:
    """A sample of each plane's characters stands on either side of the event, and in another event's sentence."""
    odd = "".join(chr(plane * 0x10000 + offset) for offset in range(0, 0x10000, 0x551))
    text = f"{odd}\n\nRebels captured Aleppo on Thursday.\n\nClashes {odd[:9]} hit Homs.\n\n{odd}"

    found = extract(text).events

    assert all(text[e.start : e.end] == e.quote for event in found for e in event.evidence)
    assert any("Rebels captured" in e.quote for event in found for e in event.evidence)


def _repeated(unit: str, size: int, end: str) -> str:
    line = unit * (600 // len(unit)) + end
    return line * (size // len(line))


def _calls(text: str) -> int:
    """Return how many functions reading a text calls: work, whatever else the machine does."""
    prepared = extractor().prepare(a_report(text))
    trees = parser().parse(prepared.texts)
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(counted)
    try:
        extractor().extract(extractor().prepare(a_report(text)), trees)
    finally:
        sys.setprofile(None)
    return count
