"""Passages of our own over many countries and types: what they tell is found, and nothing else is happening."""

from __future__ import annotations

import pytest

from tests.extraction.passage_check import Passage, faults, passages
from tests.extraction.reader import events, told


@pytest.mark.parametrize("passage", tuple(passages()), ids=lambda passage: passage["id"])
def test_a_passage_gives_its_events_and_no_others(passage: Passage) -> None:
    """Every event listed is found with type, status, place and figures; nothing unlisted is occurred or ongoing."""
    found = events(passage["text"])

    assert not faults(passage, found), told(found)
