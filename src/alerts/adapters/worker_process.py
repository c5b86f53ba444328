"""Processes that answer over pipes: what may hold the interpreter, crash or never end works in one of them.

A frame on a pipe is a 4-byte big-endian length and that many bytes. A worker sends an empty frame when it is loaded,
then one frame for each that it gets. One that dies or runs past its deadline is killed and replaced.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import BinaryIO, Self

from alerts.domain.errors import SettingsProblem
from alerts.pipeline.ports import Observer

# Far above what bounded texts can make: a tree is about 60 bytes a token.
_FRAME_MAX_BYTES = 256 * 1024 * 1024


class WorkerFailed(Exception):
    """A worker died of what it was asked, or did not answer by its deadline. Another one has taken its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a pool of workers runs, and how it is spoken of."""

    name: str
    """In messages, after "a": `parser`, `acme extractor`."""
    command: Sequence[str]
    """Arguments of the Python interpreter."""
    restarts: str
    """The counter of workers that were replaced."""
    start_deadline: timedelta
    labels: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables that are set beside those of this process."""


class WorkerProcesses:
    """A pool of workers of one kind.

    An async context manager that is entered as soon as the processes run. They load for a second or more then, which
    whoever enters early has for other work; `loaded` waits for them.
    """

    def __init__(self, count: int, work: Work, observer: Observer) -> None:
        self._count = count
        self._work = work
        self._observer = observer
        self._idle: asyncio.Queue[Process] = asyncio.Queue()
        self._all: set[Process] = set()
        self._loading: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        workers = [await self._spawn() for _ in range(self._count)]
        self._loading = [asyncio.create_task(self._until_loaded(worker)) for worker in workers]
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._loading:
            task.cancel()
        await asyncio.gather(*self._loading, return_exceptions=True)
        for worker in list(self._all):
            await self._kill(worker)

    @property
    def pids(self) -> tuple[int, ...]:
        """The process ids of the workers."""
        return tuple(worker.pid for worker in self._all)

    async def loaded(self) -> None:
        """Return when every worker can be asked.

        Raises:
            SettingsProblem: A worker ended, or did not load in time; what it had to say is on standard error.
        """
        await asyncio.gather(*self._loading)

    async def ask(self, question: bytes, *, deadline: timedelta) -> bytes:
        """Return a free worker's answer; the wait for one does not count.

        Raises:
            WorkerFailed: It died, or did not answer within `deadline`.
        """
        worker = await self._idle.get()
        try:
            async with asyncio.timeout(deadline.total_seconds()):
                answer = await _ask(worker, question)
        except (TimeoutError, OSError, EOFError) as fault:
            await self._replace(worker)
            raise WorkerFailed(_cause(fault, deadline)) from fault
        except asyncio.CancelledError:
            # Its answer would be read as the next one's. Who cancels is stopping, so no new process is started.
            worker.kill()
            raise
        self._idle.put_nowait(worker)
        return answer

    async def _spawn(self) -> Process:
        environment = {**os.environ, **self._work.environment}
        worker = await asyncio.create_subprocess_exec(
            sys.executable, *self._work.command, stdin=PIPE, stdout=PIPE, env=environment
        )
        self._all.add(worker)
        return worker

    async def _until_loaded(self, worker: Process) -> None:
        try:
            async with asyncio.timeout(self._work.start_deadline.total_seconds()):
                await _receive(worker)
        except (TimeoutError, OSError, EOFError) as error:
            await self._kill(worker)
            name = self._work.name
            raise SettingsProblem(f"a process of the {name} did not load; its standard error says why") from error
        self._idle.put_nowait(worker)

    async def _replace(self, worker: Process) -> None:
        self._observer.count(self._work.restarts, 1, **self._work.labels)
        self._observer.warn(
            f"A process of the {self._work.name} was killed and replaced; the text that held it up is tried alone."
        )
        await self._kill(worker)
        await self._until_loaded(await self._spawn())

    async def _kill(self, worker: Process) -> None:
        self._all.discard(worker)
        if worker.returncode is None:
            with suppress(ProcessLookupError):
                worker.kill()
        await worker.wait()


async def _ask(worker: Process, question: bytes) -> bytes:
    assert worker.stdin is not None
    worker.stdin.write(_frame(question))
    await worker.stdin.drain()
    return await _receive(worker)


async def _receive(worker: Process) -> bytes:
    assert worker.stdout is not None
    size = int.from_bytes(await worker.stdout.readexactly(4), "big")
    if size > _FRAME_MAX_BYTES:
        raise EOFError(f"a frame of {size} bytes")
    return await worker.stdout.readexactly(size)


def _cause(fault: Exception, deadline: timedelta) -> str:
    if isinstance(fault, TimeoutError):
        return f"no answer within {deadline.total_seconds():g} s"
    return "it ended" if isinstance(fault, asyncio.IncompleteReadError) else str(fault) or type(fault).__name__


def _frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + payload


def own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return a worker's pipes, in and out; whatever a library prints goes to standard error from then on."""
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return sys.stdin.buffer, outgoing


def serve(answer: Callable[[bytes], bytes], incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer until the parent closes the pipe. An empty frame first says that the worker is loaded."""
    _send(outgoing, b"")
    while header := incoming.read(4):
        _send(outgoing, answer(incoming.read(int.from_bytes(header, "big"))))


def _send(outgoing: BinaryIO, payload: bytes) -> None:
    outgoing.write(_frame(payload))
    outgoing.flush()
