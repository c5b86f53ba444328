"""Case C14 on a real broker: partitions added under an installation, and records deleted before they were read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiokafka.admin import NewPartitions

from alerts.adapters.kafka.cluster import Cluster
from alerts.domain.alert import AlertChange
from alerts.pipeline.messages import Topic
from tests.kafka.desk import DESK_PACK, SECRET, Desk, a_notice, an_event, items_of
from tests.support.kafka_process import delete_before, kafka_installation
from tests.support.receiver import Receiver

LOOKS = {"ALERTS_KAFKA_TOPICS_CHECK_SECONDS": "0.5"}


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A worker that looks at the topics twice a second, and a receiver."""
    home = tmp_path_factory.mktemp("desk")
    async with kafka_installation(kafka_bootstrap, home) as installation, Receiver() as receiver:
        worker = await installation.start_worker("desk", env=LOOKS)
        await asyncio.gather(installation.push_rules(DESK_PACK), installation.push_subscription(receiver.url, SECRET))
        await worker.ready()
        yield Desk(installation=installation, worker=worker, receiver=receiver)


async def test_c14b_workers_go_on_from_what_is_left_and_say_what_is_gone(desk: Desk) -> None:
    """Ten reports written while nobody worked, seven of them deleted: three alerts, the gap in log and metric."""
    installation = desk.installation
    items = items_of(1, installation.partitions)
    assert await desk.worker.stop() == 0

    written = [
        await installation.produce(Topic.REPORTS, a_notice(next(items), f"Post {number}"), partition=1)
        for number in range(10)
    ]
    await delete_before(installation.cluster, Topic.REPORTS, 1, written[7][1])
    desk.worker = await installation.start_worker("again", env=LOOKS)
    gap = await desk.worker.says("Records were deleted before they were read")
    await desk.worker.ready()
    for number in range(7, 10):
        await desk.heard(f"Post {number}", "opened")

    # Between the last commit and the first of the ten lie ticks that nobody read.
    assert (gap["at"], gap["last_lost"]) == ("reports/1", written[7][1] - 1)
    assert gap["first_lost"] <= written[0][1]
    lost = await desk.worker.metric("alerts_input_gap_records_total", topic="reports")
    assert lost == gap["last_lost"] - gap["first_lost"] + 1
    assert not [number for number in range(7) if desk.kinds(f"Post {number}")]


async def test_c14a_partitions_added_to_a_topic_are_told_of_and_no_key_moves(desk: Desk) -> None:
    """`matches` grows from 4 to 6 with an alert open and updates coming: one id, every update, and a loud word."""
    installation = desk.installation
    await _post(desk, "0")
    await desk.heard("Jaber", "opened")
    second = await installation.start_worker("second", env=LOOKS)
    await second.ready()

    await _add_partitions(installation.cluster, Topic.MATCHES, 6)
    for number in range(1, 6):
        await _post(desk, str(number))
    said = await desk.worker.says("The topics were changed under this worker.")
    # Whoever is left learns of the new partitions by the rebalance.
    await second.kill()
    for number in range(6, 11):
        await _post(desk, str(number))
    await desk.until(lambda: any(change["revision"] == 11 for change in desk.changes("Jaber")))

    assert said["topics"] == ["matches has 6 partitions, not 4"]
    assert await desk.worker.metric("alerts_topics_fault") == 1
    status, checks = await desk.worker.readiness()
    assert (status, checks["topics"]) == (503, False)
    refused = await installation.start_worker("third")
    checked = await installation.alerts("topics", "check", expect=1)
    assert "matches: has 6 partitions, this installation works with 4" in checked
    assert await refused.process.wait() == 2
    last_words = refused.log.read_text()
    assert "matches has 6 partitions, not 4" in last_words
    assert "Traceback" not in last_words
    changes = [one.alert for one in await installation.read(Topic.ALERTS) if isinstance(one, AlertChange)]
    ours = [alert for alert in changes if "Jaber" in alert.key.text]
    assert len({alert.id for alert in ours}) == 1
    assert [alert.revision for alert in ours] == list(range(1, 12))


async def _post(desk: Desk, item: str) -> None:
    status, answer = await desk.worker.post({"source": f"s{item}", "id": item, "events": [an_event("Jaber")]})
    assert status == 202, answer


async def _add_partitions(cluster: Cluster, topic: str, total: int) -> None:
    admin = cluster.admin()
    await admin.start()
    try:
        await admin.create_partitions({cluster.topic(topic): NewPartitions(total_count=total)})
    finally:
        await admin.close()
