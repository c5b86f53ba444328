"""What all clients need: stopping within bounds, and waiting for several answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import IllegalOperation, KafkaError

_CLOSE_SECONDS = 5.0
_ABORT_SECONDS = 1.0


async def stopped(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Stop a client in good order, and if it does not stop so or not in time, cut its connections.

    It stops in a task of its own: a client that loses its broker while it stops lets the cancellation of its own tasks
    out, which would look like ours.
    """
    stopping = asyncio.ensure_future(client.stop())
    if await _ended_well(stopping, _CLOSE_SECONDS):
        return
    connections = client.client if isinstance(client, AIOKafkaProducer) else client._client
    await _ended_well(asyncio.ensure_future(connections.close()), _ABORT_SECONDS)


async def _ended_well(task: asyncio.Future[None], seconds: float) -> bool:
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        task.cancel()
    return task.done() and not task.cancelled() and task.exception() is None


def is_being_cancelled() -> bool:
    """Return whether somebody cancels the task that asks; a client may let out a cancellation of its own."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


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
