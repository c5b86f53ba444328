"""A worker that is known by name finds its partitions again; one that is told twice to stop is gone at once."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from tests.support.days import pack
from tests.support.kafka_process import kafka_installation
from tests.support.kafka_worker import WorkerProcess


async def test_a_named_worker_that_is_quickly_back_moves_nothing(kafka_bootstrap: str, tmp_path: Path) -> None:
    # Long enough for a worker to load on a busy machine; nobody waits for it.
    async with kafka_installation(kafka_bootstrap, tmp_path, session_seconds=90) as installation:
        await installation.push_rules(pack(expire="7d"))
        first, second = [
            await installation.start_worker(name, stages="track", env={"ALERTS_KAFKA_INSTANCE": name})
            for name in ("one", "two")
        ]
        await asyncio.gather(first.ready(), second.ready())
        await second.until(lambda: _share(second, 2))
        before = await second.metric("alerts_rebalances_total")

        await first.kill()
        again = await installation.start_worker("one", stages="track", env={"ALERTS_KAFKA_INSTANCE": "one"})
        await again.ready()

        assert await again.metric("alerts_assigned_partitions", stage="track") == 2
        assert await second.metric("alerts_rebalances_total") == before


async def test_a_second_signal_ends_a_worker_at_once(kafka_bootstrap: str, tmp_path: Path) -> None:
    async with kafka_installation(kafka_bootstrap, tmp_path) as installation:
        await installation.push_rules(pack(expire="7d"))
        worker = await installation.start_worker("w", stages="track")
        await worker.ready()

        worker.process.send_signal(signal.SIGINT)
        worker.process.send_signal(signal.SIGTERM)

        async with asyncio.timeout(20):
            assert await worker.process.wait() == 130


async def _share(worker: WorkerProcess, count: int) -> bool:
    return await worker.metric("alerts_assigned_partitions", stage="track") == count
