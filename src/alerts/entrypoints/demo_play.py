"""Playing the sample day: what runs, what goes in, and when it is over."""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from alerts.adapters.http_client import json_client
from alerts.adapters.local_receiver import Received, receiving
from alerts.adapters.logs import Log
from alerts.adapters.parser_process import ParserProcesses
from alerts.adapters.prometheus import Metrics
from alerts.adapters.sqlite_view import StoreView
from alerts.config import Settings
from alerts.delivery.signing import parse_secret
from alerts.domain.errors import SettingsProblem
from alerts.entrypoints.embedded import Running, running_with
from alerts.entrypoints.sample_day import Post, sample_day
from alerts.entrypoints.silences import Silence, silences
from alerts.pipeline.embedded import STAGE_TOPICS

# Between two posts: the day is read in order, and a person can follow it.
_GAP = timedelta(milliseconds=40)
_DAY_DEADLINE = timedelta(minutes=3)
_POLL = timedelta(milliseconds=50)

_SUBSCRIPTION = """\
id: demo
url: {url}
secret_file: secret
allow_private_network: true
"""


class Show(Protocol):
    """Where the demo shows what happens."""

    def begin(self, runtime: Running, posts: Sequence[Post]) -> None:
        """The day begins."""
        ...

    def alert(self, received: Received) -> None:
        """A webhook came whose signature verified."""
        ...

    def end(self, runtime: Running, silent: Sequence[Silence], *, stays: bool) -> None:
        """The day is over."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """What the day is played with: where it is shown, and parts that load before the rest."""

    show: Show
    log: Log
    metrics: Metrics
    parser: ParserProcesses


async def play(stage: Stage, *, rules: Path | None, stay: bool) -> None:
    """Play the day and show it; with `stay`, keep the runtime up until cancelled.

    Raises:
        SettingsProblem: The rules cannot be read, or the day did not end in time.
    """
    posts = list(sample_day(datetime.now(UTC)))
    show = stage.show
    async with _scene(stage, rules or shipped_rules()) as (runtime, came):
        show.begin(runtime, posts)
        showing = asyncio.create_task(_show(show, came))
        try:
            await _played(runtime, posts, came)
            show.end(runtime, await silences(runtime, posts), stays=stay)
            if stay:
                await runtime.work
        finally:
            showing.cancel()


async def _played(runtime: Running, posts: Sequence[Post], came: asyncio.Queue[Received]) -> None:
    try:
        async with asyncio.timeout(_DAY_DEADLINE.total_seconds()):
            await _until(runtime, runtime.is_ready)
            await _feed(runtime, posts)
            await caught_up(runtime)
            await came.join()
    except TimeoutError as error:
        raise SettingsProblem("the sample day did not end in time: the machine may be too busy") from error


def shipped_rules() -> Path:
    """Return the folder of the rule packs that ship: in the package, or in the checkout it is installed from."""
    packaged = Path(str(files("alerts"))) / "data" / "rules"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "rules"


@asynccontextmanager
async def _scene(stage: Stage, rules: Path) -> AsyncIterator[tuple[Running, asyncio.Queue[Received]]]:
    secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    with TemporaryDirectory(prefix="alerts-demo-") as folder:
        async with receiving(parse_secret(secret), lambda: datetime.now(UTC)) as (url, came):
            subscriptions = Path(folder) / "subscriptions"
            subscriptions.mkdir()
            (subscriptions / "secret").write_text(secret)
            (subscriptions / "demo.yaml").write_text(_SUBSCRIPTION.format(url=url))
            settings = _settings(rules, Path(folder))
            async with running_with(settings, log=stage.log, metrics=stage.metrics, parser=stage.parser) as runtime:
                yield runtime, came


def _settings(rules: Path, folder: Path) -> Settings:
    """Return settings of the demo's own, whatever the environment says."""
    return Settings(
        rules=rules,
        subscriptions=folder / "subscriptions",
        data=folder / "data",
        host="127.0.0.1",
        port=0,
        token_file=None,
        parsers=1,
        parser_pipeline=None,
    )


async def _show(show: Show, came: asyncio.Queue[Received]) -> None:
    while True:
        show.alert(await came.get())
        came.task_done()


async def _feed(runtime: Running, posts: Sequence[Post]) -> None:
    async with json_client() as client:
        for post in posts:
            status, answer = await client.post(f"{runtime.url}/v1/reports", post.body)
            if status != 202:
                raise SettingsProblem(f"a report of the sample day was refused: {answer}")
            await asyncio.sleep(_GAP.total_seconds())


async def caught_up(runtime: Running) -> None:
    """Return when everything accepted so far has gone through every stage, and no delivery waits."""
    view = StoreView(runtime.store)
    for stage, topics in STAGE_TOPICS.items():
        for topic in topics:
            ends = await view.ends(topic)
            await _until(runtime, partial(view.has_read, stage, topic, ends))
    await _until(runtime, view.nothing_to_deliver)


async def _until(runtime: Running, holds: Callable[[], Awaitable[bool]]) -> None:
    """Look until something holds. What a stage has read is asked of the store: nobody is told of it."""
    while not await holds():
        if runtime.work.done():
            runtime.work.result()
        await asyncio.sleep(_POLL.total_seconds())
