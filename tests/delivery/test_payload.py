"""The webhook body: what receivers are promised by schema/webhook.schema.json."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.delivery.payload import EVIDENCE_MAX, ping_body, webhook_body
from alerts.domain.alert import ENDINGS, Alert, AlertEvidence, ChangeKind
from alerts.domain.match import Reason
from alerts.domain.subscription import Delivery
from tests.delivery.builders import JABER, NOON, a_change, a_delivery, opened

SCHEMA = json.loads((Path(__file__).parents[2] / "schema" / "webhook.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def with_alert(**more: Any) -> Delivery:
    change = a_change()
    return a_delivery(replace(change, alert=replace(change.alert, **more)))


def read(delivery: Delivery) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(webhook_body(delivery, source="/alerts/desk"))
    return body


def test_the_schema_is_a_schema() -> None:
    """A fault in it would make every check below vacuous."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert not VALIDATOR.is_valid({"specversion": "1.0"})
    broken = read(opened())
    del broken["data"]["evidence"]
    assert not VALIDATOR.is_valid(broken)


@pytest.mark.parametrize("kind", list(ChangeKind))
def test_every_kind_of_change_fits_the_schema(kind: ChangeKind) -> None:
    """The six steps of an alert's life."""
    body = read(a_delivery(a_change(kind, life=2)))

    VALIDATOR.validate(body)
    assert body["type"] == f"alerts.alert.{kind}"
    assert (body["data"]["state"] == "open") is (kind not in ENDINGS)


def test_a_ping_fits_the_schema() -> None:
    """A test message is of the same form."""
    VALIDATOR.validate(json.loads(ping_body("p_1", source="/alerts", at=NOON)))


def test_nothing_of_an_alert_is_left_out() -> None:
    """Each field of an alert is in the body under its own name, or is one of those named here."""
    elsewhere = {"id": "alert_id", "key": "rule", "rule_version": "rule"}

    names = {elsewhere.get(one.name, one.name) for one in fields(Alert)}

    assert names <= read(opened())["data"].keys()


def test_every_field_is_documented() -> None:
    """The schema names each field that is sent, and requires it."""
    sent = read(opened())

    assert sent.keys() <= SCHEMA["properties"].keys()
    assert sent["data"].keys() == SCHEMA["$defs"]["alert"]["properties"].keys()


def test_the_body_says_what_happened_where_and_which_sentence_proves_it() -> None:
    """What a reader needs without asking anyone."""
    delivery = opened(life=2)

    body = read(delivery)

    assert (body["id"], body["subject"]) == (delivery.id, delivery.change.alert.id)
    assert body["time"] == "2026-11-24T12:00:00Z"
    assert body["data"]["previous"] == opened(life=1).change.alert.id
    assert body["data"]["place"]["geometry"]["coordinates"] == [JABER.lon, JABER.lat]
    assert body["data"]["evidence"][0] == {
        "quote": "Jordan shut the Jaber crossing.",
        "source": "wire",
        "url": "https://news.example/jaber",
        "published_at": "2026-11-24T12:00:00Z",
        "report_id": "r_1",
    }


def test_the_cloudevents_library_reads_it() -> None:
    """The oracle for the envelope: the official SDK, with its own validation."""
    body = webhook_body(opened(), source="/alerts/desk")

    event = from_http_event(HTTPMessage(headers={"content-type": "application/cloudevents+json"}, body=body))

    assert event.get_id() == opened().id
    assert event.get_type() == "alerts.alert.opened"


def test_a_retry_sends_the_same_bytes() -> None:
    """What was signed once is what is sent each time, after a restart as well."""
    assert webhook_body(opened(), source="/a") == webhook_body(opened(), source="/a")


def test_times_are_utc_whatever_zone_they_came_in() -> None:
    """+03:00 does not leave the house."""
    amman = datetime(2026, 11, 24, 15, 0, tzinfo=timezone(timedelta(hours=3)))

    assert read(with_alert(opened_at=amman))["data"]["opened_at"] == "2026-11-24T12:00:00Z"


def test_half_a_character_becomes_a_question_mark() -> None:
    """A lone surrogate from some source must not stop an alert, nor reach a strict parser."""
    assert read(with_alert(title="shut \ud800 closed"))["data"]["title"] == "shut ? closed"


@pytest.mark.parametrize("glued", ["👩‍👩‍👧", "é", "❤️"])
@pytest.mark.parametrize("offset", range(6))
def test_a_long_text_is_cut_between_signs(glued: str, offset: int) -> None:
    """A mark shows the cut, and no family loses a child to it."""
    title = read(with_alert(title="x" * (1000 - offset) + glued * 300))["data"]["title"]

    assert len(title) <= 1000
    assert title.endswith("…")
    assert title[:-1].lstrip("x").replace(glued, "") == ""


def test_a_story_of_hundreds_of_reports_stays_small() -> None:
    """Ten quotes prove as much as ten hundred; the number left out is said."""
    quote = AlertEvidence(quote="Jordan shut the Jaber crossing.", source="wire", report_id="r", published_at=NOON)

    body = webhook_body(with_alert(evidence=(quote,) * 500), source="/a")

    assert json.loads(body)["data"]["evidence_left_out"] == 500 - EVIDENCE_MAX
    assert len(body) < 20_000


@settings(max_examples=60)
@given(
    text=st.text(st.characters(codec=None), max_size=50),
    labels=st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3),
    when=st.datetimes(timezones=st.just(UTC)),
)
def test_whatever_an_alert_says_fits_the_schema(text: str, labels: dict[str, str], when: datetime) -> None:
    """Quotes, lone surrogates, odd labels, far times: always JSON that the schema allows."""
    reason = Reason(condition=text, expected=text, actual=text)

    body = read(with_alert(title=text, summary=text, labels=labels, last_seen_at=when, ended_at=when, why=(reason,)))

    VALIDATOR.validate(body)
