"""A text made ready: what is dropped, what is kept apart, and that offsets stay."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.extraction.text import clean


def _read(text: str) -> list[str]:
    return [text[block.start : block.end] for block in clean(text).blocks]


@given(st.text(alphabet=st.characters(), max_size=400))
def test_the_length_never_changes(text: str) -> None:
    """Offsets into the levelled text are offsets into the report, for every character there is."""
    cleaned = clean(text)

    assert len(cleaned.text) == len(text)
    assert all(0 <= block.start <= block.end <= len(text) for block in cleaned.blocks)


@given(st.text(max_size=400))
def test_blocks_follow_one_another(text: str) -> None:
    """Blocks are in order and never overlap."""
    blocks = clean(text).blocks

    assert all(before.end <= after.start for before, after in pairwise(blocks))


def test_links_and_share_bars_are_no_text() -> None:
    """Lines that point elsewhere are dropped; the story around them stays."""
    pointers = "ALSO READ: Why is Syria burning?\nFacebook Twitter WhatsApp\nhttps://example.org/a"
    text = f"Rebels took Hama.\n{pointers}\nThe army left."

    assert _read(text) == ["Rebels took Hama.", "The army left."]


def test_lone_surrogates_are_kept_in_place() -> None:
    """A broken character moves nothing."""
    text = "\ud800 Rebels took Hama."

    assert clean(text).text == text


def test_a_hard_wrapped_paragraph_is_one_block() -> None:
    """Lines that end by width belong together."""
    text = (
        "Government forces on Sunday recaptured the town of Rastan after two\n"
        "days of fighting that left dozens dead and drove thousands from\n"
        "their homes, residents said by telephone."
    )

    assert len(clean(text).blocks) == 1


def test_headings_between_paragraphs_report_nothing() -> None:
    """A short line without a full stop between paragraphs is left out; a headline at the top is read."""
    text = "Rebels seize Hama\n\nFighters entered on Thursday.\n\nHumanitarian Crisis\n\nThousands fled the city."

    assert _read(text) == ["Rebels seize Hama", "Fighters entered on Thursday.", "Thousands fled the city."]


def test_a_dateline_is_told_apart() -> None:
    """The place that a story was filed from is not part of its first sentence."""
    text = "BEIRUT (Wire) — Rebels seized Hama on Thursday."

    (block,) = clean(text).blocks

    assert text[block.start :].startswith("Rebels")
    assert block.dateline is not None
    assert text[slice(*block.dateline)] == "BEIRUT"


@pytest.mark.parametrize("unit", ["Rebels captured Hama. ", "word ", "x", "\ud800 "])
def test_a_paragraph_without_end_is_read_in_pieces(unit: str) -> None:
    """No piece is longer than a parser should get at once; together they are the paragraph, cut after sentences."""
    cleaned = clean((unit * 20_000)[:30_000])

    pieces = [cleaned.text[block.start : block.end] for block in cleaned.blocks]
    assert max(map(len, pieces), default=0) <= 6_000
    assert "".join(pieces) == cleaned.text[: len("".join(pieces))]
    assert len({block.paragraph for block in cleaned.blocks}) <= 1
    if "." in unit:
        assert all(piece.rstrip().endswith(".") for piece in pieces[:-1])
