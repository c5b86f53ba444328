"""`alerts demo`: the embedded runtime, the shipped rules and a local receiver, on a sample day."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from alerts.domain.errors import SettingsProblem


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="demo")(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="End when the day has been played.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON object an alert, with all its changes; implies --once.")
    ] = False,
    rules: Annotated[Path | None, typer.Option(help="Folder of rule packs instead of those that ship.")] = None,
    kafka: Annotated[
        bool,
        typer.Option("--kafka", help="On a real Kafka here, with two workers; one is killed on the way."),
    ] = False,
) -> None:
    """Play a sample day: reports go in over HTTP, signed webhooks come out at a receiver on this machine.

    Shows each alert with the sentence that proves it, then what stayed silent and why. Everything runs on free ports
    of this machine, in a folder that is deleted at the end. With --kafka the alerts are the same: it needs
    "alerts[kafka,local-broker]", and fetches Apache Kafka the first time (45 MB).
    """
    play = _play_on_kafka if kafka else _play
    try:
        asyncio.run(play(rules, once=once, as_json=as_json))
    except SettingsProblem as problem:
        print(f"alerts demo: {problem}", file=sys.stderr)
        raise typer.Exit(2) from problem
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def _play(rules: Path | None, *, once: bool, as_json: bool) -> None:
    # The extractor loads in a process of its own; the rest is imported meanwhile.
    from alerts.adapters.logs import Log, configure_logs  # noqa: PLC0415
    from alerts.adapters.prometheus import Metrics  # noqa: PLC0415
    from alerts.adapters.text_readers import TextReaders  # noqa: PLC0415
    from alerts.config import Settings  # noqa: PLC0415

    configure_logs("warning")
    log = Log()
    metrics = Metrics(log)
    async with TextReaders(Settings(parsers=1, parser_pipeline=None, extractors="builtin"), metrics) as readers:
        from alerts.entrypoints.demo_embedded import EmbeddedScene  # noqa: PLC0415
        from alerts.entrypoints.demo_play import play  # noqa: PLC0415
        from alerts.entrypoints.demo_show import JsonLines, Screen  # noqa: PLC0415

        show = JsonLines() if as_json else Screen()
        await play(show, EmbeddedScene(log, metrics, readers), rules=rules, stay=not (once or as_json))


async def _play_on_kafka(rules: Path | None, *, once: bool, as_json: bool) -> None:
    from alerts.adapters.logs import configure_library_logs, configure_logs  # noqa: PLC0415
    from alerts.entrypoints.demo_play import play  # noqa: PLC0415
    from alerts.entrypoints.demo_show import JsonLines, Screen  # noqa: PLC0415

    configure_logs("warning")
    configure_library_logs()
    try:
        from alerts.entrypoints.demo_kafka import on_kafka  # noqa: PLC0415
    except ImportError as error:
        raise SettingsProblem(
            f'--kafka needs a package that is missing ({error.name}): pip install "alerts[kafka,local-broker]"'
        ) from error
    show = JsonLines() if as_json else Screen()
    await play(show, on_kafka, rules=rules, stay=not (once or as_json))
