"""The processes of the demo on Kafka: verbs run to their end, and workers, looked at over their HTTP ports."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from alerts.adapters.children import dying_with_us
from alerts.adapters.http_client import JsonClient, json_client
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.local_broker import free_ports
from alerts.domain.errors import SettingsProblem
from alerts.entrypoints.demo_play import Folders
from alerts.pipeline.embedded import STAGE_TOPICS

_VERB_SECONDS = 60
_STOP_SECONDS = 20
_TOLD_LINES = 5

_PROGRESS = re.compile(r"^alerts_partition_progress_timestamp_seconds\{([^}]{1,200})\} (\S{1,40})$", re.MULTILINE)
_ASSIGNED = re.compile(r'^alerts_assigned_partitions\{stage="(\w{1,20})"\} (\S{1,40})$', re.MULTILINE)
_LABEL = re.compile(r'(\w{1,20})="([^"]{0,100})"')


@dataclass(frozen=True, slots=True)
class WorkerProcess:
    """One `alerts worker`."""

    name: str
    url: str
    process: Process
    log: Path
    client: JsonClient

    async def is_ready(self) -> bool:
        """Return whether it has its partitions, restored."""
        return (await self._get("/readyz"))[0] == 200

    async def has_everything(self, partitions: int) -> bool:
        """Return whether it alone has all of so many partitions of each topic that a stage reads."""
        assigned = {stage: float(count) for stage, count in _ASSIGNED.findall(await self.metrics())}
        return all(assigned.get(stage) == len(topics) * partitions for stage, topics in STAGE_TOPICS.items())

    async def metrics(self) -> str:
        """Return its metrics; nothing while it does not answer."""
        return (await self._get("/metrics"))[1]

    async def kill(self) -> None:
        """End it as a power cut would."""
        with suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def stop(self) -> None:
        """End it in good order, or else as a power cut would."""
        if self.process.returncode is None:
            self.process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_SECONDS):
                    await self.process.wait()
        if self.process.returncode is None:
            await self.kill()

    def check(self) -> None:
        """Raise when it has ended.

        Raises:
            SettingsProblem: It has; with the end of its log.
        """
        if self.process.returncode is not None:
            said = self.log.read_text("utf-8", "replace").strip().splitlines()[-_TOLD_LINES:]
            raise SettingsProblem("\n".join([f"worker {self.name} ended ({self.process.returncode}):", *said]))

    async def _get(self, path: str) -> tuple[int, str]:
        try:
            return await self.client.get(self.url + path)
        except (OSError, TimeoutError):
            return 0, ""


@asynccontextmanager
async def starting(cluster: Cluster, folders: Folders, names: Sequence[str]) -> AsyncIterator[Sequence[WorkerProcess]]:
    """Start workers, which may still be loading; they are stopped at the end."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(json_client())
        workers = []
        for name, port in zip(names, free_ports(len(names)), strict=True):
            worker = await _started(cluster, folders, name, port, client)
            stack.push_async_callback(worker.stop)
            workers.append(worker)
        yield workers


async def _started(cluster: Cluster, folders: Folders, name: str, port: int, client: JsonClient) -> WorkerProcess:
    log = folders.home / f"worker-{name}.log"
    with log.open("wb") as out:
        # A group of its own: Ctrl-C in the terminal is for the demo to pass on.
        process = await asyncio.create_subprocess_exec(
            *dying_with_us(sys.executable, "-m", "alerts", "worker", "--port", str(port)),
            *("--subscriptions", str(folders.subscriptions)),
            stdout=out,
            stderr=out,
            env=_environment(cluster),
            start_new_session=True,
        )
    return WorkerProcess(name, f"http://127.0.0.1:{port}", process, log, client)


async def ran(cluster: Cluster, *arguments: str) -> None:
    """Run a verb of the command line to its end.

    Raises:
        SettingsProblem: It failed; with what it said.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "alerts", *arguments), stdout=PIPE, stderr=PIPE, env=_environment(cluster)
    )
    try:
        async with asyncio.timeout(_VERB_SECONDS):
            _out, err = await process.communicate()
    except TimeoutError as error:
        raise SettingsProblem(f"`alerts {' '.join(arguments)}` did not end in {_VERB_SECONDS} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise SettingsProblem(f"`alerts {' '.join(arguments)}` failed: {err.decode('utf-8', 'replace').strip()}")


def _environment(cluster: Cluster) -> Mapping[str, str]:
    """Return the environment of the demo's processes: nothing of ours that is set for another installation."""
    settings = cluster.settings
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALERTS_")}
    return {
        **kept,
        "ALERTS_KAFKA_BOOTSTRAP": settings.bootstrap,
        "ALERTS_KAFKA_PARTITIONS": str(settings.partitions),
        "ALERTS_KAFKA_SESSION_SECONDS": str(settings.session_seconds),
        # The same alerts as without Kafka, also while a killed worker's partitions wait for their new owner.
        "ALERTS_ORDER_WAIT_SECONDS": "0",
    }


async def owners(workers: Sequence[WorkerProcess]) -> Mapping[str, Sequence[str]]:
    """Return what each worker works, by its name: `detect reports/0`, and so on.

    A partition is with the worker where it got on last: gauges of what was given away stay for a while.
    """
    seen = [
        (tuple(dict(_LABEL.findall(labels))[name] for name in ("stage", "topic", "partition")), float(at), worker.name)
        for worker in workers
        for labels, at in _PROGRESS.findall(await worker.metrics())
    ]
    newest: dict[tuple[str, ...], tuple[float, str]] = {}
    for partition, at, name in seen:
        newest[partition] = max(newest.get(partition, (0.0, "")), (at, name))
    had: dict[str, list[str]] = defaultdict(list)
    for (stage, topic, number), (_at, name) in sorted(newest.items()):
        had[name].append(f"{stage} {topic}/{number}")
    return had
