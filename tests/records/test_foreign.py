"""Reports of any producer: plain JSON, CloudEvents in binary and in structured mode, read as over HTTP."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from alerts.adapters.records import VALUE_MAX_BYTES
from alerts.adapters.report_bodies import read_body
from alerts.adapters.report_reading import Understood, read_report
from alerts.domain.report import Report
from tests.records.record import BINARY, HAMA, STAMP, STAMP_TEXT, cause, having, report
from tests.support.pipeline import Counts

STRUCTURED = (("content-type", b"application/cloudevents+json"),)
ELEVEN_58 = datetime(2025, 2, 28, 11, 58, tzinfo=UTC)
BARE = {"text": "Clashes erupted in Hama."}


def enveloped(**changes: Any) -> dict[str, Any]:
    """Return an event in structured mode; a change to None leaves the member out."""
    event = {
        "specversion": "1.0",
        "id": "event-1",
        "source": "/sensors/hama",
        "type": "org.example.report",
        "time": "2025-02-28T11:58:00Z",
        "datacontenttype": "application/json",
        "data": HAMA,
    }
    return {name: value for name, value in {**event, **changes}.items() if value is not None}


def over_http(value: object) -> Report:
    """Return the report that the HTTP port would make of the same JSON at the same time."""
    (item,) = read_body(json.dumps(value).encode(), "application/json").items
    outcome = read_report(item, received_at=datetime.fromisoformat(STAMP_TEXT))
    assert isinstance(outcome, Understood)
    return outcome.report


FULL = HAMA | {"version": 3, "published_at": "2025-02-28T10:00:00Z", "language": "en", "title": "Clashes"}


@pytest.mark.parametrize(
    ("value", "headers"),
    [(FULL, ()), (FULL, BINARY), (enveloped(data=FULL), STRUCTURED)],
    ids=["plain", "binary", "structured"],
)
def test_every_mode_gives_what_the_http_port_gives(value: Any, headers: Any) -> None:
    """One schema, one reader, whichever way a report comes."""
    assert report(value, headers) == over_http(FULL)


def test_received_at_is_the_time_of_the_record() -> None:
    """It is stamped once, in the log, and a replay of the log repeats it."""
    assert report().received_at == datetime.fromisoformat(STAMP_TEXT)


@pytest.mark.parametrize(
    ("value", "headers"), [(BARE, BINARY), (enveloped(data=BARE), STRUCTURED)], ids=["binary", "structured"]
)
def test_an_events_id_source_and_time_stand_in_for_what_the_data_leaves_out(value: Any, headers: Any) -> None:
    read = report(value, headers)

    assert (read.source_item_id, read.source.id, read.published_at) == ("event-1", "/sensors/hama", ELEVEN_58)


@pytest.mark.parametrize("empty", [{}, {"id": None, "source": None, "published_at": None}], ids=["absent", "null"])
def test_what_the_data_says_itself_goes_first(empty: dict[str, None]) -> None:
    said = report(
        {**BARE, "source_item_id": 7, "source": {"id": "wire"}, **({} if not empty else {"published_at": None})}, BINARY
    )

    assert (said.source_item_id, said.source.id, said.published_at) == ("7", "wire", ELEVEN_58)
    assert report({**BARE, **empty}, BINARY).source_item_id == "event-1"


def test_plain_json_without_an_id_gets_that_of_its_content() -> None:
    """Sent again it is the same report."""
    assert report(BARE).source_item_id == report(BARE, timestamp=STAMP + 1000).source_item_id
    assert report(BARE).source_item_id.startswith("content:")


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/cloudevents+json",
        b"Application/CloudEvents+JSON; charset=UTF-8",
        b" application/cloudevents+json ;x=y",
    ],
)
def test_the_content_type_of_structured_mode_is_read_without_case_and_parameters(content_type: bytes) -> None:
    assert report(enveloped(), (("Content-Type", content_type),)).source_item_id == "9"


@pytest.mark.parametrize(
    "content_type", [b"application/json", b"text/json", b"application/geo+json", b"", b"text/plain"]
)
def test_json_goes_by_many_names(content_type: bytes) -> None:
    assert report(HAMA, (("content-type", content_type),)).source_item_id == "9"


def test_data_in_base64_is_unpacked() -> None:
    packed = b64encode(json.dumps(BARE).encode()).decode()

    read = report(enveloped(data=None, data_base64=packed), STRUCTURED)

    assert (read.text, read.source_item_id) == (BARE["text"], "event-1")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (enveloped(data=None), "/data: the event brings no report; send it as data or data_base64"),
        (enveloped(data=None, data_base64="!"), "/data_base64: this is no base64"),
        (enveloped(data=None, data_base64=5), "/data_base64: a text in base64 is expected"),
        (
            enveloped(data=None, data_base64="bnVsbA=="),
            "/data_base64: the value is the JSON null, not a report; it withdraws nothing",
        ),
        (enveloped(data_base64="e30="), "/data_base64: an event has data or data_base64, not both"),
        (enveloped(id=None), "/id: a CloudEvent has a text here that is not empty"),
        (enveloped(id=""), "/id: a CloudEvent has a text here that is not empty"),
        (enveloped(source=5), "/source: a CloudEvent has a text here that is not empty"),
        (enveloped(time=5), "/time: a CloudEvent has a text here that is not empty"),
        (enveloped(specversion="0.3"), '/specversion: CloudEvents 1.0 is read, found "0.3"'),
        (enveloped(data={"text": 5}), "/data/text: must be a valid string, found 5"),
        (enveloped(data="text"), "/data: a report is a JSON object"),
        (enveloped(data=BARE, time="noon"), "/time: no RFC 3339 time such as 2024-12-06T10:00:00Z"),
        ([], "the value holds 0 reports; send one a record"),
        (5, "the value is no CloudEvent: a JSON object with specversion, id, source, type and data"),
        (b'{"id":1,"id":2}', "/id: this key stands twice; send it once"),
    ],
)
def test_a_fault_in_structured_mode_is_told_with_its_pointer(event: Any, said: str) -> None:
    assert cause(event, STRUCTURED) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"text": 5}, "/text: must be a valid string, found 5"),
        ({"foo": "bar"}, "report: a report needs a text, a title or events"),
        (b'{"text": "a", }', "not JSON: Expecting property name enclosed in double quotes at column 15"),
        (b"not JSON", "not JSON: Expecting value at column 1"),
        (b'{"text": "\xc3\x28"}', "not UTF-8: byte 10 is 0xc3"),
        ([HAMA, HAMA], "the value holds 2 reports; send one a record"),
        (b'{"text":"a"}\n{"text":"b"}', "the value holds 2 reports; send one a record"),
        (
            {"text": "x", "events": [{"type": "no such"}]},
            "/events/0/type: no such event type; see docs/reports.md for the types; custom/<name> for your own",
        ),
        (
            b'{"text": "\\ud800"}',
            r"/text: half a surrogate pair (as \ud800) is no character; send the whole text as UTF-8",
        ),
        (b"[" * 100_000, "nested too deep to be a report"),
        (b"[" * 70 + b"]" * 70, "report: more than 20,000 values in one report, or more than 64 levels"),
    ],
)
def test_a_fault_of_plain_json_is_told_with_its_place(value: Any, said: str) -> None:
    assert cause(value) == said


def test_several_faults_are_told_at_once() -> None:
    assert cause({"text": 5, "version": "2"}) == (
        "/version: must be a valid integer, found a text; /text: must be a valid string, found 5"
    )


def test_a_time_of_the_event_that_is_none_is_the_headers_fault() -> None:
    headers = having(("ce_time", b"noon"))

    assert cause(BARE, headers) == "header ce_time: no RFC 3339 time such as 2024-12-06T10:00:00Z"


def test_a_batch_of_events_and_foreign_formats_are_refused_by_name() -> None:
    batch = (("content-type", b"application/cloudevents-batch+json"),)

    assert cause([enveloped()], batch) == (
        'header content-type: "application/cloudevents-batch+json" is not read; send one event a record, as '
        "application/cloudevents+json or in binary mode"
    )
    assert "found 'application/avro'" in cause(b"x", (("content-type", b"application/avro"),))


@pytest.mark.parametrize("timestamp", [-1, 0, 253_402_300_799_000, 2**62, -(2**62)])
def test_a_record_without_a_time_that_can_be_is_set_aside(timestamp: int) -> None:
    """Nothing says when it was received, and nothing may stand in for that."""
    assert cause(timestamp=timestamp) == (
        "the record's timestamp is missing or out of range: nothing says when it was received"
    )


def test_a_value_past_the_bound_is_not_looked_into() -> None:
    assert cause(b" " * (VALUE_MAX_BYTES + 1)) == "the value has 16,777,217 bytes; at most 16,777,216 are read"


def test_warnings_are_counted() -> None:
    """A producer on Kafka gets no answer: the operator sees that something was set right."""
    observer = Counts()

    report({"text": "a", "colour": "red"}, observer=observer)
    report(HAMA, observer=observer)

    assert observer.counted == {"report_warnings reports": 2}


@pytest.mark.parametrize(("topic", "value"), [("notices", HAMA), ("reports", HAMA | {"events": [{"type": "flood"}]})])
def test_a_report_on_the_other_input_topic_is_read_and_counted(topic: str, value: Any) -> None:
    observer = Counts()

    assert report(value, topic=topic, observer=observer).source_item_id == "9"
    assert observer.counted == {f"report_warnings {topic}": 1}


def test_a_withdrawal_says_so_in_words() -> None:
    withdrawn = report({"source": "wire", "id": "9", "kind": "withdrawn"})

    assert withdrawn.kind == "withdrawn"
