"""`alerts ping`: a signed test message to the subscriptions' receivers, sent as an alert would be."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.delivery.outcomes import Answer
from alerts.delivery.payload import SOURCE
from alerts.domain.errors import SettingsProblem
from alerts.domain.subscription import Outcome, Subscription

if TYPE_CHECKING:
    from alerts.adapters.subscriptions import LoadedSubscriptions


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="ping")(ping)


def ping(
    ids: Annotated[list[str] | None, typer.Argument(help="Subscriptions to test; all of them without.")] = None,
    subscriptions: Annotated[Path, typer.Option(help="Folder of the subscription files.")] = Path("subscriptions"),
) -> None:
    """Send a signed test message to the receivers of subscriptions, and say how each one answered.

    It goes by the same signer, the same guard and the same rules as an alert. Exit code 1: some receiver did not take
    it; 2: the files have faults, or name no such subscription.
    """
    from alerts.adapters.subscriptions import read_subscriptions  # noqa: PLC0415 - `--help` needs none of it

    try:
        loaded = read_subscriptions(subscriptions, os.environ)
        chosen = _chosen(loaded.subscriptions, ids or ())
    except SettingsProblem as problem:
        print(f"alerts ping: {problem}", file=sys.stderr)
        raise typer.Exit(2) from problem
    for fault in loaded.problems:
        print(fault, file=sys.stderr)
    answers = asyncio.run(_send(chosen, loaded))
    for subscription, answer in zip(chosen, answers, strict=True):
        print(f"{subscription.id}: {_said(answer)}")
    if any(answer.outcome is not Outcome.DELIVERED for answer in answers):
        raise typer.Exit(1)
    if loaded.problems:
        raise typer.Exit(2)


def _chosen(subscriptions: Sequence[Subscription], ids: Sequence[str]) -> list[Subscription]:
    known = {one.id: one for one in subscriptions}
    unknown = [name for name in ids if name not in known]
    if unknown:
        there = ", ".join(known) or "none"
        raise SettingsProblem(f"no sound subscription is called {', '.join(unknown)}; there are: {there}")
    if not known:
        raise SettingsProblem("there are no sound subscriptions: docs/subscriptions.md says how to write one")
    return [known[name] for name in ids] if ids else list(subscriptions)


async def _send(subscriptions: Sequence[Subscription], loaded: LoadedSubscriptions) -> list[Answer]:
    from alerts.adapters.webhooks import WebhookSender  # noqa: PLC0415 - `--help` needs none of it

    async with WebhookSender(source=SOURCE, keys=lambda: loaded.keys) as sender:
        tries = (
            sender.ping(one.endpoint, message_id=f"p_{token_hex(12)}", now=datetime.now(UTC)) for one in subscriptions
        )
        return await asyncio.gather(*tries)


def _said(answer: Answer) -> str:
    milliseconds = answer.duration.total_seconds() * 1000
    verdict = "took it" if answer.outcome is Outcome.DELIVERED else "did not take it"
    parts = (str(answer.status) if answer.status else None, answer.error, f"{milliseconds:.0f} ms")
    return f"{verdict} ({', '.join(part for part in parts if part)})"
