"""One report at a time: what is taken, what is refused, and with which words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from alerts.domain.ids import report_id
from alerts.domain.report import ReportKind
from tests.ingestion.port import NOW, Port


async def test_a_report_is_kept_as_it_was_written(port: Port) -> None:
    """Every field arrives where the rules look for it, and the answer names the report."""
    source = {"id": "wire", "owner": "Wire Group", "kind": "wire", "country": "JO", "reliability": "B"}
    written = {"id": "78", "source": source, "version": 3, "kind": "update", "url": "https://wire.example/78"}
    written |= {"language": "en", "title": "Hama", "text": "Clashes erupted in Hama.", "backfill": True}

    answer = await port.post(written | {"published_at": "2025-03-01T13:00:00+02:00"})

    (report,) = port.kept
    assert answer.status == 202
    assert answer.body["results"][0]["id"] == report.id == report_id("wire", "78")
    assert answer.body["results"][0]["warnings"] == []
    assert (report.source.id, report.source.owner, report.source.reliability) == ("wire", "Wire Group", "B")
    assert (report.version, report.kind, report.backfill) == (3, ReportKind.UPDATE, True)
    assert (report.title, report.text, report.language) == ("Hama", "Clashes erupted in Hama.", "en")
    assert report.url == "https://wire.example/78"
    assert report.published_at == datetime(2025, 3, 1, 11, tzinfo=UTC)
    assert report.received_at == NOW


@pytest.mark.parametrize("text", [{}, {"text": ""}, {"text": " \n"}])
async def test_a_title_without_a_text_is_the_text(port: Port, text: dict[str, str]) -> None:
    """A feed of headlines is read like any other; with events the title only heads them."""
    await port.post({"id": "1", "source": "wire", "title": " Rebels seize Hama ", **text})
    await port.post({"id": "2", "source": "wire", "title": "Hama", "events": [{"type": "armed_clash"}], **text})

    headline, notice = port.kept
    assert (headline.text, headline.title) == ("Rebels seize Hama", " Rebels seize Hama ")
    assert (notice.text, notice.title) == (text.get("text", ""), "Hama")


async def test_a_report_without_version_is_unnumbered(port: Port) -> None:
    """Version 0 says that the newest arrival is the newest version; nobody numbers versions by accident."""
    await port.post({"id": "1", "source": "wire", "text": "Clashes."})

    assert port.kept[0].version == 0
    assert port.kept[0].published_at == NOW


async def test_a_source_may_be_named_by_text_or_object_or_not_at_all(port: Port) -> None:
    """A desk's first try with nothing but a text works, and is told what that means."""
    await port.post({"source": "wire", "text": "a"})
    await port.post({"source": {"id": "wire"}, "text": "a"})
    answer = await port.post({"text": "a"})

    assert [report.source.id for report in port.kept] == ["wire", "wire", "unknown"]
    assert "no source" in answer.body["results"][0]["warnings"][0]


async def test_a_megabyte_of_text_is_taken_and_more_is_refused(port: Port) -> None:
    """The bound is on characters of the text, and is said."""
    taken = await port.post({"id": "1", "source": "x", "text": "ب" * 1_048_576})
    refused = await port.post({"id": "2", "source": "x", "text": "b" * 1_048_577})

    assert taken.status == 202
    assert refused.status == 413
    assert refused.body["errors"][0]["pointer"] == "/text"
    assert "1,048,576" in refused.body["detail"]
    assert len(port.kept) == 1


async def test_a_future_date_is_set_to_the_time_of_receipt(port: Port) -> None:
    """A clock that runs ahead must not hold an alert open longer or make it come first."""
    event = {"type": "armed_clash", "place": "Homs", "occurred_at": "2031-01-01T00:00:00Z"}

    answer = await port.post(
        {"id": "1", "source": "x", "text": "a", "published_at": "2030-01-01T00:00:00Z", "events": [event]}
    )

    assert answer.status == 202
    assert port.kept[0].published_at == NOW
    assert port.kept[0].events[0].occurred_at == NOW
    assert sum("future" in warning for warning in answer.body["results"][0]["warnings"]) == 2


@pytest.mark.parametrize(("language", "said"), [("tlh", "tlh"), ("no such language", "BCP 47")])
async def test_an_unknown_language_is_kept_with_a_warning(port: Port, language: str, said: str) -> None:
    """Rules on words still see the text, so refusing it would lose alerts."""
    answer = await port.post({"id": "1", "source": "x", "text": "qo'", "language": language})

    assert answer.status == 202
    assert said in answer.body["results"][0]["warnings"][0]


async def test_unknown_keys_are_named_and_not_refused(port: Port) -> None:
    """A misspelt `published_at` is found out at the first post."""
    answer = await port.post({"id": "1", "source": "x", "text": "a", "pubished_at": "2025-01-01T00:00:00Z"})

    assert answer.status == 202
    assert "pubished_at" in answer.body["results"][0]["warnings"][0]


async def test_a_url_that_no_browser_should_follow_is_left_out(port: Port) -> None:
    """What goes into alerts is shown to people: only web addresses pass."""
    answer = await port.post({"id": "1", "source": "x", "text": "a", "url": "javascript:alert(1)"})

    assert answer.status == 202
    assert port.kept[0].url is None
    assert "url" in answer.body["results"][0]["warnings"][0]


