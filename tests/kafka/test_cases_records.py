"""Cases C07, C08, C11 and C34 against one `alerts worker` on a real broker, webhooks received."""

from __future__ import annotations

import asyncio
import json
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from shutil import which
from zlib import crc32

import pytest
import pytest_asyncio
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus_text

from alerts.domain.match import MatchRetraction
from alerts.pipeline.messages import Headers, Topic
from alerts.pipeline.partitioner import partition_of
from tests.kafka.desk import DESK_PACK, ROAD_PACK, SECRET, Desk, a_notice, an_event, items_of
from tests.support.kafka_process import kafka_installation
from tests.support.receiver import Receiver

pytestmark = pytest.mark.asyncio(loop_scope="module")

EVENT: Headers = (
    ("ce_specversion", b"1.0"),
    ("ce_id", b"e1"),
    ("ce_source", b"/sensors"),
    ("ce_type", b"org.example.report"),
    ("content-type", b"application/json"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Two packs in force, one worker with every stage, one receiver."""
    home = tmp_path_factory.mktemp("desk")
    (home / "packs").mkdir()
    (home / "packs" / "desk.yaml").write_text(DESK_PACK)
    (home / "packs" / "roads.yaml").write_text(ROAD_PACK)
    async with kafka_installation(kafka_bootstrap, home) as installation, Receiver() as receiver:
        worker = await installation.start_worker("desk")
        await asyncio.gather(
            installation.push_rules(home / "packs"), installation.push_subscription(receiver.url, SECRET)
        )
        await worker.ready()
        yield Desk(installation=installation, worker=worker, receiver=receiver)


def changed(name: str, value: bytes | None) -> Headers:
    return tuple((header, value if header == name else kept) for header, kept in EVENT)


async def test_c07_headers_of_others_cost_nothing_and_broken_ones_of_ours_their_own_record(desk: Desk) -> None:
    """Five records in one partition: the first and the last alert, the three between say which header was at fault."""
    foreign: Headers = (("x-trace", None), ("x-junk", b"\xc3\x28"))
    items = items_of(1, desk.installation.partitions)
    records = [
        (a_notice(next(items), "C07 first"), (*changed("content-type", b"Application/JSON; charset=UTF-8"), *foreign)),
        (a_notice(next(items), "C07 null"), changed("ce_id", None)),
        (a_notice(next(items), "C07 no text"), changed("ce_type", b"\xff")),
        (a_notice(next(items), "C07 twice"), (*EVENT, ("ce_id", b"e2"))),
        (a_notice(next(items), "C07 last"), EVENT),
    ]

    written = [
        await desk.installation.produce(Topic.REPORTS, value, headers=headers, partition=1)
        for value, headers in records
    ]
    await desk.heard("C07 first", "opened")
    await desk.heard("C07 last", "opened")

    (_, first), *_ = written
    assert list((await desk.letters(1, first)).items()) == [
        (written[1][1], "header ce_id (number 2) has no value"),
        (written[2][1], "header ce_type (number 4) is not UTF-8: byte 0 is 0xff"),
        (written[3][1], "header ce_id (number 6) stands twice; send it once"),
    ]
    assert not [kind for site in ("C07 null", "C07 no text", "C07 twice") for kind in desk.kinds(site)]


async def test_c08_no_value_null_and_nothing_are_three_faults_and_no_withdrawal(desk: Desk) -> None:
    """An open alert of wire/9, then the three, then a good version of it: only that one changes anything."""
    where = partition_of("wire/9", desk.installation.partitions)
    await desk.installation.produce(Topic.REPORTS, a_notice("9", "C08 before", version=1), key="wire/9")
    await desk.heard("C08 before", "opened")

    written = [await desk.installation.produce(Topic.REPORTS, value, key="wire/9") for value in (None, b"null", b"")]
    await desk.installation.produce(Topic.REPORTS, a_notice("9", "C08 after", version=2), key="wire/9")
    await desk.heard("C08 after", "opened")

    causes = await desk.letters(where, written[0][1])
    assert [offset for _, offset in written] == list(causes)
    assert len(set(causes.values())) == 3, causes
    (taken_back,) = [
        one
        for one in await desk.installation.read(Topic.MATCHES)
        if isinstance(one, MatchRetraction) and "C08 before" in one.key.text
    ]
    assert taken_back.report_version == 2


async def test_c11_another_hash_than_kafkas_own_takes_back_what_it_should(desk: Desk) -> None:
    """Version 1 by HTTP, the withdrawal from a client that hashes by CRC32: the alert is taken back."""
    partitions = desk.installation.partitions
    item = next(
        one for one in map(str, range(100)) if _crc32(one, partitions) != partition_of(f"wire/{one}", partitions)
    )
    status, answer = await desk.worker.post({"source": "wire", "id": item, "events": [an_event("C11 hash")]})
    assert status == 202, answer
    await desk.heard("C11 hash", "opened")

    withdrawal = json.dumps({"source": "wire", "id": item, "version": 2, "kind": "withdrawn"}).encode()
    await desk.installation.produce(Topic.NOTICES, withdrawal, key=f"wire/{item}", partition=_crc32(item, partitions))
    await desk.heard("C11 hash", "retracted")

    assert desk.kinds("C11 hash") == ["opened", "retracted"]
    assert await desk.worker.metric("alerts_misplaced_records_total", topic="notices") >= 1


async def test_c11_copies_without_a_key_in_every_partition_are_one_report(desk: Desk) -> None:
    """Four copies of one version wherever they fell, one withdrawal without a key: no twin, and nothing stays open."""
    for partition in range(desk.installation.partitions):
        await desk.installation.produce(Topic.NOTICES, a_notice("keyless", "C11 keyless"), partition=partition)
    await desk.heard("C11 keyless", "opened")
    withdrawal = json.dumps({"source": "wire", "id": "keyless", "version": 2, "kind": "withdrawn"}).encode()

    wrong = (partition_of("wire/keyless", desk.installation.partitions) + 1) % desk.installation.partitions
    await desk.installation.produce(Topic.NOTICES, withdrawal, partition=wrong)
    await desk.heard("C11 keyless", "retracted")

    assert desk.kinds("C11 keyless") == ["opened", "retracted"]


def _crc32(item: str, partitions: int) -> int:
    """Return where librdkafka's default puts the key of an item."""
    return crc32(f"wire/{item}".encode()) % partitions


async def test_c34_names_of_any_kind_cost_no_scrape(desk: Desk) -> None:
    """Quotes, a newline, half a character, 300 letters, a file of such a name: taken, or refused with its cause."""
    sources = ['desk "A"\\\nB', "s" * 300]
    taken = [
        await desk.worker.post({"source": source, "id": "1", "events": [an_event("C34 names")]}, traceparent="0" * 200)
        for source in sources
    ]
    half, cause = await desk.worker.post(b'{"source": "\\ud800", "id": "1", "text": "Shelling hit Homs."}')
    await desk.installation.produce(Topic.NOTICES, b'{"source": "\\ud800", "id": "2", "events": []}', key="x")
    async with Receiver() as second:
        await desk.installation.push_subscription(second.url, SECRET, name="second", file='Ж"\\.yaml')
        await desk.worker.until(lambda: _loaded(desk, 2))
        await desk.worker.post({"source": "wire", "id": "c34", "events": [an_event("C34 last")]})
        await second.arrived(1)
    await desk.heard("C34 last", "opened")

    assert [status for status, _ in taken] == [202, 202], taken
    assert half == 400
    assert "ud800" in cause or "UTF-8" in cause or "surrogate" in cause, cause
    plain_status, plain = await desk.worker.get("/metrics")
    open_status, opened = await desk.worker.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
    assert (plain_status, open_status) == (200, 200)
    for families in (prometheus_text(plain), openmetrics(opened)):  # type: ignore[no-untyped-call]
        assert any("alerts_reports_received" in family.name for family in families)
    assert await desk.worker.metric("alerts_reports_received_total") >= 3
    if which("promtool"):
        assert await _promtool(plain) in {0, 3}  # 3: advice on names


async def _promtool(metrics: str) -> int | None:
    checking = await asyncio.create_subprocess_exec("promtool", "check", "metrics", stdin=PIPE)
    await checking.communicate(metrics.encode())
    return checking.returncode


async def _loaded(desk: Desk, subscriptions: int) -> bool:
    return await desk.worker.metric("alerts_subscriptions_loaded") == subscriptions


async def test_c08_null_leaves_a_pack_in_force_and_a_tombstone_takes_it_out(desk: Desk) -> None:
    """The last good version stays at `null`; at the tombstone the pack's alerts end with that reason."""
    event = an_event("C08 road", "route_severed")
    await desk.worker.post({"source": "roads", "id": "1", "events": [event]})
    await desk.heard("C08 road", "opened")

    await desk.installation.produce("rules", b"null", key="roads", partition=0)
    await desk.worker.says("A record of a pushed topic cannot be read")
    await desk.worker.post({"source": "roads", "id": "2", "events": [an_event("C08 other road", "route_severed")]})
    await desk.heard("C08 other road", "opened")
    await desk.installation.produce("rules", None, key="roads", partition=0)
    ends = [await desk.heard(site, "expired") for site in ("C08 road", "C08 other road")]

    assert [end["reason"] for end in ends] == ["rule_removed"] * 2
    assert await desk.worker.metric("alerts_rules_loaded") == 1


async def test_sigterm_ends_a_worker_in_good_order_and_its_log_is_json_lines(desk: Desk) -> None:
    """Exit code 0, a last word, and no line that a program cannot read."""
    assert await desk.worker.stop() == 0

    lines = desk.worker.log.read_text().splitlines()
    assert [line for line in lines if not line.startswith("{")] == []
    assert json.loads(lines[-1])["event"].startswith("Stopping;")
