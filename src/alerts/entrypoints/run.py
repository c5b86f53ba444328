"""`alerts run`: the embedded runtime, no Kafka."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from alerts.config import Settings
from alerts.domain.errors import SettingsProblem


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="run")(run)


def run(
    rules: Annotated[Path | None, typer.Option(help="Folder of the rule packs.", show_default="rules")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder of the store.", show_default="data")] = None,
    subscriptions: Annotated[
        Path | None, typer.Option(help="Folder of the subscription files.", show_default="subscriptions")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address of the HTTP port.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="HTTP port; 0 takes a free one.", show_default="8080")] = None,
) -> None:
    """Take reports, watch the rules, send alerts: everything in one process, kept in one folder.

    Every setting can also come from the environment (ALERTS_PORT, ALERTS_TOKEN_FILE, ...); docs/operations.md lists
    them. Ctrl-C or SIGTERM stops it; what is unfinished goes on at the next start.
    """
    from alerts.adapters.logs import Log, configure_logs  # noqa: PLC0415 - `--help` needs none of it

    try:
        settings = settings_from(rules=rules, data=data, subscriptions=subscriptions, host=host, port=port)
        configure_logs(settings.log_level)
        asyncio.run(_serve(settings, Log()))
    except SettingsProblem as problem:
        print(f"alerts run: {problem}", file=sys.stderr)
        raise typer.Exit(2) from problem


def settings_from(**given: Any) -> Settings:
    """Return the settings with those given on the command line before those of the environment.

    Raises:
        SettingsProblem: A value does not fit; every such value is named.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise SettingsProblem("settings that do not fit: " + "; ".join(faults)) from error


async def _serve(settings: Settings, log: Any) -> None:
    # The extractors load in processes of their own; the rest is imported meanwhile.
    from alerts.adapters.prometheus import Metrics  # noqa: PLC0415
    from alerts.adapters.text_readers import TextReaders  # noqa: PLC0415

    metrics = Metrics(log)
    stopping = asyncio.Event()
    _on_signals(stopping)
    async with TextReaders(settings, metrics) as readers:
        from alerts.entrypoints.embedded import running_with  # noqa: PLC0415

        async with running_with(settings, log=log, metrics=metrics, readers=readers) as runtime:
            log.info("Taking reports.", url=f"{runtime.url}/v1/reports", metrics=f"{runtime.url}/metrics")
            await _until_stopped(runtime.work, stopping)
            log.info("Stopping; what is unfinished goes on at the next start.")


async def _until_stopped(work: asyncio.Task[None], stopping: asyncio.Event) -> None:
    stopped = asyncio.create_task(stopping.wait())
    await asyncio.wait({stopped, work}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if work.done():
        _raise_cause(work)


def _raise_cause(work: asyncio.Task[None]) -> None:
    """Raise what ended the work: a settings problem in its own words, else the fault itself."""
    try:
        work.result()
    except BaseExceptionGroup as group:
        problems = group.subgroup(SettingsProblem)
        if problems is not None:
            raise problems.exceptions[0] from group
        raise


def _on_signals(stopping: asyncio.Event) -> None:
    """Stop gracefully at the first signal, at once at the second."""

    def stop() -> None:
        if stopping.is_set():
            os._exit(130)
        stopping.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
