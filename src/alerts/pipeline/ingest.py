"""Where accepted reports go: text to `reports`, notices with given events to `notices`, so that none waits for text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from alerts.domain.report import Report, ReportKind
from alerts.pipeline.messages import Tick, Topic
from alerts.pipeline.ports import Output

# The topics that DETECT reads. A tick goes to each partition of both.
INPUT_TOPICS = (Topic.REPORTS, Topic.NOTICES)


def record_key(report: Report) -> str:
    """Return the topic key that all versions of one item share."""
    return f"{report.source.id}/{report.source_item_id}"


def accepted(reports: Iterable[Report]) -> list[Output]:
    """Return the records that accepting reports means.

    A withdrawal does not say whether its item was text or a notice: it goes to both, and one of them knows it.
    """
    return [Output(topic, record_key(report), report) for report in reports for topic in _topics(report)]


def ticks(at: datetime, partitions: int) -> list[Output]:
    """Return one tick for each partition of each input topic."""
    return [Output(topic, "tick", Tick(at=at), partition) for topic in INPUT_TOPICS for partition in range(partitions)]


def origins(partitions: int) -> tuple[str, ...]:
    """Return the name of every DETECT partition, as its time marks carry it."""
    return tuple(f"{topic}/{partition}" for topic in INPUT_TOPICS for partition in range(partitions))


def _topics(report: Report) -> tuple[str, ...]:
    if report.kind is ReportKind.WITHDRAWN and not report.text and not report.events:
        return INPUT_TOPICS
    return (Topic.NOTICES,) if report.events else (Topic.REPORTS,)
