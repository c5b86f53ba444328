"""What must hold of an installation whatever happened to it: its topics against the plain reference over its input."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from aiokafka.structs import TopicPartition

from alerts.adapters.records import read_record
from alerts.domain.alert import AlertChange
from alerts.domain.report import Report
from alerts.domain.subscription import Delivery
from alerts.pipeline.embedded import STAGE_TOPICS
from alerts.pipeline.ingest import INPUT_TOPICS
from alerts.pipeline.messages import DeadLetter, EventsOfReport, Message, Topic, Unreadable
from tests.support.kafka_process import KafkaInstallation
from tests.support.pipeline import RulesOverTime
from tests.support.reference import Life, expected, lives

_LOOK_EVERY_SECONDS = 0.5


async def input_logs(installation: KafkaInstallation) -> list[list[Message | Unreadable]]:
    """Return what each partition of each input topic holds, in order."""
    logs: dict[tuple[str, int], list[Message | Unreadable]] = {
        (topic, number): [] for topic in INPUT_TOPICS for number in range(installation.partitions)
    }
    for topic in INPUT_TOPICS:
        for raw in await installation.read_raw(topic):
            logs[topic, raw.partition].append(_message(topic, raw))
    return list(logs.values())


async def worked_off(
    installation: KafkaInstallation, *, seconds: float, stages: Sequence[str] = tuple(STAGE_TOPICS)
) -> None:
    """Return once each of the stages has committed all of its input up to now; ticks go on meanwhile.

    Raises:
        TimeoutError: It took longer; says what is left.
    """
    ends = await _ends(installation)
    left: dict[str, int] = {}
    try:
        async with asyncio.timeout(seconds):
            for stage in stages:
                topics = STAGE_TOPICS[stage]
                while left := await _left(installation, stage, topics, ends):  # noqa: ASYNC110 - the cluster's to say
                    await asyncio.sleep(_LOOK_EVERY_SECONDS)
                # What this stage made is the next one's to work off.
                ends = await _ends(installation)
    except TimeoutError:
        raise TimeoutError(f"not worked off after {seconds} s: {left}") from None


async def found_lives(installation: KafkaInstallation) -> dict[str, Life]:
    """Return the life of each alert as the alerts topic tells it."""
    return lives(one for one in await installation.read(Topic.ALERTS) if isinstance(one, AlertChange))


async def broken_laws(installation: KafkaInstallation, rules: RulesOverTime) -> list[str]:
    """Return what does not hold, in words; empty when everything does. Call it when everything is worked off."""
    found = await found_lives(installation)
    logs = await input_logs(installation)
    wanted = expected(logs, rules.timeline(), rules)
    return [
        *differences(found, wanted),
        *_revisions_rise(found),
        *_once_each(logs, await installation.read(Topic.EVENTS), await installation.read(Topic.DELIVERIES)),
    ]


async def wrongly_set_aside(installation: KafkaInstallation) -> list[str]:
    """Say which records were set aside more than once, and whether as many were as cannot be read."""
    logs = await input_logs(installation)
    poison = sum(isinstance(one, Unreadable) for log in logs for one in log)
    letters = await installation.read(Topic.DEAD_LETTERS)
    origins = Counter(one.origin for one in letters if isinstance(one, DeadLetter))
    said = [f"{origin} was set aside {count} times" for origin, count in origins.items() if count > 1]
    if len(origins) != poison:
        said.append(f"{poison} records cannot be read, {len(origins)} were set aside")
    return said


async def untold(installation: KafkaInstallation, told: Mapping[str, int]) -> list[str]:
    """Say of which alerts the receiver did not get the last word; `told` is the highest revision that it got."""
    return [
        f"the last word of {alert}, revision {life[-1].alert.revision}, was not received"
        for alert, life in (await found_lives(installation)).items()
        if told.get(alert) != life[-1].alert.revision
    ]


def differences(found: dict[str, Life], wanted: dict[str, Life]) -> Iterator[str]:
    """Say of each alert that is lost, should not be, or has another life than it should."""
    for alert in sorted(found.keys() | wanted.keys()):
        if alert not in found:
            yield f"{alert} is lost: {_told(wanted[alert])}"
        elif alert not in wanted:
            yield f"{alert} should not be: {_told(found[alert])}"
        elif found[alert] != wanted[alert]:
            yield f"{alert} is {_told(found[alert])}, and should be {_told(wanted[alert])}"


def _told(life: Life) -> str:
    return ", ".join(f"{change.kind} at {change.at:%d %H:%M:%S.%f}" for change in life)


def _revisions_rise(found: dict[str, Life]) -> Iterator[str]:
    for alert, life in found.items():
        revisions = [change.alert.revision for change in life]
        if revisions != list(range(1, len(life) + 1)):
            yield f"{alert} has the revisions {revisions}"


def _once_each(
    logs: Sequence[Sequence[Message | Unreadable]], events: list[Message], deliveries: list[Message]
) -> Iterator[str]:
    """Say what came too often. A bare withdrawal lies in both input topics, and is read in each."""
    allowed = Counter(name for log in logs for name in {f"{one.id}" for one in log if isinstance(one, Report)})
    read = Counter((one.report.id, one.report.version) for one in events if isinstance(one, EventsOfReport))
    yield from (
        f"events of {report} version {version} came {count} times"
        for (report, version), count in read.items()
        if count > allowed[report]
    )
    sent = Counter(one.id for one in deliveries if isinstance(one, Delivery))
    yield from (f"delivery {name} came {count} times" for name, count in sent.items() if count > 1)


async def _ends(installation: KafkaInstallation) -> dict[TopicPartition, int]:
    """Return where each partition that a stage reads ends now."""
    consumer = installation.cluster.consumer()
    await consumer.start()
    try:
        names = (*INPUT_TOPICS, Topic.MATCHES, Topic.DELIVERIES)
        partitions = [
            TopicPartition(installation.cluster.topic(name), number)
            for name in names
            for number in range(installation.partitions)
        ]
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        return ends
    finally:
        await consumer.stop()


async def _left(
    installation: KafkaInstallation, stage: str, topics: tuple[str, ...], ends: dict[TopicPartition, int]
) -> dict[str, int]:
    """Return how much of its input a stage has not committed, by partition, where that is anything."""
    positions = await installation.positions(stage, topics)
    return {
        f"{stage} of {topic}/{number}": end - positions.get((topic, number), 0)
        for topic in topics
        for number in range(installation.partitions)
        # The last offset may be a transaction's marker, which is no record.
        if (end := ends[TopicPartition(installation.cluster.topic(topic), number)] - 1)
        > positions.get((topic, number), 0)
    }


def _message(topic: str, raw: Any) -> Message | Unreadable:
    return read_record(topic, key=raw.key, value=raw.value, headers=raw.headers, timestamp=raw.timestamp)
