"""A replay reads a letter again as it was read when it came, and puts nothing into the log that cannot be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.adapters.records import read_record, write_record
from alerts.adapters.replays import ReplayRefused, replayed
from alerts.domain.report import Report
from alerts.pipeline.dead_letters import KEPT_MAX_BYTES, dead_letter, report_letter, unreadable_letter
from alerts.pipeline.messages import DeadLetter, Headers, Tick, TimeMark, Topic, Unreadable
from alerts.pipeline.ports import Output
from tests.records.record import BINARY, HAMA, STAMP, report, without
from tests.support.builders import a_match, a_report, an_event, at

NOW = report(HAMA).received_at
TEXT = a_report("Clashes erupted in Hama.", item="9")


def of_record(
    value: bytes | None, headers: Headers = (), *, topic: str = "reports", key: bytes | None = b"k"
) -> DeadLetter:
    """Return the letter of a record that cannot be read, as an older version wrote it that could read even less."""
    unreadable = read_record(topic, key=key, value=value, headers=headers, timestamp=STAMP)
    if not isinstance(unreadable, Unreadable):
        assert value is not None
        unreadable = Unreadable(
            cause="an older version could not",
            content=value,
            at=NOW,
            key=key.decode() if key else None,
            headers=headers,
        )
    return unreadable_letter(f"{topic}/2@41", unreadable)


def refused(letter: DeadLetter) -> str:
    """Return why a letter cannot be replayed."""
    with pytest.raises(ReplayRefused) as why:
        replayed(letter)
    return str(why.value)


@pytest.mark.parametrize("topic", ["reports", "notices"])
def test_a_report_that_broke_the_reader_goes_back_to_its_topic_as_it_was(topic: str) -> None:
    """With the time at which it was received, and under the key of its item."""
    letter = report_letter(f"{topic}/3", "timeout", TEXT)

    assert replayed(letter) == [Output(topic, "wire/9", TEXT)]


@pytest.mark.parametrize("headers", [(), BINARY], ids=["plain", "binary"])
def test_another_producers_report_is_read_with_its_headers_and_its_time(headers: Headers) -> None:
    (output,) = replayed(of_record(b'{"text": "Clashes erupted in Hama."}', headers))

    assert isinstance(output.message, Report)
    assert output.message.received_at == NOW
    assert output.message.source.id == ("/sensors/hama" if headers else "unknown")
    assert output.key == f"{output.message.source.id}/{output.message.source_item_id}"


def test_a_record_of_ours_that_a_newer_version_reads_goes_back_with_its_key() -> None:
    record = write_record(a_match(), key="rule/key")

    assert replayed(of_record(record.value, record.headers, topic="matches", key=record.key)) == [
        Output(Topic.MATCHES, "rule/key", a_match())
    ]
    assert refused(of_record(record.value, record.headers, topic="matches", key=None)) == (
        "its key is not known, so neither is its partition"
    )


def test_what_was_refused_over_http_goes_where_accepted_reports_go() -> None:
    notice = b'{"source": "q", "id": "1", "events": [{"type": "flood"}]}'

    (output,) = replayed(dead_letter("http", "no such type", NOW, notice))

    assert (output.topic, output.key) == (Topic.NOTICES, "q/1")


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        (of_record(None), "it still cannot be read: the value is empty (0 bytes)"),
        (of_record(b"null"), "it still cannot be read: the value is the JSON null, not a report; it withdraws nothing"),
        (of_record(b"{}", without("ce_id")), "it still cannot be read: header ce_id is missing"),
        (
            dead_letter("http", "x", NOW, b'{"text": 5}'),
            "it still cannot be read: /text: must be a valid string, found 5",
        ),
        (dead_letter("http", "x", NOW, b"{"), "it still cannot be read: not JSON"),
        (dead_letter("http", "x", NOW, b"[]"), "it still cannot be read"),
        (dead_letter("reports/0@1", "x", None, b'{"text": "a"}'), "it still cannot be read: the record's timestamp"),
        (dead_letter("http", "x", NOW, b"x" * (KEPT_MAX_BYTES + 1)), "the letter does not hold all of what came"),
        (replace(dead_letter("http", "x", NOW, b"{}"), content="{ }"), "the letter does not hold all of what came"),
    ],
)
def test_what_cannot_be_replayed_says_why(letter: DeadLetter, why: str) -> None:
    assert refused(letter).startswith(why)


@pytest.mark.parametrize(
    ("topic", "message"),
    [("reports", Tick(at=at("10:00"))), ("matches", TimeMark(origin="reports/0", at=at("10:00") - timedelta(days=1)))],
)
def test_time_that_has_passed_is_not_replayed(topic: str, message: Tick | TimeMark) -> None:
    """A late tick would say nothing new; under a key it would stand in one partition only."""
    record = write_record(message, key="tick")

    assert (
        refused(of_record(record.value, record.headers, topic=topic))
        == "it says what time it was; that time has passed"
    )


def test_a_notice_with_a_text_is_replayed_whole() -> None:
    notice = a_report("x", item="2", events=(an_event(report="wire/2"),))

    assert replayed(report_letter("notices/0", "x", notice)) == [Output(Topic.NOTICES, "wire/2", notice)]
