"""Reading request bodies within bounds: of one body, of all at once, of time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from alerts.adapters.http_problems import Refused

_CHUNK_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of the port. A slow client holds a request, and of memory only what it has sent."""

    body_bytes: int = 16 * 1024 * 1024
    buffered_bytes: int = 128 * 1024 * 1024
    """Of all requests together."""
    requests: int = 256
    """Posts at once."""
    body_seconds: float = 60.0
    """From a request's head to the end of its body: 16 MiB at 2.2 Mbit/s."""


class Intake:
    """Reads bodies; refuses what would pass a bound, before it is held."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._requests = 0
        self._buffered = 0

    @asynccontextmanager
    async def body(self, request: web.Request) -> AsyncIterator[bytes]:
        """Read a request's body, and count it as held until the block ends.

        Raises:
            Refused: It is compressed, too large, too slow, or broken off; or the port is busy.
        """
        self._check_head(request)
        held = bytearray()
        self._requests += 1
        try:
            await self._read_into(held, request)
            yield bytes(held)
        finally:
            self._requests -= 1
            self._buffered -= len(held)

    def _check_head(self, request: web.Request) -> None:
        encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in {"identity", ""}:
            detail = f"bodies are taken uncompressed, found Content-Encoding {encoding[:40]!r}"
            raise Refused(415, "content-encoding", detail, headers={"Accept-Encoding": "identity"})
        if (request.content_length or 0) > self._limits.body_bytes:
            raise self._too_large()
        if self._requests >= self._limits.requests:
            raise _busy()

    async def _read_into(self, held: bytearray, request: web.Request) -> None:
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                async for chunk in request.content.iter_chunked(_CHUNK_BYTES):
                    self._take(held, chunk)
        except TimeoutError:
            detail = f"the body did not end within {self._limits.body_seconds:g} s; nothing was accepted"
            raise Refused(408, "too-slow", detail, headers={"Connection": "close"}) from None
        except (web.RequestPayloadError, ConnectionError):
            raise Refused(400, "cut-off", "the body broke off; nothing was accepted") from None

    def _take(self, held: bytearray, chunk: bytes) -> None:
        if len(held) + len(chunk) > self._limits.body_bytes:
            raise self._too_large()
        if self._buffered + len(chunk) > self._limits.buffered_bytes:
            raise _busy()
        held += chunk
        self._buffered += len(chunk)

    def _too_large(self) -> Refused:
        detail = f"the body has more than {self._limits.body_bytes:,} bytes; send the reports in several requests"
        return Refused(413, "body-too-large", detail)


def _busy() -> Refused:
    return Refused(503, "busy", "too much is being received; try again", headers={"Retry-After": "1"})
