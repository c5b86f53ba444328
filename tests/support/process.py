"""The product as a process of its own: started, listened to, killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from typing import Self

ROOT = Path(__file__).parents[2]
SAYS_DEADLINE_SECONDS = 120

TAKING = "Taking reports."
WORKING = "Working."


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class AlertsRun:
    """`alerts run` on a data folder; it can be killed and started again on the same port."""

    rules: Path
    data: Path
    subscriptions: Path
    port: int = field(default_factory=free_port)
    process: Process | None = None
    said: list[str] = field(default_factory=list)
    _listening: asyncio.Task[None] | None = None
    _heard: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> Self:
        arguments = ["--rules", self.rules, "--data", self.data, "--subscriptions", self.subscriptions]
        self.said.clear()
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "alerts", "run", "--port", str(self.port), *map(str, arguments)),
            stderr=PIPE,
            env=_environment(),
        )
        self._listening = asyncio.create_task(self._listen(self.process))
        return self

    async def says(self, sentence: str) -> None:
        """Return when the log has said a sentence; the test fails when the process ends without it."""
        assert self.process is not None
        async with asyncio.timeout(SAYS_DEADLINE_SECONDS), self._heard:
            await self._heard.wait_for(lambda: self._has_said(sentence) or self._has_ended())
        assert self._has_said(sentence), "\n".join(self.said)

    async def kill(self) -> None:
        """End it as a power cut would: no signal handler runs."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        assert self._listening is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        await self._listening
        return await self.process.wait()

    async def _listen(self, process: Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            async with self._heard:
                self.said.append(line.decode().rstrip())
                self._heard.notify_all()
        await process.wait()
        async with self._heard:
            self._heard.notify_all()

    def _has_said(self, sentence: str) -> bool:
        return any(f'"event": {json.dumps(sentence)}' in line for line in self.said)

    def _has_ended(self) -> bool:
        return self.process is not None and self.process.returncode is not None


def _environment() -> Mapping[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ALERTS_")}


@asynccontextmanager
async def alerts_run(folder: Path, *, rules: Path, subscription: str = "") -> AsyncIterator[AlertsRun]:
    """Give a runtime on a fresh folder, not yet started; it is killed at the end."""
    (folder / "subscriptions").mkdir()
    if subscription:
        (folder / "subscriptions" / "desk.yaml").write_text(subscription)
    runtime = AlertsRun(rules, folder / "data", folder / "subscriptions")
    try:
        yield runtime
    finally:
        if runtime.process is not None:
            await runtime.kill()
