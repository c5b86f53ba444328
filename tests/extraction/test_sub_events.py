"""The figure for ACLED's sub-events counts what it says."""

from __future__ import annotations

import pytest
from bench.sub_events import labels, weighted_f1

from tests.extraction.reader import events

_CLASH = "Government troops clashed with rebels in the town of Rastan."


def test_a_sub_event_is_told_and_found() -> None:
    passage = {"events": [{"type": ["attack", "armed_clash"], "status": "occurred"}]}

    assert labels(passage, events(_CLASH)) == ("Armed clash", "Armed clash")
    assert labels(passage, ()) == ("Attack", "none")


def test_what_has_not_happened_has_no_sub_event() -> None:
    assert labels({"events": [{"type": "armed_clash", "status": "possible"}]}, ()) is None


def test_each_name_weighs_as_often_as_it_is_told() -> None:
    pairs = [("Attack", "Attack"), ("Attack", "none"), ("Grenade", "Attack"), ("Looting", "Looting")]

    # Attack: precision 1/2, recall 1/2; Grenade 0; Looting 1.
    assert weighted_f1(pairs) == pytest.approx((2 * 0.5 + 0 + 1) / 4)
