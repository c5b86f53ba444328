"""Passages by somebody who did not know the patterns are read no worse than they were."""

from __future__ import annotations

from functools import cache

import pytest

from tests.extraction.reader import events
from tests.extraction.score import Score, fresh, score

# Written by other hands when frames had been fitted to the rest: harder, and with floors of their own.
_LATER = frozenset({"news_5", "news_6", "notes_and_articles"})


@cache
def _total(part: str) -> Score:
    folder, _, later = part.partition(", ")
    total = Score()
    for name, passages in fresh(folder).items():
        for passage in passages if (name in _LATER) == bool(later) else ():
            total += score(passage, events(passage["text"]))
    return total


@pytest.mark.parametrize(
    ("part", "f1", "spot", "happening", "false"),
    [
        ("open", 0.85, 0.92, 0.97, 0.04),
        ("sealed", 0.78, 0.88, 0.93, 0.14),
        ("open, later", 0.77, 0.87, 0.94, 0.1),
        ("sealed, later", 0.71, 0.68, 0.91, 0.17),
    ],
)
def test_fresh_passages_are_read_no_worse_than_before(
    part: str, f1: float, spot: float, happening: float, false: float
) -> None:
    """Floors a little below what was measured; `python -m bench.passages` says by how much."""
    total = _total(part)

    assert total.f1 >= f1, total
    assert total.right_place >= spot * total.placed, total
    assert total.right_happening >= happening * total.paired, total
    assert total.false_alarms <= false * total.happening, total
