"""C13: a batch with a bad line neither loses nor doubles, whatever the client does next."""

from __future__ import annotations

import pytest

from alerts.pipeline.state import ReportMemory
from alerts.pipeline.versions import Admission, admit, remember
from tests.ingestion.port import Port

GOOD_1 = b'{"id":"b1","source":"x","text":"Clashes erupted in Hama."}'
BAD = b'{"id":"b2","source":"x","text":'
GOOD_3 = b'{"id":"b3","source":"x","text":"Jordan shut the Jaber crossing."}'
BATCH = b"\n".join((GOOD_1, BAD, GOOD_3)) + b"\n"


def news(port: Port) -> list[str]:
    """Return the items that DETECT would read, after dropping what it knows."""
    memory: dict[str, ReportMemory] = {}
    fresh = []
    for report in port.kept:
        if admit(report, memory.get(report.id)) is Admission.FRESH:
            fresh.append(report.source_item_id)
            memory[report.id] = remember(report, ())
    return fresh


@pytest.mark.parametrize("content_type", ["application/x-ndjson", "application/json", "", "text/plain"])
async def test_c13_the_answer_names_line_2_and_what_was_accepted(port: Port, content_type: str) -> None:
    """207: not a refusal that invites the whole batch again, not a success that hides the loss."""
    answer = await port.post(BATCH, content_type)

    assert answer.status == 207
    assert (answer.body["accepted"], answer.body["refused"]) == (2, 1)
    assert "line 2" in answer.body["detail"]
    assert [(r["line"], r["status"]) for r in answer.body["results"]] == [
        *((1, "accepted"), (2, "refused"), (3, "accepted")),
    ]
    assert [report.source_item_id for report in port.kept] == ["b1", "b3"]


async def test_c13_the_bad_line_is_set_aside_with_its_cause(port: Port) -> None:
    """A client that looks at nothing but 2xx loses nothing: the line can be mended and replayed."""
    await port.post(BATCH)

    ((origin, cause, content),) = port.letters
    assert origin == "http"
    assert "not JSON" in cause
    assert content == BAD


async def test_c13_sending_three_times_adds_nothing(port: Port) -> None:
    """The ids are the same each time, so DETECT reads each item once."""
    answers = [await port.post(BATCH) for _ in range(3)]

    assert [answer.body for answer in answers] == [answers[0].body] * 3
    assert news(port) == ["b1", "b3"]


async def test_c13_cut_off_in_the_middle_of_b3(port: Port) -> None:
    """What came whole is taken, the cut line is named; the whole batch sent later adds only what was missing."""
    answer = await port.post(BATCH[:-20])
    await port.post(BATCH)

    assert answer.status == 207
    assert [r["status"] for r in answer.body["results"]] == ["accepted", "refused", "refused"]
    assert "line 2, line 3" in answer.body["detail"]
    assert news(port) == ["b1", "b3"]


async def test_c13_the_connection_breaks_in_the_middle_of_b3(port: Port) -> None:
    """No answer was given, so nothing is kept; the client must send again and does."""
    _, writer = await port.connect()
    head = b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n"
    writer.write(head % len(BATCH) + BATCH[:-20])
    await writer.drain()
    writer.close()
    await writer.wait_closed()

    answer = await port.post(BATCH)

    assert answer.status == 207
    assert [report.source_item_id for report in port.kept] == ["b1", "b3"]


async def test_lines_may_be_blank_or_end_in_carriage_returns(port: Port) -> None:
    """Files from other systems count lines as an editor does."""
    answer = await port.post(b"\r\n" + GOOD_1 + b"\r\n\r\n" + GOOD_3 + b"\r\n")

    assert answer.status == 202
    assert [r["line"] for r in answer.body["results"]] == [2, 4]


async def test_an_array_with_a_bad_item_is_taken_in_part(port: Port) -> None:
    """The same law for JSON arrays: items are named by index."""
    answer = await port.post([{"id": "1", "source": "x", "text": "a"}, {"id": "2", "source": "x"}, 5])

    assert answer.status == 207
    assert "item 1, item 2" in answer.body["detail"]
    assert [r["status"] for r in answer.body["results"]] == ["accepted", "refused", "refused"]
    assert [content for _, _, content in port.letters] == [b'{"id": "2", "source": "x"}', b"5"]


async def test_an_array_cut_off_is_refused_whole(port: Port) -> None:
    """Where one item ends and the next begins is not known once the array is broken."""
    answer = await port.post(b'[{"id":"1","source":"x","text":"a"},\n{"id":"2","source":"x","text":"b"}\n')

    assert answer.status == 400
    assert answer.body["code"] == "not-json"
    assert port.kept == []


async def test_a_batch_without_a_good_item_is_refused_and_named(port: Port) -> None:
    """Nothing was taken: 4xx, all faults, nothing set aside, the client still has it."""
    answer = await port.post(b'{"id":"1","source":"x"}\n{"id":"2","source":"x","text":3}', "application/x-ndjson")

    assert answer.status == 422
    assert [(e["line"], e["code"]) for e in answer.body["errors"]] == [(1, "nothing-to-read"), (2, "string-type")]
    assert port.letters == []


async def test_a_line_of_other_bytes_costs_only_itself(port: Port) -> None:
    """Latin-1 in one row of an export must not cost the export."""
    answer = await port.post(GOOD_1 + b'\n{"id":"b2","source":"x","text":"caf\xe9"}\n' + GOOD_3)

    assert answer.status == 207
    assert answer.body["results"][1]["errors"][0]["code"] == "not-utf8"


async def test_a_full_store_keeps_nothing_of_a_batch(port: Port) -> None:
    """507, when to come back, and neither half a batch nor its dead letters."""
    port.is_full = True

    answer = await port.post(BATCH)

    assert (answer.status, answer.body["code"]) == (507, "store-full")
    assert int(answer.headers["Retry-After"]) > 0
    assert port.letters == []


async def test_a_store_too_full_for_dead_letters_still_answers_for_the_good_ones(port: Port) -> None:
    """They are durable: any other answer would make the client send them again."""
    port.letters_full = True

    answer = await port.post(BATCH)

    assert answer.status == 207
    assert len(port.observer.warnings) == 1


async def test_too_many_items_are_refused_before_any_is_read(port: Port) -> None:
    """10,000 reports a request."""
    answer = await port.post(b"{}\n" * 10_001, "application/x-ndjson")

    assert (answer.status, answer.body["code"]) == (413, "too-many-items")


async def test_what_was_taken_and_refused_is_counted(port: Port) -> None:
    """A board shows a source that sends rubbish."""
    await port.post(BATCH)

    assert port.observer.total("reports_received") == 2
    assert ("reports_refused", 1, {"reason": "not-json"}) in port.observer.counted
