"""Several extractors beside each other: laws of the union of what they found."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.event import Event, Evidence, Status
from alerts.extraction.beside import beside
from tests.support.builders import a_place, a_text, an_event

REPORT = a_text("x" * 100)
HOMS = a_place("Homs", lat=34.73, lon=36.72)
ALEPPO = a_place("Aleppo", lat=36.2, lon=37.16)


@st.composite
def _events(draw: st.DrawFn) -> list[Event]:
    """Return what one extractor found: every event with a span of its own, as no extractor tells one event twice."""
    starts = draw(st.lists(st.integers(0, 9), unique=True, max_size=6))
    return [
        replace(
            an_event(),
            type=draw(st.sampled_from(["flood", "storm", "armed_clash"])),
            status=draw(st.sampled_from(Status)),
            place=draw(st.sampled_from([HOMS, ALEPPO, None])),
            evidence=(Evidence(start=start * 10, end=start * 10 + 10, quote="x" * 10),),
        )
        for start in starts
    ]


def _said(events: tuple[Event, ...] | list[Event]) -> list[Event]:
    return [replace(one, id=an_event().id) for one in events]


@given(_events())
def test_one_alone_says_what_it_found(found: list[Event]) -> None:
    assert beside([found], REPORT) == tuple(found)


@given(_events())
def test_a_second_that_says_the_same_adds_nothing(found: list[Event]) -> None:
    assert _said(beside([found, found], REPORT)) == _said(found)


@given(_events(), _events())
def test_all_of_the_first_stands_and_nothing_is_made_up(first: list[Event], second: list[Event]) -> None:
    together = beside([first, second], REPORT)

    assert _said(together)[: len(first)] == _said(first)
    assert all(one in _said(second) for one in _said(together)[len(first) :])
    assert len({one.id for one in together}) == len(together)


@given(_events(), _events())
def test_what_only_the_second_tells_is_kept(first: list[Event], second: list[Event]) -> None:
    others = {one.type for one in first}
    new = [one for one in _said(second) if one.type not in others]

    assert [one for one in new if one not in _said(beside([first, second], REPORT))] == []


def test_one_sentence_about_two_places_is_two_events() -> None:
    homs, aleppo = (replace(an_event(), place=spot) for spot in (HOMS, ALEPPO))

    assert [one.place for one in beside([[homs], [aleppo]], REPORT)] == [HOMS, ALEPPO]
