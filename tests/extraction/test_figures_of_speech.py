"""What is only said so: no event of any type, whichever verb carries the picture."""

from __future__ import annotations

import pytest

from tests.extraction.reader import events, told


@pytest.mark.parametrize(
    "text",
    [
        "The premier was bombarded with questions in Canberra.",
        "A wildfire of rumours swept through Cannes.",
        "Venice was flooded with tourists over Easter.",
        "He was arrested by the beauty of the mosque in Isfahan.",
        "A wolf attacked a flock near Grosseto and killed nine sheep.",
        "The sauce erupted over the stove at a cooking school in Bologna.",
    ],
)
def test_a_figure_of_speech_is_no_event(text: str) -> None:
    found = events(text)

    assert not found, told(found)


@pytest.mark.parametrize(
    "text",
    [
        "Police fired tear gas at protesters in Nairobi.",
        "Rebels attacked an oil field near Deir ez-Zor.",
        "Villages in Sindh were flooded by heavy rain.",
    ],
)
def test_the_thing_itself_is_one(text: str) -> None:
    assert events(text)
