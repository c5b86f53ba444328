"""The services of docker-compose.yml as processes of this machine: the same commands, the same settings.

Names of containers, folders and secrets are replaced by what stands for them here; nothing else is.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.deployment.files import COMPOSE, DOCKERFILE, loaded
from tests.support.kafka_worker import WorkerProcess
from tests.support.process import ROOT, free_port

ONCE_SECONDS = 120

_OF_THE_IMAGE = dict(re.findall(r"(ALERTS_[A-Z_]+)=(\S+)", DOCKERFILE.read_text("utf-8")))


@dataclass(frozen=True, kw_only=True)
class Stack:
    """What the containers would find, here."""

    bootstrap: str
    prefix: str
    folder: Path

    @property
    def services(self) -> Mapping[str, Any]:
        """The services, with the variables that an operator may set filled in."""
        given = {"ALERTS_KAFKA_PREFIX": self.prefix}
        services: Mapping[str, Any] = _interpolated(loaded(COMPOSE)["services"], given)
        return services

    def environment(self, name: str) -> dict[str, str]:
        """Return what a process of a service finds in its environment."""
        own = {key: value for key, value in os.environ.items() if not key.startswith("ALERTS_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        given = {**_OF_THE_IMAGE, **self.services[name].get("environment", {})}
        return {**own, "PATH": path, **{key: self.here(name, value) for key, value in given.items()}}

    def here(self, name: str, text: str) -> str:
        """Return a text with what stands on this machine for places of a container."""
        places = {
            "kafka:19092": self.bootstrap,
            "/run/secrets": str(self.folder / "secrets"),
            "/rules": str(ROOT / "rules"),
            "/subscriptions": str(self.folder / "subscriptions"),
            "/data": str(self.folder / name),
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - it is what is replaced
        }
        return re.sub("|".join(map(re.escape, places)), lambda found: places[found[0]], text)

    async def once(self, name: str) -> str:
        """Run a service that ends; return what it said. The test fails when it fails."""
        service = self.services[name]
        command = [*service.get("entrypoint", ["alerts"]), *service["command"]]
        process = await asyncio.create_subprocess_exec(
            *(self.here(name, part) for part in command), env=self.environment(name), stdout=PIPE, stderr=PIPE
        )
        async with asyncio.timeout(ONCE_SECONDS):
            said, complained = await process.communicate()
        assert process.returncode == 0, complained.decode()
        return said.decode()

    async def start(self, name: str) -> WorkerProcess:
        """Start a service that stays, on a port of its own."""
        port, log = free_port(), self.folder / f"{name}.log"
        environment = {**self.environment(name), "ALERTS_PORT": str(port)}
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                "alerts", *self.services[name]["command"], env=environment, stdout=out, stderr=out
            )
        return WorkerProcess(name=name, port=port, log=log, process=process)


def _interpolated(value: Any, given: Mapping[str, str]) -> Any:
    """Return a value with `${NAME:-default}` filled in, as Compose does."""
    if isinstance(value, dict):
        return {key: _interpolated(inner, given) for key, inner in value.items()}
    if isinstance(value, list):
        return [_interpolated(inner, given) for inner in value]
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: given.get(found[1], found[2]), value)
    return value
