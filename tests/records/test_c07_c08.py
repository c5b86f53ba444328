"""Cases C07 and C08: broken headers and missing values cost their own record only, and withdraw nothing."""

from __future__ import annotations

import pytest

from alerts.domain.report import ReportKind
from alerts.pipeline.messages import Unreadable
from tests.records.record import BINARY, HAMA, cause, having, read, report, without

FOREIGN = (("x-trace", None), ("x-junk", b"\xc3\x28"), ("content-type", b"Application/JSON; charset=UTF-8"))
ATTRIBUTES = ("ce_specversion", "ce_id", "ce_source", "ce_type")


@pytest.mark.parametrize("headers", [FOREIGN, (*having(("content-type", FOREIGN[2][1])), *FOREIGN[:2])])
def test_c07_headers_of_others_are_never_looked_into(headers: tuple[tuple[str, bytes | None], ...]) -> None:
    """Null, no text, and a content type in capitals with a parameter; as plain JSON and as a CloudEvent."""
    assert report(headers=headers).text == "Clashes erupted in Hama."


@pytest.mark.parametrize("name", [*ATTRIBUTES, "ce_time", "ce_subject", "ce_mine"])
def test_c07_an_attribute_without_a_value_is_named(name: str) -> None:
    headers = having((name, None))
    position = [header for header, _ in headers].index(name) + 1

    assert cause(headers=headers) == f"header {name} (number {position}) has no value"


@pytest.mark.parametrize("name", [*ATTRIBUTES, "ce_time", "ce_subject", "ce_mine"])
def test_c07_an_attribute_that_is_no_text_is_named_with_its_byte(name: str) -> None:
    headers = having((name, b"ab\xff"))
    position = [header for header, _ in headers].index(name) + 1

    assert cause(headers=headers) == f"header {name} (number {position}) is not UTF-8: byte 2 is 0xff"


@pytest.mark.parametrize("name", [*ATTRIBUTES, "ce_time"])
@pytest.mark.parametrize("again", ["{}", "{}-upper"])
def test_c07_an_attribute_that_stands_twice_is_named(name: str, again: str) -> None:
    """The same value or not, in whatever case: which of them is meant is not guessed."""
    second = name.upper() if again.endswith("upper") else name

    assert (
        cause(headers=(*BINARY, (second, dict(BINARY)[name])))
        == f"header {second} (number 7) stands twice; send it once"
    )


@pytest.mark.parametrize("name", ["ce_id", "ce_source", "ce_type"])
def test_c07_a_missing_or_empty_attribute_is_named(name: str) -> None:
    assert cause(headers=without(name)) == f"header {name} is missing; a CloudEvent has id, source and type"
    assert cause(headers=having((name, b""))) == f"header {name} is empty; a CloudEvent has id, source and type"


def test_c07_another_version_of_cloudevents_is_named() -> None:
    assert cause(headers=without("ce_specversion")) == "header ce_specversion is missing; CloudEvents 1.0 is read"
    assert (
        cause(headers=having(("ce_specversion", b"0.3"))) == 'header ce_specversion is "0.3"; CloudEvents 1.0 is read'
    )


def test_c07_an_endless_attribute_is_refused() -> None:
    assert cause(headers=having(("ce_id", b"1" * 5000))) == (
        "header ce_id (number 2) has 5,000 bytes; at most 4,096 are read"
    )


def test_c07_a_content_type_without_a_value_says_nothing() -> None:
    """It is no attribute of CloudEvents' own, and JSON is what a report is in."""
    assert report(headers=having(("content-type", None))).source_item_id == "9"


def test_c07_a_content_type_that_is_no_text_is_named() -> None:
    assert cause(headers=(("Content-Type", b"\xff"),)) == "header Content-Type (number 1) is not UTF-8: byte 0 is 0xff"


def test_c07_the_good_one_after_them_all_is_read() -> None:
    """Each record stands for itself: nothing of a broken one stays behind."""
    for name in ATTRIBUTES:
        read(headers=having((name, None)))

    assert report(headers=BINARY).text == HAMA["text"]


NOTHING = {
    "no value": None,
    "null": b"null",
    "zero bytes": b"",
    "white space": b" \n",
    "no JSON": b"\x00",
    "other": b"{}",
}


@pytest.mark.parametrize("headers", [(), BINARY], ids=["plain", "event"])
def test_c08_each_way_to_say_nothing_has_its_own_cause(headers: tuple[tuple[str, bytes | None], ...]) -> None:
    causes = {cause(value, headers) for value in NOTHING.values()}

    assert len(causes) == len(NOTHING)


@pytest.mark.parametrize("value", NOTHING.values(), ids=NOTHING.keys())
@pytest.mark.parametrize("topic", ["reports", "notices"])
def test_c08_none_of_them_is_a_withdrawal(value: bytes | None, topic: str) -> None:
    """Nor the text "null"."""
    assert isinstance(read(value, topic=topic), Unreadable)


def test_c08_what_they_say() -> None:
    assert cause(None) == "the record has no value: a tombstone means nothing here, and withdraws nothing"
    assert cause(b"null") == "the value is the JSON null, not a report; it withdraws nothing"
    assert cause(b"") == "the value is empty (0 bytes)"


def test_c08_the_good_report_after_them_is_read() -> None:
    for value in NOTHING.values():
        read(value)

    assert report().kind is ReportKind.NEW
