"""One `alerts worker` as a process: asked, waited for, frozen, killed.

Workers write their logs to files; `tests/conftest.py` shows the ends of those in the report of a test that fails.
"""

from __future__ import annotations

import asyncio
import json
import signal
from asyncio.subprocess import Process
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

READY_SECONDS = 120
POLL_SECONDS = 0.05

WORKER_LOGS: list[Path] = []
"""The logs of the workers of the tests that run now."""
LEFT_LOGS: list[Path] = []
"""Those of an installation that a failing test closed on its way out, for the report of it."""


@dataclass(kw_only=True)
class WorkerProcess:
    """One `alerts worker`; what happens to it is the test's to say."""

    name: str
    port: int
    log: Path
    process: Process

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    async def ready(self) -> None:
        """Return once /readyz answers 200; the test fails when the process ends before that."""
        try:
            await self.until(self.is_ready, seconds=READY_SECONDS)
        except TimeoutError:
            raise AssertionError(
                f"worker {self.name} was not ready in {READY_SECONDS} s: {await self.readiness()}"
            ) from None

    async def is_ready(self) -> bool:
        return (await self.readiness())[0] == 200

    async def readiness(self) -> tuple[int, Mapping[str, bool]]:
        """Return the status of /readyz and its checks; 0 while nobody answers."""
        try:
            status, body = await self.get("/readyz")
        except (OSError, aiohttp.ClientError, TimeoutError):
            return 0, {}
        return status, json.loads(body)["checks"]

    async def metric(self, name: str, **labels: str) -> float:
        """Return the sum of the samples of a metric (its whole name) that have these labels; 0 when there is none."""
        _status, body = await self.get("/metrics")
        wanted = {f'{label}="{value}"' for label, value in labels.items()}
        samples = [line for line in body.splitlines() if line.split(" ")[0].split("{")[0] == name]
        return sum(float(line.rsplit(" ", 1)[1]) for line in samples if all(label in line for label in wanted))

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        timeout = aiohttp.ClientTimeout(total=5)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(self.url + path, headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    async def post(self, body: object, **headers: str) -> tuple[int, str]:
        """Post one report to /v1/reports."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/v1/reports", data=content, headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    def said(self) -> list[Mapping[str, Any]]:
        """Return what the log has said so far."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    async def says(self, sentence: str, *, seconds: float = 60) -> Mapping[str, Any]:
        """Return the first line of the log whose sentence begins so, once it is there."""

        async def has_said() -> bool:
            return any(line["event"].startswith(sentence) for line in self.said())

        await self.until(has_said, seconds=seconds)
        return next(line for line in self.said() if line["event"].startswith(sentence))

    async def until(self, holds: Any, *, seconds: float = 60) -> None:
        """Look until an async function holds; fails at once when the process is gone."""
        async with asyncio.timeout(seconds):
            while not await holds():
                assert self.process.returncode is None, f"worker {self.name} ended with {self.process.returncode}"
                await asyncio.sleep(POLL_SECONDS)

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        return await self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Stop its clock: no heartbeat, no answer, until `resume`."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on as if nothing had been."""
        self.process.send_signal(signal.SIGCONT)

    async def _end(self, how: signal.Signals) -> int:
        if self.process.returncode is None:
            self.process.send_signal(how)
            self.process.send_signal(signal.SIGCONT)
        return await self.process.wait()
