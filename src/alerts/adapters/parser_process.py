"""The parser in processes of its own: a parse holds the interpreter for milliseconds, and a text may kill it.

What goes over the pipes is msgpack: a list of texts to the worker, a list of trees back.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Self

import msgspec

from alerts.adapters.memory import settle
from alerts.adapters.worker_process import Work, WorkerFailed, WorkerProcesses, own_streams, serve
from alerts.config import Settings
from alerts.extraction.tree import Parser, Tree
from alerts.pipeline.ports import Observer, ParseFailed

# A parse of 1.5 kB takes about 20 ms; a batch gets 50 times that and a floor for a busy machine.
DEADLINE_FLOOR = timedelta(seconds=20)
_DEADLINE_PER_KB = timedelta(seconds=0.7)
_START_DEADLINE = timedelta(seconds=60)

# What a worker parses in about a quarter of a second; twenty reports of usual length go at once.
_TURN_MAX_CHARACTERS = 30_000

# A process uses one core: the libraries behind the parser would start a thread on each, and the processes get in each
# other's way. The libraries read these when they are loaded.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

_TREES = msgspec.msgpack.Decoder(list[Tree])
_TEXTS = msgspec.msgpack.Decoder(list[str])
_ENCODER = msgspec.msgpack.Encoder()


class ParserProcesses(WorkerProcesses):
    """A pool of parser workers; implements the TextParser port."""

    def __init__(
        self, count: int, observer: Observer, *, pipeline: str | None = None, floor: timedelta = DEADLINE_FLOOR
    ) -> None:
        super().__init__(count, _work(pipeline), observer)
        self._floor = floor

    @classmethod
    def of(cls, settings: Settings, observer: Observer) -> Self:
        """Return the processes that settings ask for."""
        return cls(
            settings.parsers,
            observer,
            pipeline=settings.parser_pipeline,
            floor=timedelta(seconds=settings.parse_seconds),
        )

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
        question = _ENCODER.encode([_encodable(text) for text in texts])
        try:
            trees = _TREES.decode(await self.ask(question, deadline=_deadline(texts, self._floor)))
        except (WorkerFailed, msgspec.MsgspecError) as fault:
            raise ParseFailed(f"the parser did not finish {len(texts)} texts: {fault}") from fault
        if len(trees) != len(texts):
            raise ParseFailed(f"the parser gave {len(trees)} trees for {len(texts)} texts")
        return trees


def _work(pipeline: str | None) -> Work:
    return Work(
        name="parser",
        command=["-m", "alerts.adapters.parser_process", *([pipeline] if pipeline else [])],
        restarts="parser_restarts",
        start_deadline=_START_DEADLINE,
        environment=dict.fromkeys(_THREADS, "1"),
    )


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


def _encodable(text: str) -> str:
    """Return a text of the same length that UTF-8 can carry: a lone surrogate becomes a replacement character."""
    return "".join("�" if "\ud800" <= char <= "\udfff" else char for char in text) if not text.isascii() else text


def _main() -> None:
    from alerts.adapters.parser import SpacyParser  # noqa: PLC0415 - the parent must not load spaCy

    streams = own_streams()
    parser: Parser = SpacyParser(*sys.argv[1:2])
    settle()
    serve(lambda question: _ENCODER.encode(parser.parse(_TEXTS.decode(question))), *streams)


if __name__ == "__main__":
    _main()
