"""One trigger tells one type; a frame names the second one that the same words tell, and when they do."""

from __future__ import annotations

import pytest

from alerts.domain.event import HAPPENING
from tests.extraction.reader import events


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("Farmers blocked a highway near Lyon to demand lower taxes.", "peaceful_protest", "route_severed"),
        ("Fighters looted an aid warehouse in Omdurman.", "looting_property_destruction", "aid_blocked"),
        ("Artillery shelled Rastan despite the ceasefire.", "shelling_artillery_missile_attack", "ceasefire_violation"),
    ],
)
def test_both_types_stand_on_the_same_words(text: str, first: str, second: str) -> None:
    told = {event.type: event for event in events(text) if event.status in HAPPENING}

    assert {first, second} <= told.keys()
    assert told[first].place == told[second].place
    assert told[first].evidence == told[second].evidence


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("Farmers blocked a ministry building in Lyon to demand lower taxes.", "route_severed"),
        ("Fighters looted shops in Omdurman.", "aid_blocked"),
        ("Artillery shelled Rastan before the ceasefire.", "ceasefire_violation"),
    ],
)
def test_the_second_type_needs_its_own_words(text: str, absent: str) -> None:
    assert absent not in {event.type for event in events(text)}
