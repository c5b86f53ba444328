"""`alerts topics create|check`: the topics of the Kafka runtime."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from alerts.domain.errors import SettingsProblem
from alerts.entrypoints.worker import kafka_settings

FAULTS = 1


def register(app: typer.Typer) -> None:
    """Add the verb."""
    topics = typer.Typer(
        help="Make and verify the topics of the Kafka runtime. ALERTS_KAFKA_BOOTSTRAP and its like say where.",
        no_args_is_help=True,
    )
    topics.command(name="create")(create)
    topics.command(name="check")(check)
    app.add_typer(topics, name="topics")


def create(
    partitions: Annotated[int | None, typer.Option(help="Partitions of each topic that a stage reads.")] = None,
    replication: Annotated[int | None, typer.Option(help="Copies of each partition.")] = None,
) -> None:
    """Create the topics that are missing, with their partitions, retention and compaction. Others are left alone."""
    from alerts.adapters.kafka import topics  # noqa: PLC0415
    from alerts.adapters.kafka.cluster import Cluster  # noqa: PLC0415

    def made() -> Coroutine[Any, Any, tuple[str, ...]]:
        return topics.create(Cluster(kafka_settings(partitions=partitions, replication=replication)))

    for name in sorted(on_cluster("topics create", made)):
        print(f"created {name}")


def check() -> None:
    """Say everything about the topics that is not as it must be. Exit codes: 0 nothing, 1 something, 2 no cluster."""
    from alerts.adapters.kafka import topics  # noqa: PLC0415
    from alerts.adapters.kafka.cluster import Cluster  # noqa: PLC0415

    found = on_cluster("topics check", lambda: topics.faults(Cluster(kafka_settings())))
    for fault in found:
        print(fault)
    if found:
        raise typer.Exit(FAULTS)
    print("all topics are as they must be")


def on_cluster(verb: str, make: Any) -> Any:
    """Run what `make` returns; a problem with the settings or the cluster ends the verb with one sentence."""
    import logging  # noqa: PLC0415

    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # the sentence says it

    async def run() -> Any:
        return await make()

    try:
        return asyncio.run(run())
    except SettingsProblem as problem:
        print(f"alerts {verb}: {problem}", file=sys.stderr)
        raise typer.Exit(2) from problem
