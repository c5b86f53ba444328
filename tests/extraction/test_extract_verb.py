"""`alerts extract`: lines of JSON in, one event a line out; the format is a contract."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from alerts.domain.taxonomy import ACLED_SUB_EVENTS, PLOVER_CATEGORIES, is_event_type


def _run(*lines: str | bytes, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[bytes]:
    stdin = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n"
    command = [sys.executable, "-c", "from alerts.entrypoints.cli import main; main()", "extract", *options]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=120, check=False)


def _report(text: str, **more: object) -> str:
    return json.dumps({"id": "a1", "text": text, "published_at": "2024-12-06T10:00:00Z", **more})


@pytest.fixture(scope="module")
def mixed() -> subprocess.CompletedProcess[bytes]:
    """Good and broken lines together, with mentions."""
    return _run(
        _report("Rebels captured Aleppo on Thursday, residents said."),
        "{not json",
        '{"id": 7, "text": "Clashes erupted in Hama."}',
        '{"id": "a4"}',
        b'{"id": "a5", "text": "\xff"}',
        '["a6"]',
        '{"id": "a7", "text": "\\ud800 Clashes erupted in Khartoum.", "unknown": [1]}',
        options=("--mentions",),
    )


def _lines(run: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_an_event_line_has_every_promised_key(mixed: subprocess.CompletedProcess[bytes]) -> None:
    """The keys of the contract, with values of the promised kinds."""
    event = next(line for line in _lines(mixed) if "type" in line)

    assert event["report_id"] == "a1"
    assert is_event_type(event["type"])
    assert event["acled"] in ACLED_SUB_EVENTS | {None}
    assert event["plover"] in PLOVER_CATEGORIES | {None}
    assert event["actors"] == ["Rebels"]
    assert event["targets"] == []
    assert {"name", "geonames_id", "lat", "lon", "country", "admin1", "precision", "radius_km"} <= event["place"].keys()
    assert event["place"]["country"] == "SY"
    assert event["distance"] is None
    assert event["quantities"] == []
    assert event["occurred_at"].startswith("2024-12-05")
    assert (event["status"], event["claimed"], event["disputed"]) == ("occurred", False, False)
    assert event["attributed_to"] == "residents"
    assert 0 < event["confidence"] <= 1
    assert event["evidence"] == [{"start": 0, "end": 34, "quote": "Rebels captured Aleppo on Thursday"}]


def test_mentions_are_lines_of_their_own(mixed: subprocess.CompletedProcess[bytes]) -> None:
    """Each place mention has its span and its point."""
    mention = next(line["mention"] for line in _lines(mixed) if "mention" in line)

    assert (mention["kind"], mention["name"], mention["country"]) == ("place", "Aleppo", "SY")
    assert (mention["start"], mention["end"]) == (16, 22)


def test_bad_lines_are_named_and_the_rest_goes_on(mixed: subprocess.CompletedProcess[bytes]) -> None:
    """Exit code 1, every bad line by its number, and the good ones extracted."""
    errors = mixed.stderr.decode()

    assert mixed.returncode == 1
    assert [n for n in range(1, 8) if f"line {n}:" in errors] == [2, 3, 4, 5, 6]
    assert {line["report_id"] for line in _lines(mixed) if "type" in line} == {"a1", "a7"}


def test_nothing_to_say_is_nothing_written() -> None:
    """A report without events gives no line and exit code 0."""
    run = _run(_report("The weather in Lisbon is fine."))

    assert (run.returncode, run.stdout) == (0, b"")
