"""docs/kafka-messages.md says what is so: its examples are read as they stand, its tables are the code's."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from alerts.adapters import records, wire
from alerts.adapters.records import read_record, write_record
from alerts.adapters.records_attributes import ATTRIBUTE_MAX_BYTES
from alerts.domain.report import Report
from alerts.pipeline.dead_letters import KEPT_MAX_BYTES, unreadable_letter
from alerts.pipeline.ingest import record_key
from alerts.pipeline.messages import Headers, Unreadable
from tests.records.record import STAMP
from tests.records.test_own import MESSAGES
from tests.support.pipeline import Counts

PAGE = (Path(__file__).parents[2] / "docs" / "kafka-messages.md").read_text(encoding="utf-8")
COMMANDS = [block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "kcat" in block]


@dataclass(frozen=True, slots=True)
class Written:
    """What a command of the page writes."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers


def written(command: str) -> Written:
    """Return the record of one `echo ... | kcat ...`, by the meaning of kcat's options."""
    words = shlex.split(command)
    pipe = words.index("|")
    options = words[pipe + 2 :]
    pairs = list(pairwise(options))
    named = {option: value for option, value in pairs if option in {"-t", "-k"}}
    headers = (value.split("=", 1) for option, value in pairs if option == "-H")
    return Written(
        named["-t"],
        named["-k"].encode(),
        " ".join(words[1:pipe]).encode(),
        tuple((name, value.encode()) for name, value in headers),
    )


def test_every_command_writes_a_report_that_is_read_without_a_warning() -> None:
    """Who copies one begins with something that works; and its key is the one that it should have."""
    observer = Counts()

    for record in map(written, COMMANDS):
        report = read_record(
            record.topic,
            key=record.key,
            value=record.value,
            headers=record.headers,
            timestamp=STAMP,
            observer=observer,
        )
        assert isinstance(report, Report), report
        assert record_key(report).encode() == record.key

    assert len(COMMANDS) == 3
    assert observer.counted == {}


def test_the_python_example_writes_a_report() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, object] = {"__name__": "example"}
    exec(compile(block, "docs/kafka-messages.md", "exec"), names)  # noqa: S102 - the page's own example

    message = names["message"]()  # type: ignore[operator]

    report = read_record(
        "reports", key=message.key.encode(), value=message.value, headers=list(message.headers.items()), timestamp=STAMP
    )
    assert isinstance(report, Report)
    assert record_key(report) == message.key


def test_the_dead_letter_that_is_shown_is_the_letter_that_is_written() -> None:
    (shown,) = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
    headers = (("ce_specversion", b"1.0"), ("ce_id", None), ("x-trace", b"1"))
    unreadable = read_record(
        "reports", key=b"wire/9", value=shown["content"].encode(), headers=headers, timestamp=STAMP
    )
    assert isinstance(unreadable, Unreadable)

    letter = unreadable_letter("reports/2@41", unreadable)

    assert json.loads(wire.encode(letter).value) == shown


def test_the_types_and_bounds_are_those_of_the_code() -> None:
    for topic, message in MESSAGES:
        ce_type = dict(write_record(message, key="k").headers)["ce_type"]
        assert ce_type is not None
        assert f"`{topic}`" in PAGE
        assert f"`{ce_type.decode()}`" in PAGE
    assert f"{records.VALUE_MAX_BYTES:,} bytes a value" in PAGE
    assert f"at most {ATTRIBUTE_MAX_BYTES:,} bytes" in PAGE
    assert f"up to {KEPT_MAX_BYTES:,} bytes" in PAGE
