"""Playing the sample day on a runtime: what goes in, who is told, and when it is over."""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from alerts.adapters.http_client import json_client
from alerts.adapters.local_receiver import Received, receiving
from alerts.delivery.signing import parse_secret
from alerts.domain.errors import SettingsProblem
from alerts.entrypoints.demo_ports import Runtime, Show, View
from alerts.entrypoints.sample_day import Post, sample_day
from alerts.entrypoints.silences import silences
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where a runtime of the demo finds and keeps what."""

    rules: Path
    subscriptions: Path
    """Holds one subscription, and its secret."""
    home: Path
    """For whatever else it keeps; all but the rules is deleted at the end."""


Starts = Callable[[Folders, Show], AbstractAsyncContextManager[Runtime]]


async def play(show: Show, starts: Starts, *, rules: Path | None, stay: bool) -> None:
    """Play the day and show it; with `stay`, keep the runtime up until cancelled.

    Raises:
        SettingsProblem: The rules cannot be read, or the day did not end in time.
    """
    posts = list(sample_day(datetime.now(UTC)))
    async with _folders(rules or shipped_rules()) as (folders, came), starts(folders, show) as runtime:
        await _until(runtime.is_ready, runtime.check)
        show.begin(runtime.url, posts)
        showing = asyncio.create_task(_show(show, came))
        try:
            await _played(runtime, posts, came)
            show.end(runtime.url, await silences(runtime.view, runtime.ruleset(), posts), stays=stay)
            if stay:
                await runtime.stay()
        finally:
            showing.cancel()


async def _played(runtime: Runtime, posts: Sequence[Post], came: asyncio.Queue[Received]) -> None:
    try:
        async with asyncio.timeout(_DAY_DEADLINE.total_seconds()):
            await _feed(runtime, posts)
            await caught_up(runtime.view, runtime.check)
            await came.join()
    except TimeoutError as error:
        raise SettingsProblem("the sample day did not end in time: the machine may be too busy") from error


def shipped_rules() -> Path:
    """Return the folder of the rule packs that ship: in the package, or in the checkout it is installed from."""
    packaged = Path(str(files("alerts"))) / "data" / "rules"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "rules"


@asynccontextmanager
async def _folders(rules: Path) -> AsyncIterator[tuple[Folders, asyncio.Queue[Received]]]:
    """Give folders with a subscription of a receiver of our own, and the queue of what it gets."""
    secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    with TemporaryDirectory(prefix="alerts-demo-", ignore_cleanup_errors=True) as folder:
        async with receiving(parse_secret(secret), lambda: datetime.now(UTC)) as (url, came):
            subscriptions = Path(folder) / "subscriptions"
            subscriptions.mkdir()
            (subscriptions / "secret").write_text(secret)
            (subscriptions / "demo.yaml").write_text(_SUBSCRIPTION.format(url=url))
            yield Folders(rules=rules, subscriptions=subscriptions, home=Path(folder)), came


async def _show(show: Show, came: asyncio.Queue[Received]) -> None:
    while True:
        show.alert(await came.get())
        came.task_done()


async def _feed(runtime: Runtime, posts: Sequence[Post]) -> None:
    async with json_client() as client:
        for number, post in enumerate(posts, start=1):
            status, answer = await client.post(f"{runtime.url}/v1/reports", post.body)
            if status != 202:
                raise SettingsProblem(f"a report of the sample day was refused: {answer}")
            await runtime.after(number, len(posts))
            await asyncio.sleep(_GAP.total_seconds())


async def caught_up(view: View, check: Callable[[], None]) -> None:
    """Return when everything accepted so far has gone through every stage, and no delivery waits.

    Args:
        view: Looks at the runtime.
        check: Raises what ended the runtime, if it has ended.
    """
    for stage, topics in STAGE_TOPICS.items():
        for topic in topics:
            ends = await view.ends(topic)
            await _until(partial(view.has_read, stage, topic, ends), check)
    await _until(view.nothing_to_deliver, check)


async def _until(holds: Callable[[], Awaitable[bool]], check: Callable[[], None]) -> None:
    """Look until something holds. What a stage has read is asked of the store: nobody is told of it."""
    while not await holds():
        check()
        await asyncio.sleep(_POLL.total_seconds())