REFUSED: list[tuple[str, bytes, str, int, str]] = [
    ("empty", b"", "application/json", 400, "empty-body"),
    ("blank", b" \r\n ", "", 400, "empty-body"),
    ("an empty list", b"[]", "application/json", 400, "empty-body"),
    ("not JSON", b"Clashes erupted in Hama.", "application/json", 400, "not-json"),
    ("cut off", b'{"id":"1","text":"Cla', "application/json", 400, "not-json"),
    ("binary as JSON", b"\x00\x89PNG\xff\xfe", "application/json", 400, "not-utf8"),
    ("binary as itself", b"\x89PNG\xff\xfe", "image/png", 415, "unsupported-media-type"),
    ("UTF-16", '{"text":"a"}'.encode("utf-16"), "application/json", 400, "not-utf8"),
    ("a number", b"5", "application/json", 400, "not-an-object"),
    ("nested endlessly", b"[" * 200_000, "application/json", 400, "too-deep"),
    ("an endless number", b'{"text":"a","version":' + b"9" * 5_000 + b"}", "application/json", 400, "not-json"),
    ("half a surrogate pair", b'{"text":"a \\ud800 b"}', "application/json", 400, "lone-surrogate"),
    ("half a pair in a key", b'{"text":"a","\\udfff":1}', "application/json", 400, "lone-surrogate"),
    ("a key twice", b'{"text":"a","text":"b"}', "application/json", 400, "duplicate-key"),
    ("nothing to read", b'{"id":"1","source":"x","text":"  "}', "application/json", 422, "nothing-to-read"),
    ("text of a wrong type", b'{"text":5}', "application/json", 422, "string-type"),
    ("a date that is none", b'{"text":"a","published_at":"yesterday"}', "application/json", 422, "time"),
    ("a date as a number", b'{"text":"a","published_at":1735689600}', "application/json", 422, "time"),
    ("a year of nowhere", b'{"text":"a","published_at":"0001-01-01T00:00:00Z"}', "application/json", 422, "time"),
    ("a version of a wrong type", b'{"text":"a","version":"3"}', "application/json", 422, "int-type"),
    ("a version below zero", b'{"text":"a","version":-1}', "application/json", 422, "greater-than-equal"),
    ("a withdrawal of nothing", b'{"kind":"withdrawn","source":"x"}', "application/json", 422, "no-id"),
    ("two ids", b'{"id":"a","source_item_id":"b","text":"a"}', "application/json", 422, "two-ids"),
]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
async def test_what_cannot_be_read_is_refused_with_a_problem(
    port: Port, body: bytes, content_type: str, status: int, code: str
) -> None:
    """The right status, an RFC 9457 body, nothing kept, and the next report is taken."""
    answer = await port.post(body, content_type)
    after = await port.post({"id": "next", "source": "x", "text": "a"})

    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert answer.body["type"] == "about:blank"
    assert answer.body["status"] == status
    assert answer.body["title"]
    assert answer.body["detail"]
    assert after.status == 202
    assert [report.source_item_id for report in port.kept] == ["next"]


async def test_all_faults_come_at_once_with_their_pointers(port: Port) -> None:
    """Mending a client one fault a try is a day's work."""
    event = b'{"type":"armed_clas","place":{"lat":NaN,"lon":200},"confidence":2}'

    answer = await port.post(b'{"text":5,"id":1.5,"published_at":"x","a/b~":"\\ud800","events":[' + event + b"]}")

    assert answer.status == 422
    assert answer.pointers == {
        *("/text", "/id", "/published_at", "/a~1b~0", "/events/0/type"),
        *("/events/0/place/lat", "/events/0/place/lon", "/events/0/confidence"),
    }
    assert "did you mean `armed_clash`?" in str(answer.body["errors"])
    assert port.kept == []


async def test_nothing_of_a_refused_body_is_quoted(port: Port) -> None:
    """A problem body lands in logs of others; a report may be embargoed."""
    answer = await port.post({"id": "1", "source": "x", "text": ["embargoed words"], "kind": "embargoed words"})

    assert answer.status == 422
    assert "embargoed" not in str(answer.body)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded"])
async def test_a_client_that_does_not_say_json_is_understood(port: Port, content_type: str) -> None:
    """`curl -d` sends a form type; what it holds says what it is."""
    answer = await port.post(b'{"id":"1","source":"x","text":"a"}', content_type)

    assert answer.status == 202


async def test_a_byte_order_mark_is_passed_over(port: Port) -> None:
    """Some editors write one."""
    answer = await port.post(b'\xef\xbb\xbf{"id":"1","source":"x","text":"a"}')

    assert answer.status == 202


@pytest.mark.parametrize("name", ['desk "A"\\\nB', "Ж" * 300, "a/b|c=d", "\u202e", "\x00"])
async def test_a_source_of_an_odd_name_is_taken_as_it_is(port: Port, name: str) -> None:
    """C34: quotes, newlines and 300 characters are a name; only half a character is none."""
    taken = await port.post({"id": "1", "source": name, "text": "a"}, traceparent="0" * 200)
    refused = await port.post(b'{"id":"1","source":"\\ud800","text":"a"}')

    assert taken.status == 202
    assert port.kept[0].source.id == name
    assert (refused.status, refused.pointers) == (400, {"/source"})
