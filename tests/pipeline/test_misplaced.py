"""C11: a report in another partition than that of its key is moved before it is worked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.domain.alert import ChangeKind
from alerts.domain.report import Report, ReportKind
from alerts.pipeline.ingest import INPUT_TOPICS, record_key
from alerts.pipeline.messages import Topic
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Output
from tests.support.builders import a_report, an_event, at
from tests.support.pipeline import Pipeline, compiled

PACK = """
pack: access
rules:
  - id: crossing-closed
    title: Border crossing closed
    match: {type: border_crossing_closed}
    alert: {by: [place.site], expire_after: 4h}
    examples: {quiet: [{text: "The crossing may close.", because: status}]}
"""


def closed(**changes: object) -> Report:
    return replace(a_report("", item="78", events=(an_event(report="wire/78"),)), **changes)  # type: ignore[arg-type]


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(compiled(PACK))


async def put(pipeline: Pipeline, report: Report, partition: int, topic: str = Topic.NOTICES) -> None:
    """Append a report as a producer with a hash of its own does."""
    await pipeline.store.append([Output(topic, record_key(report), report, partition)])
    await pipeline.settle()
    await pipeline.tick("10:10")


def wrong_partitions(report: Report, partitions: int) -> list[int]:
    return [number for number in range(partitions) if number != partition_of(record_key(report), partitions)]


async def test_a_misplaced_withdrawal_takes_its_alert_back(pipeline: Pipeline) -> None:
    await pipeline.post(closed())
    withdrawal = closed(version=2, kind=ReportKind.WITHDRAWN, events=(), received_at=at("10:05"))

    await put(pipeline, withdrawal, wrong_partitions(withdrawal, 4)[0])

    assert [change.kind for change in pipeline.changes()] == [ChangeKind.OPENED, ChangeKind.RETRACTED]
    assert pipeline.observer.counted["misplaced_records notices"] == 1


@pytest.mark.parametrize("topic", INPUT_TOPICS)
async def test_copies_in_all_partitions_are_one_report(pipeline: Pipeline, topic: str) -> None:
    """Four producers, four hashes: one fresh version, three repeats, one alert."""
    for partition in range(4):
        await put(pipeline, closed(), partition, topic)

    assert [change.kind for change in pipeline.changes()] == [ChangeKind.OPENED]
    assert pipeline.observer.counted["reports_admitted fresh"] == 1
    assert pipeline.observer.counted["reports_admitted duplicate"] == 3
    assert pipeline.observer.counted[f"misplaced_records {topic}"] == 3


async def test_a_moved_report_keeps_what_it_says_and_when_it_was_received(pipeline: Pipeline) -> None:
    report = closed(received_at=at("10:03"))

    await put(pipeline, report, wrong_partitions(report, 4)[0])

    assert pipeline.store.messages(Topic.NOTICES).count(report) == 2
    (change,) = pipeline.changes()
    assert change.at == at("10:03")


async def test_a_report_that_lies_right_is_not_written_again(pipeline: Pipeline) -> None:
    report = closed()

    await put(pipeline, report, partition_of(record_key(report), 4))

    assert pipeline.store.messages(Topic.NOTICES).count(report) == 1
    assert "misplaced_records notices" not in pipeline.observer.counted
