"""Whatever a producer writes: never an exception; and what the CloudEvents project's own library writes is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from cloudevents.core.bindings.kafka import KafkaMessage, to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.adapters import records, wire
from alerts.adapters.records import read_record, write_record
from alerts.adapters.records_attributes import attributes_of
from alerts.domain.report import Report
from alerts.pipeline.dead_letters import content_of, unreadable_letter
from alerts.pipeline.messages import TOPICS, Unreadable
from tests.ingestion.test_fuzz import BODIES, JUNK, REPORTS, mostly
from tests.records.record import STAMP, report
from tests.support.builders import a_report

NAMES = st.sampled_from(
    ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "CE_ID", "ce_", "content-type", "Content-Type", "x"]
)
OWN_TYPES = st.sampled_from(
    [b"alerts.report.v1", b"alerts.tick.v1", b"alerts.match.v1", b"alerts.delivery.v1", b"alerts.x"]
)
VALUES = st.one_of(
    st.none(),
    st.binary(max_size=9),
    OWN_TYPES,
    st.sampled_from([b"1.0", b"application/cloudevents+json", b"application/json; x", b"2025-02-28T11:58:00Z"]),
)
GOOD = st.fixed_dictionaries(
    {
        "ce_specversion": st.just(b"1.0"),
        "ce_id": VALUES,
        "ce_source": st.just(b"/x"),
        "ce_type": OWN_TYPES | st.just(b"t"),
    },
    optional={"content-type": VALUES, "ce_time": VALUES},
).map(lambda named: list(named.items()))
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=7) | GOOD
ENVELOPES = st.fixed_dictionaries(
    {"specversion": mostly(st.just("1.0")), "id": mostly(st.just("1")), "source": mostly(st.just("/x"))},
    optional={
        "type": mostly(st.just("t")),
        "time": JUNK,
        "data": mostly(REPORTS),
        "data_base64": mostly(st.just("e30=")),
        "datacontenttype": JUNK,
    },
).map(lambda event: json.dumps(event).encode())


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from(TOPICS), st.none() | BODIES | ENVELOPES, HEADERS, st.integers(-(2**63), 2**63 - 1) | st.just(STAMP)
)
def test_any_record_is_read_or_unreadable_and_can_be_set_aside(
    topic: str, value: bytes | None, headers: list[tuple[str, bytes | None]], timestamp: int
) -> None:
    """One bad record never stops its partition: not when it is read, nor when its letter is written."""
    message = read_record(topic, key=b"\xff", value=value, headers=headers, timestamp=timestamp)

    if isinstance(message, Unreadable):
        assert message.cause
        letter = unreadable_letter("reports/0@1", message)
        assert wire.decode(*wire.encode(letter)) == letter
        assert content_of(letter) == (value or b"")
    else:
        assert wire.decode(*wire.encode(message)) == message


def events(data: Any) -> CloudEvent:
    """Return an event as the library makes it."""
    attributes = {
        "id": "é-1",
        "source": "/sensors/ü",
        "type": "org.example.report",
        "time": datetime(2025, 2, 28, 11, 58, tzinfo=UTC),
        "datacontenttype": "application/json",
        "partitionkey": "wire/9",
        "mine": "ünlike",
    }
    return CloudEvent(attributes, data)


def received(message: KafkaMessage) -> Report:
    """Return the report of what the library wrote."""
    return report(message.value, tuple(message.headers.items()))


def test_what_the_library_writes_is_read_in_both_modes() -> None:
    event = events({"text": "Clashes erupted in Hama."})

    binary, structured = (received(write(event, JSONFormat())) for write in (to_binary, to_structured))

    assert binary == structured
    assert (binary.source_item_id, binary.source.id) == ("é-1", "/sensors/ü")
    assert binary.published_at == datetime(2025, 2, 28, 11, 58, tzinfo=UTC)


def test_bytes_that_the_library_packs_in_base64_are_read() -> None:
    """It does so with data that is not a JSON value of its own."""
    event = events(b'{"text": "Clashes erupted in Hama."}')
    message = to_structured(event, JSONFormat())

    assert b"data_base64" in message.value
    assert received(message).text == "Clashes erupted in Hama."


WRITTEN = write_record(a_report("x"), key="k").headers


@settings(max_examples=500, deadline=None)
@given(st.permutations(WRITTEN), st.integers(0, 5), HEADERS, VALUES)
def test_what_is_known_at_a_glance_is_what_a_careful_look_finds(
    written: list[tuple[str, bytes | None]], place: int, others: list[tuple[str, bytes | None]], value: bytes | None
) -> None:
    """Headers of ours, shuffled, with one broken, with some more."""
    broken = [*written[:place], (written[place][0], value), *written[place + 1 :]]
    for headers in (list(WRITTEN), written, broken, [*WRITTEN[:place], *others], [*WRITTEN[:4], *others[:2]]):
        name = records._name_at_a_glance(headers)
        if name is not None:
            assert attributes_of(headers).type == f"alerts.{name}.v1"


def test_a_record_of_ours_is_known_at_a_glance() -> None:
    assert records._name_at_a_glance(WRITTEN) == "report"
