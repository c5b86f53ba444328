"""The fresh passages are sound gold: known types, known statuses, places that the text names, a wide world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from alerts.domain.event import QUANTITY_KINDS, Status
from alerts.domain.taxonomy import BRANCHES, EVENT_TYPES, GROUPS, expand

_FOLDER = Path(__file__).parent / "fresh"
_PARTS = ("open", "sealed")
_SHORT_NAMES = {"territory": GROUPS["territory_captured"], "explosion": ("explosion_remote_violence",)}
_KEY_ORDER = ("id", "country", "text", "events", "also")
_EVENT_KEYS = {"type", "status", "place", "claimed", "disputed", "households"} | QUANTITY_KINDS
_LEAVES = EVENT_TYPES - BRANCHES


def _passages(part: str) -> list[Mapping[str, Any]]:
    return [
        passage
        for path in sorted((_FOLDER / part).glob("*.yaml"))
        for passage in yaml.safe_load(path.read_text(encoding="utf-8"))["passages"]
    ]


_ALL = [passage for part in _PARTS for passage in _passages(part)]


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else [str(value)]


def _types(passage: Mapping[str, Any]) -> Iterator[str]:
    for event in passage["events"]:
        yield from _names(event["type"])
    yield from passage.get("also", ())


def _is_type(name: str) -> bool:
    return name in EVENT_TYPES | BRANCHES | _SHORT_NAMES.keys()


def test_ids_are_unique_over_both_folders() -> None:
    counts = Counter(passage["id"] for passage in _ALL)
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_text_stands_twice() -> None:
    assert len({passage["text"] for passage in _ALL}) == len(_ALL)


@pytest.mark.parametrize("passage", _ALL, ids=lambda passage: str(passage["id"]))
def test_passage_is_well_formed(passage: Mapping[str, Any]) -> None:
    assert list(passage) == [key for key in _KEY_ORDER if key in passage]
    assert set(_KEY_ORDER[:4]) <= passage.keys()
    assert passage["text"].strip() == passage["text"] != ""
    country = passage["country"]
    assert country is None or (isinstance(country, str) and len(country) == 2 and country.isupper())
    assert [name for name in _types(passage) if not _is_type(name)] == []


@pytest.mark.parametrize("passage", _ALL, ids=lambda passage: str(passage["id"]))
def test_gold_events_are_sound(passage: Mapping[str, Any]) -> None:
    for event in passage["events"]:
        assert set(event) <= _EVENT_KEYS
        assert set(event["status"].split("|")) <= {status.value for status in Status}
        assert event.get("place", "") in passage["text"]
        assert {event.get("claimed", "true"), event.get("disputed", "true")} <= {"true", "false"}
        for kind in QUANTITY_KINDS & event.keys():
            assert isinstance(event[kind], int | float)


@pytest.mark.parametrize("part", _PARTS)
def test_each_folder_spans_the_world(part: str) -> None:
    passages = _passages(part)
    assert len(passages) >= 100
    assert len({passage["country"] for passage in passages} - {None}) >= 30
    assert sum(not passage["events"] for passage in passages) >= 25


def test_every_leaf_is_named_at_least_twice() -> None:
    told = Counter(
        leaf
        for passage in _ALL
        for leaf in _LEAVES
        if any(leaf in expand(_names(event["type"]), _SHORT_NAMES) for event in passage["events"])
    )
    assert {leaf for leaf in _LEAVES if told[leaf] < 2} == set()
