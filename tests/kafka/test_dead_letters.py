"""Cases C07 and C08 on a real broker, and what operators do with what was set aside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.letters import KafkaLetters
from alerts.adapters.kafka.store import KafkaLog, KafkaStore
from alerts.entrypoints.cli import build
from alerts.pipeline.dead_letters import report_letter
from alerts.pipeline.detect import DetectStage
from alerts.pipeline.letters import KeptLetter, Place
from alerts.pipeline.messages import Headers, Topic
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Output
from tests.pipeline.test_detect_and_track import PACK
from tests.records.record import BINARY, HAMA, having
from tests.support.builders import a_report
from tests.support.pipeline import Counts, GivenEvents, RulesOverTime, compiled

KEY = "wire/9"
SOON = timedelta(seconds=10)
GOOD = json.dumps(HAMA).encode()

FOREIGN: Headers = (("x-trace", None), ("x-junk", b"\xc3\x28"), ("content-type", b"Application/JSON; charset=UTF-8"))
C07: Sequence[tuple[bytes | None, Headers]] = (
    (json.dumps(HAMA | {"text": "First."}).encode(), (*BINARY[:5], *FOREIGN)),
    (GOOD, having(("ce_id", None))),
    (GOOD, having(("ce_type", b"\xff"))),
    (GOOD, (*BINARY, ("ce_id", b"again"))),
    (json.dumps(HAMA | {"text": "Last."}).encode(), BINARY),
)
C08: Sequence[tuple[bytes | None, Headers]] = ((None, ()), (b"null", ()), (b"", ()), (GOOD, ()))


async def produce(cluster: Cluster, records: Sequence[tuple[bytes | None, Headers]]) -> None:
    """Write records as any producer would, under one key."""
    producer = cluster.producer()
    await producer.start()
    try:
        for value, headers in records:
            await producer.send_and_wait(
                cluster.topic(Topic.REPORTS),
                value,
                key=KEY.encode(),
                partition=partition_of(KEY, cluster.partitions),
                headers=list(headers),
            )
    finally:
        await producer.stop()


@asynccontextmanager
async def detecting(cluster: Cluster, observer: Counts) -> AsyncIterator[tuple[KafkaStore, DetectStage]]:
    """Give DETECT on the partition of the key."""
    rules = RulesOverTime()
    rules.ruleset = compiled(PACK)
    async with KafkaStore(cluster, observer=observer) as store:
        stage = DetectStage(
            store.session("detect", Topic.REPORTS, partition_of(KEY, cluster.partitions)),
            reader=GivenEvents(),
            matcher=rules,
            observer=observer,
            partitions=cluster.partitions,
        )
        await stage.restore()
        yield store, stage


async def worked(
    cluster: Cluster, records: Sequence[tuple[bytes | None, Headers]], *, letters: int
) -> tuple[list[KeptLetter], Counts]:
    """Produce records, have DETECT work them all, and return what was set aside and what was counted."""
    observer = Counts()
    await produce(cluster, records)
    async with detecting(cluster, observer) as (_, stage):
        done = 0
        while done < len(records):
            done += await stage.step(wait=SOON)
    found = await letters_of(cluster, letters)
    return sorted(found, key=lambda kept: int(kept.letter.origin.rsplit("@", 1)[-1])), observer


async def letters_of(cluster: Cluster, count: int) -> list[KeptLetter]:
    """Return the letters once so many are there: a commit is acknowledged a moment before readers see it."""
    async with asyncio.timeout(20), KafkaLetters(cluster) as source:
        found: list[KeptLetter] = []
        while len(found) < count:
            found = [kept async for kept in source.letters()]
    return found


async def test_c07_a_broken_header_costs_its_own_record_only(cluster: Cluster) -> None:
    letters, observer = await worked(cluster, C07, letters=3)

    partition = partition_of(KEY, cluster.partitions)
    assert [(kept.letter.origin, kept.letter.cause) for kept in letters] == [
        (f"reports/{partition}@1", "header ce_id (number 2) has no value"),
        (f"reports/{partition}@2", "header ce_type (number 4) is not UTF-8: byte 0 is 0xff"),
        (f"reports/{partition}@3", "header ce_id (number 7) stands twice; send it once"),
    ]
    assert all(kept.letter.content == GOOD.decode() for kept in letters)
    assert observer.counted["dead_letters reports"] == 3
    assert sum(count for name, count in observer.counted.items() if name.startswith("reports_admitted fresh")) == 2


async def test_c08_nothing_is_no_withdrawal(cluster: Cluster) -> None:
    letters, observer = await worked(cluster, C08, letters=3)

    causes = [kept.letter.cause for kept in letters]
    assert len(set(causes)) == len(causes) == 3
    assert "tombstone" in causes[0]
    assert "null" in causes[1]
    assert "empty" in causes[2]
    assert observer.counted["reports_admitted fresh"] == 1


def run(cluster: Cluster, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setenv("ALERTS_KAFKA_BOOTSTRAP", cluster.settings.bootstrap)
    monkeypatch.setenv("ALERTS_KAFKA_PREFIX", cluster.settings.prefix)
    monkeypatch.setenv("ALERTS_KAFKA_PARTITIONS", str(cluster.partitions))
    return CliRunner().invoke(build(["dead-letters"]), ["dead-letters", *arguments, "--kafka"])


async def test_letters_are_listed_shown_and_replayed_while_workers_work(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report that broke the parser comes again at the end of its partition; what is still broken stays."""
    report = a_report("HANG", item="9")
    await produce(cluster, C08[:1])
    async with detecting(cluster, Counts()) as (store, stage):
        await stage.step(wait=SOON)
        await store.append([Output(Topic.DEAD_LETTERS, "reports/0", report_letter("reports/0", "timeout", report))])

        await letters_of(cluster, 2)
        listed = await asyncio.to_thread(run, cluster, monkeypatch, "list", "--json")
        places = {line["cause"]: line["place"] for line in map(json.loads, listed.stdout.splitlines())}
        shown = await asyncio.to_thread(run, cluster, monkeypatch, "show", places["timeout"])
        replayed = await asyncio.to_thread(run, cluster, monkeypatch, "replay", "--all")
        done = await stage.step(wait=SOON)

    assert len(places) == 2
    assert '"text": "HANG"' in shown.stdout
    assert (replayed.exit_code, replayed.stdout.splitlines()[-1]) == (1, "1 replayed, 1 left.")
    assert done == 1


async def test_letters_are_found_by_time_and_by_place(cluster: Cluster) -> None:
    async with KafkaLog(cluster) as log:
        await log.append(
            [
                Output(Topic.DEAD_LETTERS, f"k{number}", report_letter("reports/0", f"{number}", a_report("x")))
                for number in range(30)
            ]
        )

    everything = await letters_of(cluster, 30)
    async with KafkaLetters(cluster) as source:
        since = everything[0].letter.at
        later = [kept async for kept in source.letters(since=since + timedelta(days=9999))]
        earlier = [kept async for kept in source.letters(since=since)]
        one = await source.letter(everything[7].place)
        missing = [await source.letter(place) for place in (Place(0, 999), Place(99, 0))]

    assert {kept.letter.cause for kept in everything} == {str(number) for number in range(30)}
    assert [kept.place for kept in everything] == sorted(kept.place for kept in everything)
    assert later == []
    assert earlier == everything
    assert one == everything[7].letter
    assert missing == [None, None]
