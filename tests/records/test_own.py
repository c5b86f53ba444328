"""Our own records: what is written is read, is a CloudEvent, and is the same wherever it was written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_kafka
from cloudevents.core.formats.json import JSONFormat

from alerts.adapters import wire
from alerts.adapters.records import read_record, write_record
from alerts.domain.alert import Suppression
from alerts.domain.ids import DeliveryId, EndpointId
from alerts.domain.report import header_of
from alerts.domain.subscription import Attempt, Outcome
from alerts.pipeline.dead_letters import dead_letter
from alerts.pipeline.messages import EventsOfReport, Message, Tick, TimeMark, Topic, Unreadable
from tests.delivery.builders import a_change, a_delivery
from tests.records.record import BINARY, STAMP, cause, having, read
from tests.support.builders import a_match, a_report, a_retraction, an_event, at

REPORT = a_report("Jordan shut the Jaber crossing.")
NOTICE = a_report("", item="2", events=(an_event(report="wire/2"),))
MESSAGES: list[tuple[str, Message]] = [
    (Topic.REPORTS, REPORT),
    (Topic.NOTICES, NOTICE),
    (Topic.REPORTS, Tick(at=at("10:00"))),
    (Topic.EVENTS, EventsOfReport(report=header_of(REPORT), events=(an_event(),))),
    (Topic.MATCHES, a_match(signature=(1, 2**32))),
    (Topic.MATCHES, a_retraction(a_match(), received="11:00")),
    (Topic.MATCHES, TimeMark(origin="reports/0", at=at("10:00"))),
    (Topic.ALERTS, a_change()),
    (Topic.SUPPRESSIONS, Suppression(rule_id="r", reason="too_old", at=at("10:00"))),
    (Topic.DELIVERIES, a_delivery()),
    (
        Topic.ATTEMPTS,
        Attempt(
            delivery_id=DeliveryId("d_1"),
            endpoint_id=EndpointId("desk"),
            number=1,
            attempted_at=at("10:00"),
            outcome=Outcome.RETRY,
            duration_seconds=0.5,
        ),
    ),
    (Topic.DEAD_LETTERS, dead_letter("http", "why", at("10:00"), b"\xff", key="k", headers=BINARY)),
]
IDS = [type(message).__name__ for _, message in MESSAGES]


@pytest.mark.parametrize(("topic", "message"), MESSAGES, ids=IDS)
def test_what_is_written_is_read(topic: str, message: Message) -> None:
    record = write_record(message, key="wire/1")

    assert read_record(topic, key=record.key, value=record.value, headers=record.headers, timestamp=STAMP) == message
    assert record.key == b"wire/1"


@pytest.mark.parametrize(("topic", "message"), MESSAGES, ids=IDS)
def test_others_read_it_as_a_cloud_event(topic: str, message: Message) -> None:
    """By the CloudEvents project's own library."""
    record = write_record(message, key="wire/1")
    headers = {name: value for name, value in record.headers if value is not None}
    assert record.value is not None
    assert len(headers) == len(record.headers)

    event = from_kafka(KafkaMessage(headers=headers, key=record.key, value=record.value), JSONFormat())

    assert event.get_type() == f"alerts.{wire.encode(message).type}.v1"
    assert event.get_source() == "/alerts"
    assert event.get_id()
    assert isinstance(event.get_time(), datetime)
    assert isinstance(event.get_data(), dict)


def test_every_message_type_is_in_these_tests() -> None:
    """A type that is forgotten here may be forgotten in the code."""
    assert {type(message) for _, message in MESSAGES} == set(Message.__args__)


@pytest.mark.parametrize(("topic", "message"), MESSAGES, ids=IDS)
def test_the_same_message_is_the_same_record_everywhere(topic: str, message: Message) -> None:
    """Written again after a crash it has the same `ce_id`: whoever drops repeats by it drops this one."""
    again = wire.decode(*wire.encode(message))

    assert write_record(again, key="k") == write_record(message, key="k")  # type: ignore[arg-type]


def test_two_versions_of_a_report_are_two_events() -> None:
    """Their report id is one; a reader that drops repeated `ce_id`s must not lose the update."""
    first, second = (dict(write_record(replace(REPORT, text=text), key="k").headers) for text in ("a", "b"))

    assert first["ce_id"] != second["ce_id"]
    assert first["ce_type"] == second["ce_type"]


def test_a_record_on_the_wrong_topic_is_set_aside() -> None:
    """A match on `reports` would be passed over without a word."""
    record = write_record(a_match(), key="k")

    said = cause(record.value, record.headers)

    assert said == 'header ce_type: a match does not belong on "reports"'


def test_a_report_of_another_producer_on_an_inner_topic_is_set_aside() -> None:
    assert cause({"text": "x"}, BINARY, topic="matches") == (
        'header ce_type: found "org.example.report", this topic holds alerts.match.v1 or alerts.match_retraction.v1 or '
        "alerts.time_mark.v1"
    )


@pytest.mark.parametrize("ce_type", ["alerts.report.v2", "alerts.track.v1", "alerts.alert.opened"])
def test_a_type_of_ours_that_this_version_does_not_know_is_no_report_of_others(ce_type: str) -> None:
    """A newer worker's record waits among the dead letters; our own alerts, sent back, are not news."""
    assert f'header ce_type: this version does not read "{ce_type}"' in cause(
        headers=having(("ce_type", ce_type.encode()))
    )


OWN = having(("ce_type", b"alerts.report.v1"))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b'{"id": 5}', "not a report: Expected `str`, got `int` at /id"),
        (
            b'{"id":"r","source":{"id":"x","owner":[]}}',
            "not a report: Expected `str | null`, got `array` at /source/owner",
        ),
        (b"null", "not a report: Expected `object`, got `null`"),
        (b'{"id":', "not a report: Input data was truncated"),
        (b'{"id": }', "not a report: JSON is malformed: invalid character (byte 7)"),
        (b'{"id": "\xc3\x28"}', "not UTF-8: byte 8 is 0xc3"),
        (b'{"z":' + b"[" * 100_000, "not a report: nested too deep"),
        (b"", "the value is empty (0 bytes)"),
        (b" \n", "the value is empty (2 bytes)"),
        (None, "the record has no value: a tombstone means nothing here, and withdraws nothing"),
    ],
)
def test_json_that_is_not_ours_is_unreadable_with_its_place(value: bytes | None, said: str) -> None:
    assert cause(value, OWN) == said


@pytest.mark.parametrize("field", ["received_at", "published_at"])
@pytest.mark.parametrize("time", [datetime(2025, 1, 1), datetime.max.replace(tzinfo=UTC)])  # noqa: DTZ001
def test_a_time_that_cannot_be_worked_with_never_reaches_a_stage(field: str, time: datetime) -> None:
    """It cannot be compared with others, or be added to: the stage would stop at it, again and again."""
    record = write_record(replace(REPORT, **{field: time}), key="k")  # type: ignore[arg-type]

    assert cause(record.value, record.headers) == (
        "not a report: a time has no offset from UTC, or is not of the years 1900 to 2200"
    )


def test_what_cannot_be_read_keeps_what_reading_it_again_needs() -> None:
    unreadable = read(b"{", OWN)

    assert isinstance(unreadable, Unreadable)
    assert (unreadable.content, unreadable.headers, unreadable.key) == (b"{", OWN, "wire/9")
    assert unreadable.at is not None
    assert unreadable.at.timestamp() == STAMP / 1000
