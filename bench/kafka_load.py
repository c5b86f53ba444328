"""The load of the Kafka benchmarks: structured reports with one event each, and rules over them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.adapters.kafka.batches import Batches
from alerts.adapters.kafka.clients import all_of, stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.records import write_record
from alerts.domain.ids import report_id
from alerts.domain.report import Report, ReportKind, Source
from alerts.pipeline.ingest import accepted, ticks
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Output
from bench.rules import event

BEGIN = datetime(2025, 1, 15, 12, tzinfo=UTC)
_EACH = timedelta(milliseconds=1)
_TICK_EVERY = 1000


def reports(count: int, *, texts: Sequence[str] = ()) -> Iterator[Report]:
    """Return reports of one event each, a millisecond apart; with `texts`, reports of text instead."""
    chance = random.Random(11)  # noqa: S311 - a fixed load, no secret
    for number in range(count):
        at = BEGIN + number * _EACH
        own = report_id("bench", str(number))
        given = event(number, chance)
        yield Report(
            id=own,
            source=Source(id="bench"),
            source_item_id=str(number),
            version=1,
            kind=ReportKind.NEW,
            received_at=at,
            published_at=at,
            text=texts[number % len(texts)] if texts else "",
            events=() if texts else (replace(given, report_id=own, occurred_at=at),),
        )


async def fill(cluster: Cluster, load: Iterator[Report]) -> int:
    """Write reports with a tick a second among them into the input topics; return how many bytes that were."""
    producer = cluster.producer()
    await producer.start()
    written, last = 0, BEGIN
    try:
        outputs: list[Output] = []
        for number, report in enumerate(load, 1):
            outputs += accepted([report])
            last = report.received_at
            if number % _TICK_EVERY == 0:
                outputs += ticks(last + _EACH, cluster.partitions)
                written += await _send(cluster, producer, outputs)
                outputs = []
        outputs += ticks(last + timedelta(seconds=1), cluster.partitions)
        written += await _send(cluster, producer, outputs)
    finally:
        await stopped(producer)
    return written


async def _send(cluster: Cluster, producer: Any, outputs: Sequence[Output]) -> int:
    batches, size = Batches(), 0
    for output in outputs:
        record = write_record(output.message, key=output.key)
        size += len(record.value or b"")
        partition = partition_of(output.key, cluster.partitions) if output.partition is None else output.partition
        batches.add(cluster.topic(output.topic), partition, record)
    await all_of(await batches.send(producer))
    return size
