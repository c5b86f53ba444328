"""The parser in processes of its own: a parse holds the interpreter for milliseconds, and a text may kill it.

Frames on the pipes are a 4-byte big-endian length and a msgpack value: a list of texts to the worker, a list of trees
back. A worker that dies or runs past its deadline is killed and replaced; the texts are the caller's to try alone.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import BinaryIO, Self

import msgspec

from alerts.adapters.memory import settle
from alerts.config import Settings
from alerts.domain.errors import SettingsProblem
from alerts.extraction.tree import Parser, Tree
from alerts.pipeline.ports import Observer, ParseFailed

# A parse of 1.5 kB takes about 20 ms; a batch gets 50 times that and a floor for a busy machine.
DEADLINE_FLOOR = timedelta(seconds=20)
_DEADLINE_PER_KB = timedelta(seconds=0.7)
_START_DEADLINE = timedelta(seconds=60)

# What a worker parses in about a quarter of a second; twenty reports of usual length go at once.
_TURN_MAX_CHARACTERS = 30_000

# A frame back is about 60 bytes a token; this is far above what bounded texts can make.
_FRAME_MAX_BYTES = 256 * 1024 * 1024

# A process uses one core: the libraries behind the parser would start a thread on each, and the processes get in each
# other's way. The libraries read these when they are loaded.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

_TREES = msgspec.msgpack.Decoder(list[Tree])
_TEXTS = msgspec.msgpack.Decoder(list[str])
_ENCODER = msgspec.msgpack.Encoder()


class ParserProcesses:
    """A pool of parser workers; implements the TextParser port.

    An async context manager that is entered as soon as the processes run. They load for a second or two then, which
    whoever enters early has for other work; `loaded` waits for them.
    """

    def __init__(
        self, count: int, observer: Observer, *, pipeline: str | None = None, floor: timedelta = DEADLINE_FLOOR
    ) -> None:
        self._count = count
        self._observer = observer
        self._pipeline = pipeline
        self._floor = floor
        self._idle: asyncio.Queue[Process] = asyncio.Queue()
        self._all: set[Process] = set()
        self._loading: list[asyncio.Task[None]] = []

    @classmethod
    def of(cls, settings: Settings, observer: Observer) -> Self:
        """Return the processes that settings ask for."""
        return cls(
            settings.parsers,
            observer,
            pipeline=settings.parser_pipeline,
            floor=timedelta(seconds=settings.parse_seconds),
        )

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

    async def loaded(self) -> None:
        """Return when every process can parse.

        Raises:
            SettingsProblem: A process ended, or did not load in time; what it had to say is on standard error.
        """
        await asyncio.gather(*self._loading)

    async def parse(self, texts: Sequence[str]) -> Sequence[Tree]:
        """Return one tree a text, in order. Between the parts of a long report other callers have their turn.

        Raises:
            ParseFailed: The worker died of the texts or ran past its deadline.
        """
        trees: list[Tree] = []
        for turn in _turns(texts):
            trees.extend(await self._parsed(turn))
            await asyncio.sleep(0)  # who waits for the process is woken, and takes it before the next part does
        return trees

    async def _parsed(self, texts: Sequence[str]) -> Sequence[Tree]:
        worker = await self._idle.get()
        try:
            async with asyncio.timeout(_deadline(texts, self._floor).total_seconds()):
                trees = await _ask(worker, texts)
        except (TimeoutError, OSError, EOFError, msgspec.MsgspecError) as fault:
            await self._replace(worker)
            cause = str(fault) or type(fault).__name__
            raise ParseFailed(f"the parser did not finish {len(texts)} texts: {cause}") from fault
        except asyncio.CancelledError:
            # Its answer would be read as the next batch's. Who cancels is stopping, so no new process is started.
            worker.kill()
            raise
        self._idle.put_nowait(worker)
        return trees

    async def _spawn(self) -> Process:
        arguments = ["-m", "alerts.adapters.parser_process", *([self._pipeline] if self._pipeline else [])]
        environment = {**os.environ, **dict.fromkeys(_THREADS, "1")}
        worker = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, stdin=PIPE, stdout=PIPE, env=environment
        )
        self._all.add(worker)
        return worker

    async def _until_loaded(self, worker: Process) -> None:
        try:
            async with asyncio.timeout(_START_DEADLINE.total_seconds()):
                await _receive(worker)
        except (TimeoutError, OSError, EOFError) as error:
            await self._kill(worker)
            raise SettingsProblem("a parser process did not load; its standard error says why") from error
        self._idle.put_nowait(worker)

    async def _replace(self, worker: Process) -> None:
        self._observer.count("parser_restarts")
        self._observer.warn("A parser process was killed and replaced; the text that held it up is tried alone.")
        await self._kill(worker)
        await self._until_loaded(await self._spawn())

    async def _kill(self, worker: Process) -> None:
        self._all.discard(worker)
        if worker.returncode is None:
            with suppress(ProcessLookupError):
                worker.kill()
        await worker.wait()


async def _ask(worker: Process, texts: Sequence[str]) -> list[Tree]:
    assert worker.stdin is not None
    worker.stdin.write(_frame(_ENCODER.encode([_encodable(text) for text in texts])))
    await worker.stdin.drain()
    trees = _TREES.decode(await _receive(worker))
    if len(trees) != len(texts):
        raise EOFError(f"it answered {len(trees)} trees for {len(texts)} texts")
    return trees


async def _receive(worker: Process) -> bytes:
    assert worker.stdout is not None
    size = int.from_bytes(await worker.stdout.readexactly(4), "big")
    if size > _FRAME_MAX_BYTES:
        raise EOFError(f"a frame of {size} bytes")
    return await worker.stdout.readexactly(size)


def _turns(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield texts in the parts that a worker is held for; a text is never cut."""
    first = characters = 0
    for number, text in enumerate(texts):
        if first < number and characters + len(text) > _TURN_MAX_CHARACTERS:
            yield texts[first:number]
            first, characters = number, 0
        characters += len(text)
    if first < len(texts):
        yield texts[first:]


def _deadline(texts: Sequence[str], floor: timedelta) -> timedelta:
    return floor + _DEADLINE_PER_KB * (sum(map(len, texts)) / 1000)


def _frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(4, "big") + payload


def _encodable(text: str) -> str:
    """Return a text of the same length that UTF-8 can carry: a lone surrogate becomes a replacement character."""
    return "".join("�" if "\ud800" <= char <= "\udfff" else char for char in text) if not text.isascii() else text


def serve(parser: Parser, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Answer batches of texts until the parent closes the pipe. An empty frame first says that the parser is loaded."""
    _send(outgoing, b"")
    while header := incoming.read(4):
        texts = _TEXTS.decode(incoming.read(int.from_bytes(header, "big")))
        _send(outgoing, _ENCODER.encode(parser.parse(texts)))


def _send(outgoing: BinaryIO, payload: bytes) -> None:
    outgoing.write(_frame(payload))
    outgoing.flush()


def _main() -> None:
    """Load the parser and serve on the standard streams; whatever a library prints goes to standard error."""
    from alerts.adapters.parser import SpacyParser  # noqa: PLC0415 - the parent must not load spaCy

    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    parser = SpacyParser(*sys.argv[1:2])
    settle()
    serve(parser, sys.stdin.buffer, outgoing)


if __name__ == "__main__":
    _main()
