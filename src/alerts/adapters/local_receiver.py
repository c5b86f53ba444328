"""A webhook receiver on this machine that verifies each signature and hands on what came: for the demo."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from alerts.delivery.signing import SignatureRefused, SigningKey, verify

_PATH = "/hook"
_BODY_MAX_BYTES = 1024 * 1024

# What waits to be looked at; a full queue makes the sender wait, which it knows how to do.
_WAITING_MAX = 1000


@dataclass(frozen=True, slots=True)
class Received:
    """One webhook with a signature that verified."""

    delivery_id: str
    body: dict[str, object]


@asynccontextmanager
async def receiving(key: SigningKey, now: Callable[[], datetime]) -> AsyncIterator[tuple[str, asyncio.Queue[Received]]]:
    """Receive webhooks while the block runs; gives the URL to send to, and the queue of what came."""
    came: asyncio.Queue[Received] = asyncio.Queue(_WAITING_MAX)

    async def hook(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            delivery_id = verify([key], request.headers, body, now=now())
        except SignatureRefused as refused:
            return web.Response(status=401, text=str(refused))
        await came.put(Received(delivery_id, json.loads(body)))
        return web.Response(status=204)

    app = web.Application(client_max_size=_BODY_MAX_BYTES)
    app.router.add_post(_PATH, hook)
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}{_PATH}", came
    finally:
        await runner.cleanup()
