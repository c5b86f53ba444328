"""Whatever is posted: an answer that says what became of it, never a fault of ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.adapters import report_bodies, wire
from alerts.adapters.report_bodies import BodyRefused, read_body
from alerts.adapters.report_reading import Understood, read_report
from tests.ingestion.port import NOW, Port, running

SURROGATES = st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | SURROGATES
JUNK = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SURROGATES, inner, max_size=3),
    max_leaves=8,
)
TIMES = st.datetimes(datetime(1800, 1, 1), datetime(2300, 1, 1)).map(lambda at: at.replace(tzinfo=UTC).isoformat())  # noqa: DTZ001


def mostly(good: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return good values, junk now and then."""
    return st.one_of(good, good, good, JUNK)


PLACES = st.text(min_size=1, max_size=20) | st.fixed_dictionaries(
    {},
    optional={
        "name": mostly(st.text(max_size=9)),
        "lat": mostly(st.floats(-91, 91)),
        "lon": mostly(st.floats(-181, 181)),
    },
)
QUANTITIES = st.lists(st.fixed_dictionaries({"kind": st.just("killed"), "value": SCALARS}), max_size=2)
EVENTS = st.fixed_dictionaries(
    {"type": mostly(st.sampled_from(["armed_clash", "flood", "custom/x"]))},
    optional={
        "status": mostly(st.sampled_from(["occurred", "denied", "planned"])),
        "occurred_at": mostly(TIMES),
        "place": mostly(PLACES),
        "attributes": mostly(st.dictionaries(st.text(max_size=5), JUNK, max_size=3)),
        "evidence": mostly(st.lists(st.text(max_size=9), max_size=2)),
        "actors": mostly(st.lists(st.text(max_size=9), max_size=2)),
        "quantities": mostly(QUANTITIES),
    },
)
REPORTS = st.fixed_dictionaries(
    {},
    optional={
        "id": mostly(st.text(max_size=9) | st.integers()),
        "source": mostly(st.text(max_size=9) | st.fixed_dictionaries({"id": mostly(st.text(max_size=9))})),
        "version": mostly(st.integers(0, 9)),
        "kind": mostly(st.sampled_from(["new", "update", "withdrawn"])),
        "text": mostly(st.text()),
        "title": mostly(st.text()),
        "language": mostly(st.sampled_from(["en", "ar", "?"])),
        "published_at": mostly(TIMES),
        "events": mostly(st.lists(EVENTS, max_size=2)),
        "backfill": mostly(st.booleans()),
    },
)
LINES = st.lists(REPORTS.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=9), max_size=4)
BODIES = st.one_of(
    st.binary(max_size=200),
    JUNK.map(lambda value: json.dumps(value).encode()),
    REPORTS.map(lambda value: json.dumps(value).encode()),
    st.lists(REPORTS, max_size=3).map(lambda values: json.dumps(values).encode()),
    LINES.map(b"\n".join),
)
TYPES = st.sampled_from(
    ["", "application/json", "application/x-ndjson", "text/plain", "image/png", "application/x+json"]
)


@settings(max_examples=400, deadline=None)
@given(BODIES, TYPES)
def test_every_body_is_read_or_refused(body: bytes, content_type: str) -> None:
    """No exception but the one that says which status fits."""
    try:
        items = read_body(body, content_type).items
    except BodyRefused:
        return
    for item in items:
        outcome = read_report(item, received_at=NOW)
        assert isinstance(outcome, Understood) or outcome, "an item without report must have a fault"


@settings(max_examples=400, deadline=None)
@given(REPORTS)
def test_whatever_is_accepted_can_be_stored_and_read_back(value: dict[str, Any]) -> None:
    """A report that is taken and then breaks the stream would be worse than one refused."""
    (item,) = read_body(json.dumps(value).encode(), "application/json").items

    outcome = read_report(item, received_at=NOW)

    if isinstance(outcome, Understood):
        assert wire.decode(*wire.encode(outcome.report)) == outcome.report
        assert outcome.report.published_at <= NOW


@dataclass(slots=True)
class Running:
    """A port that outlives the examples of one test, and the loop it lives in."""

    runner: asyncio.Runner
    port: Port


@pytest.fixture(scope="module")
def lasting() -> Iterator[Running]:
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        yield Running(runner, runner.run(stack.enter_async_context(running())))
        runner.run(stack.aclose())


@settings(max_examples=150, deadline=None)
@given(BODIES, TYPES)
def test_the_port_never_answers_500(lasting: Running, body: bytes, content_type: str) -> None:
    """Through the socket: 2xx or 4xx with a problem, and what was kept is what was said to be kept."""
    before = len(lasting.port.kept)

    answer = lasting.runner.run(lasting.port.post(body, content_type))

    kept = len(lasting.port.kept) - before
    assert answer.status in {202, 207, 400, 413, 415, 422}
    if answer.status in {202, 207}:
        assert answer.body["accepted"] == kept > 0
    else:
        assert kept == 0
        assert answer.content_type == "application/problem+json"
    assert lasting.port.observer.errors == []


@settings(max_examples=400, deadline=None)
@given(JUNK | REPORTS)
def test_the_quick_look_at_a_value_and_the_long_one_agree(value: Any) -> None:
    """What is passed as sound at a glance has no fault that a walk through all of it would find."""
    decoded = report_bodies._decoded(json.dumps(value).encode())

    slow = [
        fault for _, path, part in report_bodies._parts(decoded) for fault in report_bodies._part_faults(path, part)
    ]

    assert report_bodies._is_sound(decoded) == (not slow)


@pytest.mark.parametrize(("depth", "is_sound"), [(64, True), (65, False)])
def test_the_quick_look_counts_depth_as_the_long_one(depth: int, *, is_sound: bool) -> None:
    (item,) = read_body(b'{"a":' * depth + b"1" + b"}" * depth, "application/json").items

    assert (item.faults == ()) == is_sound
