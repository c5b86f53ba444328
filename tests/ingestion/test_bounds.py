"""Clients that misbehave: too large, too slow, too many, compressed. The port stays up for the others."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from io import BytesIO

import pytest

from alerts.adapters.http_bodies import Limits
from tests.ingestion.port import Port, running

GOOD = b'{"id":"1","source":"x","text":"a"}'
HEAD = b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture
async def tight() -> AsyncIterator[Port]:
    """A port whose bounds a test can reach."""
    async with running(limits=Limits(body_bytes=1_000, buffered_bytes=1_500, requests=1, body_seconds=0.2)) as started:
        yield started


async def status_of(reader: asyncio.StreamReader) -> int:
    async with asyncio.timeout(10):
        line = await reader.readline()
    return int(line.split()[1])


async def test_a_body_that_says_it_is_too_large_is_refused_unread(tight: Port) -> None:
    """The head is enough."""
    answer = await tight.post(b"x" * 1_001)

    assert (answer.status, answer.body["code"]) == (413, "body-too-large")
    assert "1,000" in answer.body["detail"]


async def test_a_body_that_does_not_say_is_refused_once_it_is_too_large(tight: Port) -> None:
    """Chunked bodies have no length."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 100

    answer = await tight.ask("POST", "/v1/reports", data=endless(), headers={"Content-Type": "application/json"})

    assert (answer.status, answer.body["code"]) == (413, "body-too-large")


async def test_16_mib_are_taken(port: Port) -> None:
    """The bound that is documented is the bound that holds."""
    report = b'{"id":"%d","source":"x","text":"' + b"a" * 1_048_000 + b'"}'
    body = b"[" + b",".join(report % number for number in range(16)) + b"]"

    answer = await port.post(body)

    assert len(body) > 15 * 1024 * 1024
    assert answer.body["accepted"] == 16


async def test_a_slow_body_is_given_up(tight: Port) -> None:
    """A client that sends half a body and waits holds a connection for a bounded time only."""
    reader, writer = await tight.connect()
    writer.write(HEAD + b"Content-Length: 34\r\n\r\n" + GOOD[:10])

    status = await status_of(reader)
    writer.close()

    assert status == 408
    assert tight.kept == []
    assert (await tight.post(GOOD)).status == 202


async def test_posts_past_the_bound_are_told_to_come_again(tight: Port) -> None:
    """503 with Retry-After while one post is being read; after it ended, the next is taken."""
    reader, writer = await tight.connect()
    writer.write(HEAD + b"Content-Length: 34\r\nExpect: 100-continue\r\n\r\n")
    assert await status_of(reader) == 100
    await reader.readline()

    busy = await tight.post(GOOD)
    writer.write(GOOD)
    taken = await status_of(reader)
    writer.close()

    assert (busy.status, busy.body["code"], busy.headers["Retry-After"]) == (503, "busy", "1")
    assert taken == 202
    assert (await tight.post(GOOD)).status == 202


async def test_bodies_held_together_have_a_bound() -> None:
    """Many middling bodies cannot fill the memory that one huge one may not."""
    async with running(limits=Limits(buffered_bytes=40)) as port:
        reader, writer = await port.connect()
        writer.write(HEAD + b"Content-Length: 34\r\nExpect: 100-continue\r\n\r\n")
        assert await status_of(reader) == 100
        await reader.readline()
        first = await port.post(b" " * 20 + GOOD)
        writer.write(GOOD)
        second = await status_of(reader)
        writer.close()

        assert (first.status, first.body["code"]) == (503, "busy")
        assert second == 202
        assert (await port.post(GOOD)).status == 202


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
async def test_compressed_bodies_are_refused(port: Port, encoding: str) -> None:
    """A few bytes could stand for gigabytes; what is taken is said in the answer (RFC 7694)."""
    headers = {"Content-Type": "application/json", "Content-Encoding": encoding}

    answer = await port.ask("POST", "/v1/reports", data=BytesIO(gzip.compress(GOOD)), headers=headers)

    assert (answer.status, answer.body["code"]) == (415, "content-encoding")
    assert answer.headers["Accept-Encoding"] == "identity"
    assert port.kept == []


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS hello
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n",
        b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/reports HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"\r\n\r\n\x00\xff",
    ],
)
async def test_what_is_no_http_costs_only_its_connection(port: Port, sent: bytes) -> None:
    """Scanners find every port."""
    _, writer = await port.connect()
    writer.write(sent)
    writer.close()

    assert (await port.post(GOOD)).status == 202
    assert port.observer.errors == []


async def test_a_broken_chunk_is_a_refusal(port: Port) -> None:
    """The head was good, so an answer is due."""
    reader, writer = await port.connect()
    writer.write(HEAD + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\nzz\r\n')

    status = await status_of(reader)
    writer.close()

    assert status == 400
    assert port.kept == []


async def test_many_clients_at_once_each_get_their_own_answer(port: Port) -> None:
    """Fifty posts together: every report once."""
    answers = await asyncio.gather(*(port.post({"id": str(n), "source": "x", "text": "a"}) for n in range(50)))

    assert {answer.status for answer in answers} == {202}
    assert sorted(int(report.source_item_id) for report in port.kept) == list(range(50))


@pytest.mark.parametrize("depth", [65, 300, 700, 900, 980, 990, 1_000, 5_000])
async def test_nesting_of_any_depth_is_an_answer(port: Port, depth: int) -> None:
    """Near the interpreter's own limit reading succeeds and writing fails; a bound far below it decides."""
    nested = b'{"a":' * depth + b"1" + b"}" * depth
    event = b'{"type":"flood","attributes":' + nested + b"}"

    alone = await port.post(b'{"id":"1","source":"x","text":"a","x":' + nested + b"}")
    listed = await port.post(b'[{"id":"1","source":"x","text":"a"},{"source":"x","events":[' + event + b"]}]")

    assert (alone.status, alone.body["code"]) in {(413, "too-complex"), (400, "too-deep")}
    assert listed.status in {207, 400}
    assert port.observer.errors == []


async def test_a_sea_of_values_is_refused_before_it_is_walked(port: Port) -> None:
    """Two million zeros in an unknown field: read, seen to be too many, left."""
    answer = await port.post(b'{"id":"1","source":"x","text":"a","x":[' + b"0," * 2_000_000 + b"0]}")

    assert (answer.status, answer.body["code"]) == (413, "too-complex")


async def test_an_event_may_have_many_attributes(port: Port) -> None:
    """The bound is far above what a sensor sends."""
    attributes = {f"k{n}": {"value": n, "unit": "mm"} for n in range(200)}

    answer = await port.post({"id": "1", "source": "x", "events": [{"type": "flood", "attributes": attributes}]})

    assert answer.status == 202
    assert port.kept[0].events[0].attributes["k199.value"] == 199
