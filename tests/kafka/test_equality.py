"""One day gives the same alerts embedded, with one worker and with three, all as the plain reference says.

EQUALITY_REPORTS sets the size of the day (for the long form 100000).
"""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.adapters.sqlite import SqliteStore
from alerts.domain.alert import AlertChange, ChangeKind
from alerts.pipeline.detect import DetectStage
from alerts.pipeline.ingest import INPUT_TOPICS, origins
from alerts.pipeline.messages import Topic
from alerts.pipeline.ports import Output
from alerts.pipeline.track import TrackStage
from tests.support.cluster_laws import broken_laws, differences, found_lives, worked_off
from tests.support.days import Day, pack, rules_of
from tests.support.kafka import PARTITIONS
from tests.support.kafka_process import kafka_installation
from tests.support.pipeline import Counts, GivenEvents, RulesOverTime, Subscribed, VirtualClock
from tests.support.reference import Life, content, lives

REPORTS = int(os.environ.get("EQUALITY_REPORTS", "3000"))
SECONDS = 120 + REPORTS / 100
RULES = pack(expire="40min")
DAY = Day(begin=datetime(2025, 3, 1, tzinfo=UTC), reports=REPORTS, seed=4)

# A match waits for slower partitions as long as it takes: what the promise of equality asks for.
STRICT = {"ALERTS_ORDER_WAIT_SECONDS": "0"}


@pytest.mark.parametrize("workers", [1, 3])
async def test_workers_give_the_alerts_that_the_log_says(workers: int, kafka_bootstrap: str, tmp_path: Path) -> None:
    rules = rules_of(RULES)
    async with kafka_installation(kafka_bootstrap, tmp_path) as installation:
        await installation.push_rules(RULES)
        await installation.append(list(DAY.outputs(PARTITIONS)))
        started = [
            await installation.start_worker(f"w{number}", stages="detect,track", env=STRICT)
            for number in range(workers)
        ]
        await asyncio.gather(*(worker.ready() for worker in started))
        await worked_off(installation, seconds=SECONDS, stages=("detect", "track"))

        assert not await broken_laws(installation, rules)
        found = await found_lives(installation)

    assert not list(differences(found, await embedded(rules, tmp_path)))
    kinds = {change.kind for life in found.values() for change in life}
    assert {ChangeKind.OPENED, ChangeKind.RESOLVED, ChangeKind.EXPIRED, ChangeKind.RETRACTED} <= kinds
    assert len(content(found)) > 10


async def embedded(rules: RulesOverTime, folder: Path) -> dict[str, Life]:
    """Return the same day's lives by the stages of the embedded runtime."""
    async with SqliteStore(folder / "alerts.sqlite", now=lambda: datetime.now(UTC)) as store:
        outputs: list[Output] = list(DAY.outputs(store.partitions))
        for begin in range(0, len(outputs), 1000):
            await store.append(outputs[begin : begin + 1000])
        numbers = range(store.partitions)
        detect = [
            DetectStage(
                store.session("detect", topic, number),
                reader=GivenEvents(),
                matcher=rules,
                observer=Counts(),
                partitions=store.partitions,
            )
            for topic in INPUT_TOPICS
            for number in numbers
        ]
        track = [
            TrackStage(
                store.session("track", Topic.MATCHES, number),
                origins=origins(store.partitions),
                rules=rules,
                subscriptions=Subscribed(),
                clock=VirtualClock(),
                observer=Counts(),
                order_wait=timedelta(0),
            )
            for number in numbers
        ]
        stages: list[DetectStage | TrackStage] = [*detect, *track]
        for stage in stages:
            await stage.restore()
            while await stage.step(wait=timedelta(0)):
                pass
        readers = [store.session("deliver", Topic.ALERTS, number) for number in numbers]
        changes: list[AlertChange] = []
        for reader in readers:
            await reader.restore()
            while records := await reader.read(max_records=1000, wait=timedelta(0)):
                changes += [one.message for one in records if isinstance(one.message, AlertChange)]
    return lives(changes)
