"""A plug-in extractor in its processes: what it finds comes through, and what it does wrong costs only itself."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.adapters.plugin_process import PluginReader
from alerts.domain.errors import SettingsProblem
from alerts.domain.event import Event
from alerts.pipeline.ports import ExtractionFailed
from tests.support.builders import a_text
from tests.support.pipeline import Counts
from tests.support.plugins import install

# It tells one flood for each report that says "flood", and does what the report asks for.
ODD = """
import os, signal

ASKED = []

def open_extractor():
    print("loading, on standard output")
    return read

def read(reports):
    return [events(report) for report in reports]

def events(report):
    text = report["text"]
    ASKED.append(text)
    if "raise" in text:
        raise ValueError("too wet")
    if "die" in text:
        os._exit(3)
    if "hang" in text:
        signal.pause()
    if "shape" in text:
        return [{"type": "flod", "evidence": ["shape"]}, {"type": "flood"}]
    if "invent" in text:
        return [{"type": "flood", "evidence": ["never said"]}]
    if "object" in text:
        return [{"type": "flood", "evidence": [object()]}]
    if "count" in text:
        return [{"type": "flood", "evidence": ["count"], "attributes": {"asked": len(ASKED)}}]
    return [{"type": "flood", "evidence": ["flood"]}] if "flood" in text else []
"""

Start = Callable[..., AbstractAsyncContextManager[PluginReader]]


@pytest.fixture
def observer() -> Counts:
    return Counts()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, observer: Counts) -> Start:
    """Return a function that starts the plug-in; its package is installed on the path of its processes only."""
    install(tmp_path, "odd", ODD)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))

    @asynccontextmanager
    async def started(name: str = "odd", *, seconds: float = 60) -> AsyncIterator[PluginReader]:
        deadline = timedelta(seconds=seconds)
        minute = timedelta(seconds=60)
        async with PluginReader(name, observer, processes=1, deadline=deadline, start_deadline=minute) as reader:
            await reader.loaded()
            yield reader

    return started


async def _read(reader: PluginReader, *texts: str) -> Sequence[tuple[Event, ...] | Exception]:
    return await reader.read([a_text(text, item=str(number)) for number, text in enumerate(texts)])


def _types(found: Sequence[tuple[Event, ...] | Exception]) -> list[list[str] | str]:
    return [str(one) if isinstance(one, Exception) else [event.type for event in one] for one in found]


async def test_what_it_finds_comes_out_as_events_with_their_proof(start: Start) -> None:
    async with start() as reader:
        (events,) = await _read(reader, "After the flood.")

    assert isinstance(events, tuple)
    (event,) = events
    assert (event.type, event.evidence[0].start, event.evidence[0].end) == ("flood", 10, 15)
    assert event.attributes == {"extractor": "odd"}


async def test_what_it_raises_at_one_report_costs_only_that_one(start: Start, observer: Counts) -> None:
    async with start() as reader:
        found = await _read(reader, "A flood.", "Please raise.", "Dry.")

    assert _types(found) == [["flood"], "the extractor odd: ValueError: too wet", []]
    assert observer.counted == {}


@pytest.mark.parametrize(("word", "cause", "seconds"), [("die", "it ended", 60), ("hang", "no answer within 3 s", 3)])
async def test_a_process_that_dies_or_hangs_is_replaced(
    start: Start, observer: Counts, word: str, cause: str, seconds: float
) -> None:
    async with start(seconds=seconds) as reader:
        found = await _read(reader, "A flood.", f"Please {word}.", "Another flood.")

    assert _types(found) == [["flood"], f"the extractor odd: {cause}", ["flood"]]
    assert observer.counted == {"extractor_restarts odd": 2}  # in the batch, and alone


@pytest.mark.parametrize(
    ("word", "faults"),
    [
        ("shape", ["/0/type: no such event type"]),
        ("invent", ["/0/evidence/0/quote: the report's text does not hold it, letter for letter"]),
        ("object", ["TypeError"]),
    ],
)
async def test_an_answer_that_does_not_fit_is_refused_with_its_faults(
    start: Start, word: str, faults: Sequence[str]
) -> None:
    async with start() as reader:
        refused, taken = await _read(reader, f"The {word} of things.", "A flood.")

    assert isinstance(refused, ExtractionFailed)
    assert [fault for fault in faults if fault not in str(refused)] == []
    assert isinstance(taken, tuple)


async def test_an_extractor_that_only_fails_is_no_longer_asked_report_by_report(start: Start) -> None:
    """Every question costs a deadline when it hangs: after three hopeless batches one question a batch must do."""
    async with start() as reader:
        for _ in range(5):
            await _read(reader, "raise", "raise")
        (counted,) = await _read(reader, "count")
        again = await _read(reader, "raise", "flood")

    assert isinstance(counted, tuple)
    # A batch stops at its first report; the first three were asked report by report as well.
    assert counted[0].attributes["asked"] == 3 * (1 + 2) + 2 * 1 + 1
    assert _types(again) == ["the extractor odd: ValueError: too wet", ["flood"]]


async def test_one_that_is_not_installed_ends_the_start(start: Start) -> None:
    with pytest.raises(SettingsProblem, match="extractor absent did not load"):
        async with start("absent"):
            pytest.fail("it started")
