"""The HTTP port on a real socket, with what it is handed kept in lists."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import aiohttp

from alerts.adapters.http import application, serving
from alerts.adapters.http_bodies import Limits
from alerts.domain.report import Report
from alerts.pipeline.ports import StoreFull

NOW = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, its JSON read."""

    status: int
    content_type: str
    headers: Mapping[str, str]
    body: Any

    @property
    def pointers(self) -> set[str]:
        return {error["pointer"] for error in self.body["errors"]}


class FixedClock:
    def now(self) -> datetime:
        return NOW

    async def sleep(self, wait: timedelta) -> None:
        raise AssertionError("the port never waits by the clock")


@dataclass(slots=True)
class Noted:
    """An observer that keeps what it is told."""

    counted: list[tuple[str, float, Mapping[str, str]]] = field(default_factory=list)
    gauges: dict[str, float] = field(default_factory=dict)
    errors: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    warnings: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        self.counted.append((name, amount, labels))

    def observe(self, name: str, value: float) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self.gauges[" ".join([name, *labels.values()])] = value

    def warn(self, sentence: str, **fields: object) -> None:
        self.warnings.append((sentence, fields))

    def error(self, sentence: str, **fields: object) -> None:
        self.errors.append((sentence, fields))

    def total(self, name: str) -> float:
        return sum(amount for counted, amount, _ in self.counted if counted == name)


@dataclass(slots=True)
class Port:
    """A running port and what came through it."""

    address: tuple[str, int] = ("127.0.0.1", 0)
    kept: list[Report] = field(default_factory=list)
    letters: list[tuple[str, str, bytes]] = field(default_factory=list)
    checks: dict[str, bool] = field(default_factory=lambda: {"store": True})
    observer: Noted = field(default_factory=Noted)
    is_full: bool = False
    letters_full: bool = False
    breaks: bool = False

    async def accept(self, reports: Sequence[Report]) -> None:
        if self.is_full:
            raise StoreFull("no room")
        if self.breaks:
            raise RuntimeError("a fault of ours")
        self.kept.extend(reports)

    async def dead_letter(self, origin: str, cause: str, content: bytes) -> None:
        if self.letters_full:
            raise StoreFull("no room")
        self.letters.append((origin, cause, content))

    async def post(self, body: object, content_type: str = "application/json", **headers: str) -> Answered:
        """Post bytes as they are, anything else as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | {"Content-Type": content_type}
        return await self.ask("POST", "/v1/reports", data=BytesIO(content), headers=sent)

    async def ask(self, method: str, path: str, **options: Any) -> Answered:
        async with (
            aiohttp.ClientSession("http://{}:{}".format(*self.address), skip_auto_headers=["Content-Type"]) as session,
            session.request(method, path, **options) as response,
        ):
            text = await response.text()
            body = json.loads(text) if "json" in response.content_type else text
            return Answered(response.status, response.content_type, response.headers, body)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open a bare connection, for clients that misbehave."""
        return await asyncio.open_connection(*self.address)


@asynccontextmanager
async def running(*, token: str | None = None, limits: Limits | None = None) -> AsyncIterator[Port]:
    """Run a port while the block runs."""
    port = Port()
    app = application(
        accept=port.accept,
        dead_letter=port.dead_letter,
        ready=lambda: port.checks,
        metrics=lambda accept: (f"# asked for {accept}\n".encode(), "text/plain; version=0.0.4; charset=utf-8"),
        clock=FixedClock(),
        observer=port.observer,
        token=token,
        limits=limits,
    )
    async with serving(app, host="127.0.0.1", port=0) as number:
        port.address = ("127.0.0.1", number)
        yield port
