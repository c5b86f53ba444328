"""Cases C10 and C35 on a real broker: what fell due while nobody worked, and a text that stops one partition."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from textwrap import dedent

from alerts.domain.alert import AlertChange, ChangeKind
from alerts.domain.report import Report
from alerts.pipeline.ingest import accepted
from alerts.pipeline.messages import DeadLetter, Topic
from alerts.pipeline.partitioner import partition_of
from tests.support.builders import a_report
from tests.support.days import closing, pack
from tests.support.kafka import PARTITIONS
from tests.support.kafka_process import KafkaInstallation, kafka_installation

LASTS = timedelta(minutes=1)
PARTITION = 2


async def test_c10_what_fell_due_while_nobody_worked_comes_at_once_with_its_own_time(
    kafka_bootstrap: str, tmp_path: Path
) -> None:
    async with kafka_installation(kafka_bootstrap, tmp_path) as installation:
        await installation.push_rules(pack(expire="1min"))
        # Received most of its life ago, before anybody wrote a tick.
        received = datetime.now(UTC) - LASTS + timedelta(seconds=20)
        await installation.append(accepted([closing("Jaber", received)]))
        first = await installation.start_worker("w", stages="detect,track")
        await first.ready()
        await _until(lambda: _has(installation, ChangeKind.OPENED), seconds=15)
        assert await first.stop() == 0
        assert not await _has(installation, ChangeKind.EXPIRED)
        await _until(lambda: _is_past(received + LASTS), seconds=30)

        second = await installation.start_worker("w", stages="detect,track")
        await second.ready()
        await _until(lambda: _has(installation, ChangeKind.EXPIRED), seconds=15)

        changes = [one for one in await installation.read(Topic.ALERTS) if isinstance(one, AlertChange)]
        of_site = [one for one in changes if one.alert.key.rule_id.endswith("crossing-closed")]
        assert [(one.kind, one.at) for one in of_site] == [
            (ChangeKind.OPENED, received),
            (ChangeKind.EXPIRED, received + LASTS),
        ]


async def test_c35_a_text_that_never_ends_costs_itself_alone(kafka_bootstrap: str, tmp_path: Path) -> None:
    """The parser never returns from one text: it is set aside, its partition goes on, nobody loses a partition."""
    hanging = _hanging_pipeline(tmp_path / "pipeline")
    env = {"PYTHONPATH": str(hanging), "ALERTS_PARSER_PIPELINE": "hanging_pipeline", "ALERTS_PARSE_SECONDS": "3"}
    async with kafka_installation(kafka_bootstrap, tmp_path) as installation:
        await installation.push_rules(pack(expire="7d"))
        workers = [await installation.start_worker(name, stages="detect,track", env=env) for name in ("a", "b")]
        await asyncio.gather(*(worker.ready() for worker in workers))
        rebalances = [await worker.metric("alerts_rebalances_total") for worker in workers]

        await installation.append(accepted([_text("HANG here for ever.", PARTITION, 0)]))
        behind = _text("Jordan shut the Jaber crossing on Friday, the ministry said.", PARTITION, 1)
        await installation.append(accepted([behind, *(closing(f"Post {n}", datetime.now(UTC)) for n in range(12))]))

        async def names_the_partition() -> bool:
            labels = {"stage": "detect", "topic": "reports", "partition": str(PARTITION)}
            return any([await worker.metric("alerts_input_lag_records", **labels) > 0 for worker in workers])

        await _until(names_the_partition, seconds=15)
        await _until(lambda: _have_opened(installation, 12), seconds=30)
        await _until(lambda: _was_set_aside(installation, "HANG"), seconds=60)
        await _until(lambda: _have_opened(installation, 13), seconds=30)

        assert [await worker.metric("alerts_rebalances_total") for worker in workers] == rebalances
        assert sum([await worker.metric("alerts_parser_restarts_total") for worker in workers]) >= 1
        letters = [one for one in await installation.read(Topic.DEAD_LETTERS) if isinstance(one, DeadLetter)]
        assert [one.origin.split("@")[0] for one in letters] == [f"reports/{PARTITION}"]


def _text(text: str, partition: int, nth: int) -> Report:
    """Return a report of text that belongs to a partition."""
    dice = Random(nth)
    while True:
        item = f"{nth}-{dice.randrange(10_000)}"
        if partition_of(f"desk/{item}", PARTITIONS) == partition:
            now = datetime.now(UTC)
            return replace(a_report(text, source="desk", item=item), received_at=now, published_at=now)


def _hanging_pipeline(folder: Path) -> Path:
    """Make an installed spaCy pipeline, as a team may have its own, that never returns from a text with HANG in it."""
    package, metadata = folder / "hanging_pipeline", folder / "hanging_pipeline-1.0.dist-info"
    package.mkdir(parents=True)
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: hanging_pipeline\nVersion: 1.0\n")
    (package / "__init__.py").write_text(
        dedent("""
        from importlib.util import find_spec

        import spacy
        from spacy.language import Language

        from alerts.adapters.parser import _PIPELINES

        @Language.component("hanging")
        def hanging(doc):
            while "HANG" in doc.text:
                pass
            return doc

        def load(**overrides):
            nlp = spacy.load(next(name for name in _PIPELINES if find_spec(name)), **overrides)
            nlp.add_pipe("hanging", first=True)
            return nlp
        """)
    )
    return folder


async def _has(installation: KafkaInstallation, kind: ChangeKind) -> bool:
    return any(isinstance(one, AlertChange) and one.kind is kind for one in await installation.read(Topic.ALERTS))


async def _have_opened(installation: KafkaInstallation, count: int) -> bool:
    opened = {
        one.alert.id
        for one in await installation.read(Topic.ALERTS)
        if isinstance(one, AlertChange) and one.alert.key.rule_id.endswith("crossing-closed")
    }
    return len(opened) >= count


async def _was_set_aside(installation: KafkaInstallation, text: str) -> bool:
    letters = [one for one in await installation.read(Topic.DEAD_LETTERS) if isinstance(one, DeadLetter)]
    return any(one.report is not None and text in one.report.text for one in letters)


async def _is_past(moment: datetime) -> bool:
    return datetime.now(UTC) > moment


async def _until(holds: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110 - other processes decide
            await asyncio.sleep(0.1)
