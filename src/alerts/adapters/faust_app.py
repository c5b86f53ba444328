"""The Faust worker that hosts the Kafka runtime: its life cycle, web port and control topic. The one door to Faust.

Faust runs nothing that counts: its agents acknowledge records that raised, and a table write costs it a millisecond.
The stages are one `mode.Service` beside its agents.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn
from uuid import uuid4

import faust
import mode
from faust.auth import SASLCredentials, SSLCredentials

from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.topics import CONTROL

_STOP_SECONDS = 30.0

Control = Callable[[Mapping[str, Any]], None]
Run = Callable[[asyncio.Event], Awaitable[None]]


def run_worker(cluster: Cluster, *, web_port: int | None, run: Run, control: Control) -> NoReturn:
    """Run a Faust worker until a signal stops it, or the stages fail; then exit with 0, or with 1.

    Args:
        cluster: The cluster.
        web_port: Faust's own web port (its statistics); None opens none.
        run: Runs the stages until the event is set, and then ends in good order.
        control: Takes one command from the control topic.
    """
    # Faust wants a folder; nothing that it keeps there matters.
    with TemporaryDirectory(prefix="alerts-faust-") as folder:
        app = _app(cluster, Path(folder), web_port)
        _add_control(app, cluster, control)
        _add_stages(app, run)
        worker = _Worker(app, quiet=True, redirect_stdouts=False, override_logging=False, workdir=Path.cwd())
        # Its escape sequences would stand before the first line of a log that programs read.
        worker.spinner = None
        worker.execute_from_commandline()


class _Worker(faust.Worker):
    """Stops in good order at the first signal, exits at once at the second; leaves logging as it is."""

    def _setup_logging(self) -> None:
        """Leave logging as `configure_logs` made it."""

    def _schedule_shutdown(self, signal: signal.Signals) -> None:
        if self._signal_stop_time:
            os._exit(130)
        super()._schedule_shutdown(signal)


def _app(cluster: Cluster, folder: Path, web_port: int | None) -> faust.App:
    settings = cluster.settings
    name = f"{settings.instance or socket.gethostname()}-{uuid4().hex[:12]}"
    return faust.App(
        # A group of its own for each start: every worker hears every command, and none waits for the session of the
        # one that was killed before it (Faust's is a minute).
        f"{settings.prefix}alerts-worker-{name}",
        broker=";".join(f"kafka://{one.strip()}" for one in settings.bootstrap.split(",")),
        broker_credentials=_credentials(cluster),
        datadir=folder,
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="latest",
        web_enabled=web_port is not None,
        web_port=web_port or 6066,
        web_bind="127.0.0.1",
        web_host="127.0.0.1",
        web_tables_enabled=False,
        autodiscover=False,
    )


def _credentials(cluster: Cluster) -> Any:
    security = cluster.security
    tls = security.get("ssl_context")
    if "sasl_mechanism" in security:
        return SASLCredentials(
            username=security["sasl_plain_username"],
            password=security["sasl_plain_password"],
            mechanism=security["sasl_mechanism"],
            ssl_context=tls,
        )
    return SSLCredentials(context=tls) if tls is not None else None


def _add_control(app: faust.App, cluster: Cluster, control: Control) -> None:
    topic = app.topic(cluster.topic(CONTROL), value_type=bytes, value_serializer="raw", partitions=1)

    @app.agent(topic, name="control")
    async def take_commands(stream: Any) -> None:
        async for value in stream:
            control(_command(value))


def _command(value: bytes | None) -> Mapping[str, Any]:
    """Return a command; what is none becomes an empty one, which nobody knows."""
    import msgspec  # noqa: PLC0415

    try:
        command = msgspec.json.decode(value or b"")
    except msgspec.MsgspecError:
        return {}
    return command if isinstance(command, dict) else {}


def _add_stages(app: faust.App, run: Run) -> None:
    @app.service
    class Stages(mode.Service):
        """All that this worker runs beside Faust's own parts."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.stopping = asyncio.Event()
            self.ended = asyncio.Event()

        @mode.Service.task
        async def _run(self) -> None:
            try:
                await run(self.stopping)
            finally:
                self.ended.set()

        async def on_stop(self) -> None:
            self.stopping.set()
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await self.ended.wait()
            except TimeoutError:
                logging.getLogger("alerts").warning("The stages did not end in time; what is unfinished is done again.")
