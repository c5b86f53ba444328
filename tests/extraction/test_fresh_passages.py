"""Passages by somebody who did not know the patterns are read no worse than they were."""

from __future__ import annotations

from functools import cache

import pytest

from tests.extraction.reader import events
from tests.extraction.score import Score, fresh, score


@cache
def _total(part: str) -> Score:
    total = Score()
    for passages in fresh(part).values():
        for passage in passages:
            total += score(passage, events(passage["text"]))
    return total


@pytest.mark.parametrize(
    ("part", "f1", "spot", "happening", "false"),
    [("open", 0.85, 0.92, 0.96, 0.07), ("sealed", 0.74, 0.75, 0.9, 0.15)],
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
