"""Each example in a frame file is a promise of the frame's author; one test each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest
import yaml

from alerts.domain.event import HAPPENING, Event, Status
from alerts.domain.geo import distance_km
from alerts.domain.place import Place
from alerts.domain.taxonomy import family
from tests.extraction.reader import events, events_by_frames, gazetteer, told

Example = Mapping[str, str]

_NEAR_KM = 15


def _examples(kind: str) -> Iterator[tuple[str, str, Example]]:
    for entry in sorted((files("alerts") / "data" / "frames").iterdir(), key=lambda item: item.name):
        for frame in yaml.safe_load(entry.read_text(encoding="utf-8"))["frames"]:
            for example in (frame.get("examples") or {}).get(kind, ()):
                yield frame["id"], frame["type"], example


def _id(value: object) -> str:
    return str(value["text"])[:50] if isinstance(value, dict) else str(value)


@pytest.mark.parametrize(("frame", "type_", "example"), tuple(_examples("fires")), ids=_id)
def test_an_example_that_fits_gives_its_event(frame: str, type_: str, example: Example) -> None:
    """The text yields an event of the named type, with the named status (happening by default) and place."""
    found = events(example["text"])

    statuses = {Status(example["status"])} if "status" in example else HAPPENING
    fitting = [
        event
        for event in found
        if event.type == example.get("type", type_)
        and event.status in statuses
        and ("place" not in example or _is_at(event.place, example["place"]))
    ]
    assert fitting, (frame, told(found))


def _is_at(place: Place | None, wanted: str) -> bool:
    if place is None:
        return False
    candidates = gazetteer().find(wanted)
    return any(
        candidate.key == place.key or distance_km(candidate.point, place.point) <= _NEAR_KM + candidate.radius_km
        for candidate in candidates
    )


_MISREAD = (
    "Police broke up a smuggling network in Luanda",
    "Some 400,000 people in Aleppo have running",
    "Half of the river near Zahle is without current",
    "Police rounded up 40 escaped ostriches in Calgary",
    "A shipment of toys to Ukraine",
)
_NOT_YET = pytest.mark.xfail(strict=True, reason="a judge of words takes it for the thing (docs/decisions/0009)")


def _quiet() -> Iterator[Any]:
    for frame, type_, example in _examples("quiet"):
        marks = [_NOT_YET] if example["text"].startswith(_MISREAD) else []
        yield pytest.param(frame, type_, example, marks=marks)


@pytest.mark.parametrize(("frame", "type_", "example"), tuple(_quiet()), ids=_id)
def test_an_example_that_misleads_gives_nothing_of_the_kind(frame: str, type_: str, example: Example) -> None:
    """The text yields nothing that happens, of the frame's type or family."""
    _is_quiet(frame, type_, events(example["text"]))


@pytest.mark.parametrize(("frame", "type_", "example"), tuple(_examples("quiet")), ids=_id)
def test_the_frames_alone_are_not_misled(frame: str, type_: str, example: Example) -> None:
    """Nor do frames leave it to the classifier to refute them."""
    _is_quiet(frame, type_, events_by_frames(example["text"]))


def _is_quiet(frame: str, type_: str, found: tuple[Event, ...]) -> None:
    happening = [e for e in found if e.status in HAPPENING and family(e.type) == family(type_)]
    assert not happening, (frame, told(tuple(happening)))
