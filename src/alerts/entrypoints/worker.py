"""`alerts worker`: one of N workers of the Kafka runtime."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from alerts.config import KafkaSettings
from alerts.domain.errors import SettingsProblem
from alerts.entrypoints.run import settings_from

STAGES = ("detect", "track", "deliver")


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="worker")(worker)


def worker(  # noqa: PLR0917 - options of a command line
    stages: Annotated[str, typer.Option(help="Which stages this worker runs.")] = ",".join(STAGES),
    subscriptions: Annotated[
        Path | None, typer.Option(help="Folder that secret_file is relative to.", show_default="subscriptions")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address of the HTTP port.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="HTTP port; 0 takes a free one.", show_default="8080")] = None,
    instance: Annotated[str | None, typer.Option(help="This worker's name over restarts (static membership).")] = None,
    web_port: Annotated[int | None, typer.Option(help="Port of Faust's own statistics, on loopback.")] = None,
) -> None:
    """Work partitions of a Kafka cluster together with other workers, until stopped.

    The cluster and its security come from the environment (ALERTS_KAFKA_BOOTSTRAP, ...); docs/kafka.md lists them.
    Rules and subscriptions are those that `alerts rules push` and `alerts subscriptions push` put there. SIGTERM or
    Ctrl-C ends what is in flight and leaves; a second signal exits at once, and nothing is lost by it.
    """
    from alerts.adapters.logs import Log, configure_library_logs, configure_logs  # noqa: PLC0415 - `--help` needs none of it

    try:
        settings = settings_from(subscriptions=subscriptions, host=host, port=port)
        kafka = kafka_settings(instance=instance)
        configure_logs(settings.log_level)
        configure_library_logs()
        _run(settings, kafka, _stages(stages), Log(), web_port)
    except SettingsProblem as problem:
        print(f"alerts worker: {problem}", file=sys.stderr)
        raise typer.Exit(2) from problem


def kafka_settings(**given: Any) -> KafkaSettings:
    """Return the cluster's settings, those given on the command line before those of the environment.

    Raises:
        SettingsProblem: A value does not fit; every such value is named.
    """
    try:
        return KafkaSettings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        faults = [f"ALERTS_KAFKA_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
        raise SettingsProblem("settings that do not fit: " + "; ".join(faults)) from error


def _stages(given: str) -> tuple[str, ...]:
    """Return the stages of a list with commas.

    Raises:
        SettingsProblem: One is not known, or there is none.
    """
    wanted = tuple(dict.fromkeys(one.strip() for one in given.split(",") if one.strip()))
    unknown = [one for one in wanted if one not in STAGES]
    if unknown or not wanted:
        raise SettingsProblem(f"--stages takes {', '.join(STAGES)}; found {', '.join(unknown) or 'none'}")
    return tuple(stage for stage in STAGES if stage in wanted)


def _run(settings: Any, kafka: KafkaSettings, stages: tuple[str, ...], log: Any, web_port: int | None) -> None:
    try:
        from alerts.adapters.faust_app import run_worker  # noqa: PLC0415
    except ImportError as error:
        raise SettingsProblem(f'a Kafka client is missing ({error.name}): pip install "alerts[kafka]"') from error
    from alerts.adapters.kafka.reach import until_reached  # noqa: PLC0415
    from alerts.adapters.prometheus import Metrics  # noqa: PLC0415
    from alerts.entrypoints.kafka_worker import Worker  # noqa: PLC0415

    metrics = Metrics(log)
    one = Worker(settings, kafka, stages=stages, log=log, metrics=metrics)
    problems: list[SettingsProblem] = []

    async def run(stopping: asyncio.Event) -> None:
        try:
            await one.run(stopping)
        except SettingsProblem as problem:
            problems.append(problem)
            # Raised here, Faust would log it as a crash, twice and with its stack; so the worker is stopped instead.
            if not stopping.is_set():
                signal.raise_signal(signal.SIGTERM)

    # Faust gives up at once where no broker answers.
    asyncio.run(until_reached(one.cluster, metrics))
    try:
        run_worker(one.cluster, web_port=web_port, run=run, control=one.control)
    finally:
        if problems:
            raise problems[0]
