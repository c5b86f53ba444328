"""The parser in processes of its own: what it promises when a text or the process goes wrong."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from alerts.adapters.parser import SpacyParser
from alerts.adapters.parser_process import ParserProcesses
from alerts.pipeline.ports import ParseFailed
from tests.support.pipeline import Counts

SENTENCE = "Rebels captured the town of Rastan."


@pytest_asyncio.fixture
async def parser() -> AsyncIterator[ParserProcesses]:
    async with ParserProcesses(1, Counts()) as started:
        await started.loaded()
        yield started


async def test_a_tree_from_the_process_is_the_tree_of_the_parser(parser: ParserProcesses) -> None:
    texts = [SENTENCE, "", "The bridge was bombed. Nobody was hurt."]

    assert list(await parser.parse(texts)) == SpacyParser().parse(texts)


async def test_a_lone_surrogate_keeps_its_place(parser: ParserProcesses) -> None:
    (tree,) = await parser.parse(["Rebels \ud800 captured Rastan."])

    assert tree.text[tree.start[-2] : tree.end[-2]] == "Rastan"


async def test_a_process_that_dies_fails_its_batch_and_is_replaced(parser: ParserProcesses) -> None:
    (worker,) = parser.pids
    os.kill(worker, signal.SIGKILL)

    with pytest.raises(ParseFailed):
        await parser.parse([SENTENCE])

    (tree,) = await parser.parse([SENTENCE])
    assert "capture" in tree.lemma


async def test_batches_wait_for_a_free_process(parser: ParserProcesses) -> None:
    first, second = await asyncio.gather(parser.parse([SENTENCE] * 3), parser.parse([SENTENCE]))

    assert (len(first), len(second)) == (3, 1)


async def test_a_long_report_lets_others_have_their_turn(parser: ParserProcesses) -> None:
    """Texts of a hundred kilobytes are parsed in parts; who asks after them waits for one part, not for all."""
    done: list[str] = []

    async def ask(name: str, texts: list[str]) -> int:
        trees = await parser.parse(texts)
        done.append(name)
        assert [tree.text for tree in trees] == texts
        return len(trees)

    counts = await asyncio.gather(
        ask("long", [f"{number}: " + SENTENCE * 50 for number in range(60)]), ask("short", [SENTENCE])
    )

    assert done == ["short", "long"]
    assert list(counts) == [60, 1]
