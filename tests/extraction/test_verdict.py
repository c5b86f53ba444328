"""Words decide beside frames: what no frame reads, what they refute, and what they may not overrule."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.adapters.lexicon import open_lexicon
from alerts.domain.event import HAPPENING, Status, TimePrecision
from alerts.extraction.extractor import Extractor
from tests.extraction.reader import a_report, events, events_by_frames, gazetteer, parser, told

_RAID = "The Hurricanes stormed back in Raleigh and captured the cup."


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        (
            "Water came up to the windows of the houses in Maiduguri overnight and people climbed on their roofs.",
            "flood",
        ),
        ("Thousands of Sudanese have pitched their tents on the Chadian side of the river near Adre.", "displacement"),
    ],
)
def test_what_no_frame_reads_is_told_by_its_words(text: str, event_type: str) -> None:
    found = events(text)

    assert not events_by_frames(text)
    assert any(e.type == event_type and e.status in HAPPENING and e.place is not None for e in found), told(found)
    assert all(e.confidence <= 0.6 for e in found)


def test_its_evidence_is_the_clause_of_the_word_that_tells_it() -> None:
    text = "Water came up to the windows of the houses in Maiduguri overnight, said a man who sells fish."

    assert [e.evidence[0].quote for e in events(text) if e.type == "flood"] == [
        "Water came up to the windows of the houses in Maiduguri overnight"
    ]


def test_what_its_words_speak_against_is_no_event() -> None:
    assert events_by_frames(_RAID)
    assert not events(_RAID)


def test_what_a_frame_of_the_users_own_reads_stands(tmp_path: Path) -> None:
    frame = """
frames:
  - {id: own-storm, type: tropical_cyclone, verbs: [storm back], place: [in], inherits: nothing}
"""
    (tmp_path / "own.yaml").write_text(frame, encoding="utf-8")
    extractor = Extractor(gazetteer(), open_lexicon([tmp_path]))
    prepared = extractor.prepare(a_report(_RAID))

    found = extractor.extract(prepared, parser().parse(prepared.texts)).events

    assert [e.type for e in found] == ["tropical_cyclone"]


def test_a_condition_is_none_the_less_one() -> None:
    text = "If the rains fail again, half of Turkana will go hungry, the agency says."

    assert {e.status for e in events(text)} == {Status.POSSIBLE}, told(events(text))


def test_no_lorry_has_passed_tells_a_closure() -> None:
    text = "The barrier at Rafah came down on Sunday and no lorry has passed since."

    types = {e.type for e in events(text) if e.status in HAPPENING}

    assert "border_crossing_closed" in types
    assert "border_crossing_reopened" not in types


def test_a_figure_of_speech_is_not_told_by_its_words_either() -> None:
    assert not events("A wildfire of rumours swept through Cannes.")


def test_nothing_refers_back_to_what_was_refuted() -> None:
    """The cup was won on Sunday; when the hurricane came is not told."""
    text = f"On Sunday {_RAID.replace('The', 'the', 1)} The hurricane killed three people, officials said."

    (event,) = events(text)

    assert (event.type, event.time_precision) == ("tropical_cyclone", TimePrecision.UNKNOWN)


def test_what_words_make_merely_possible_is_not_told() -> None:
    text = "Water may come up to the windows of the houses in Maiduguri overnight."

    assert not events(text)


def test_what_a_crowd_calls_for_is_its_protest() -> None:
    found = events("More than 9,000 people rallied in Plovdiv on Sunday, calling for the prime minister to resign.")

    assert [e.type for e in found] == ["peaceful_protest"], told(found)
