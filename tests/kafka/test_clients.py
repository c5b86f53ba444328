"""A client whose broker goes away while it stops is stopped all the same, and cancels nobody but itself."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

from alerts.adapters.kafka.clients import stopped


class Link:
    """Stands for the connections of a client."""

    closed = False

    async def close(self) -> None:
        self.closed = True


class CancelsWhatItAwaits:
    """Stops as aiokafka 0.14's consumer does : it cancels a fetch of its own that waits, and awaits it."""

    def __init__(self) -> None:
        self._client = Link()

    async def stop(self) -> None:
        fetch = asyncio.ensure_future(asyncio.sleep(60))
        await asyncio.sleep(0)
        fetch.cancel()
        await fetch


async def test_a_client_that_lets_its_own_cancellation_out_is_cut_off_and_its_caller_goes_on() -> None:
    client = CancelsWhatItAwaits()

    await stopped(client)

    assert client._client.closed


async def test_one_who_stops_a_client_can_be_cancelled_himself() -> None:
    started = asyncio.Event()

    async def never() -> None:
        started.set()
        await asyncio.Event().wait()

    stopping = asyncio.ensure_future(stopped(SimpleNamespace(stop=never)))
    await started.wait()
    stopping.cancel()
    await asyncio.wait({stopping})

    assert stopping.cancelled()
