"""What all clients need: stopping within bounds, and waiting for several answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import IllegalOperation, KafkaError

_CLOSE_SECONDS = 5.0
_ABORT_SECONDS = 1.0


async def stopped(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Stop a client in good order, and if it does not stop in time, cut its connections."""
    try:
        async with asyncio.timeout(_CLOSE_SECONDS):
            await client.stop()
    except (TimeoutError, KafkaError, OSError):
        connections = client.client if isinstance(client, AIOKafkaProducer) else client._client
        with contextlib.suppress(TimeoutError, KafkaError, OSError):
            async with asyncio.timeout(_ABORT_SECONDS):
                await connections.close()


async def abandoned(producer: AIOKafkaProducer) -> None:
    """End a transaction that failed: aborting it at once spares its readers the time-out."""
    transaction = producer._txn_manager  # nothing public says whether there is anything left to abort
    if not transaction.is_fatal_error():
        try:
            async with asyncio.timeout(_ABORT_SECONDS):
                await producer.abort_transaction()
        except (KafkaError, IllegalOperation, TimeoutError):
            return
    ended = transaction.wait_for_transaction_end()
    if ended.done() and not ended.cancelled():
        ended.exception()  # looked at: asyncio complains of faults that nobody took


def pass_over_unclaimed_faults(loop: asyncio.AbstractEventLoop) -> None:
    """Keep the client's own futures, which nobody can await, from being complained of when a transaction fails."""

    def complain(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not (isinstance(context.get("exception"), KafkaError) and "never retrieved" in context["message"]):
            loop.default_exception_handler(context)

    loop.set_exception_handler(complain)


async def all_of(answers: Sequence[asyncio.Future[Any]]) -> list[Any]:
    """Return every answer, or raise the first fault once all have come: none is left for nobody to look at."""
    came = await asyncio.gather(*answers, return_exceptions=True)
    for answer in came:
        if isinstance(answer, BaseException):
            raise answer
    return came
