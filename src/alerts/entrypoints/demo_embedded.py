"""The embedded runtime for the demo to play on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from alerts.adapters.logs import Log
from alerts.adapters.prometheus import Metrics
from alerts.adapters.sqlite_view import StoreView
from alerts.adapters.text_readers import TextReaders
from alerts.config import Settings
from alerts.entrypoints.demo_play import Folders
from alerts.entrypoints.demo_ports import Show
from alerts.entrypoints.embedded import Running, running_with
from alerts.ruleset.rule import RuleSet


@dataclass(frozen=True, slots=True)
class EmbeddedRuntime:
    """Implements the demo's Runtime port."""

    running: Running
    view: StoreView

    @property
    def url(self) -> str:
        """Where the next report goes."""
        return self.running.url

    def ruleset(self) -> RuleSet:
        """Return the rules in force."""
        return self.running.rules.current()

    async def is_ready(self) -> bool:
        """Return whether work flows."""
        return await self.running.is_ready()

    def check(self) -> None:
        """Raise what ended the runtime, if it has ended."""
        if self.running.work.done():
            self.running.work.result()

    async def after(self, posted: int, of: int) -> None:
        """Let nothing happen."""

    async def stay(self) -> None:
        """Return when the runtime ends."""
        await self.running.work


@dataclass(frozen=True, slots=True)
class EmbeddedScene:
    """Starts the embedded runtime with parts that load before the rest."""

    log: Log
    metrics: Metrics
    readers: TextReaders

    @asynccontextmanager
    async def __call__(self, folders: Folders, _show: Show) -> AsyncIterator[EmbeddedRuntime]:
        """Give a runtime over folders while the block runs."""
        settings = _settings(folders)
        async with running_with(settings, log=self.log, metrics=self.metrics, readers=self.readers) as runtime:
            yield EmbeddedRuntime(runtime, StoreView(runtime.store))


def _settings(folders: Folders) -> Settings:
    """Return settings of the demo's own, whatever the environment says."""
    return Settings(
        rules=folders.rules,
        subscriptions=folders.subscriptions,
        data=folders.home / "data",
        host="127.0.0.1",
        port=0,
        token_file=None,
        # Nothing of the day is to depend on how busy the machine is.
        order_wait_seconds=0,
    )
