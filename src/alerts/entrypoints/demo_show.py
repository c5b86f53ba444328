"""The demo for people, and for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import cast

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from alerts.adapters.local_receiver import Received
from alerts.entrypoints.sample_day import Post
from alerts.entrypoints.silences import Silence

_COLOURS = {"critical": "bold red", "warning": "yellow", "info": "cyan"}
_QUOTES_SHOWN = 2
_SILENT_TEXT_CHARS = 80


class Screen:
    """Shows alerts as they come, then what stayed silent, then where to look."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._changes = 0

    def note(self, sentence: str) -> None:
        """Say what happens to the runtime."""
        self._console.print(f"[magenta]--[/] {escape(sentence)}\n")

    def begin(self, url: str, posts: Sequence[Post]) -> None:
        """Say what is about to happen."""
        sources = {str(cast("Mapping[str, object]", post.body["source"])["id"]) for post in posts}
        self._console.print(
            f"[bold]A sample day[/]: {len(posts)} reports of {len(sources)} sources go to {url}/v1/reports.\n"
            "What the rules find comes back as signed webhooks:\n"
        )

    def alert(self, received: Received) -> None:
        """Show one webhook with its evidence."""
        self._changes += 1
        change = _data(received)
        severity, title = str(change["severity"]), escape(str(change["title"]))
        colour = _COLOURS.get(severity, "white")
        self._console.print(
            f"[{colour}]{severity.upper():8}[/] [bold]{change['change']}[/] {title}"
            f" [dim]({change['reason']}, revision {change['revision']})[/]\n         {escape(str(change['summary']))}"
        )
        for quote in _evidence(change)[-_QUOTES_SHOWN:]:
            self._console.print(f'         "{escape(str(quote["quote"]))}" [dim]{escape(str(quote["source"]))}[/]')
        self._console.print(f"         [green]signature verified[/] [dim]{received.delivery_id}[/]\n")

    def end(self, url: str, silent: Sequence[Silence], *, stays: bool) -> None:
        """Show what stayed silent, and what to try next."""
        table = Table(title=f"{len(silent)} reports stayed silent", title_justify="left", box=None, padding=(0, 1))
        for heading in ("", "report", "why no alert"):
            table.add_column(heading, overflow="fold")
        for one in silent:
            table.add_row(one.clock, escape(one.text[:_SILENT_TEXT_CHARS]), escape(one.reason))
        self._console.print(table)
        self._console.print(f"\n{self._changes} webhooks, every signature verified.")
        if stays:
            self._console.print(_next_steps(url))


class JsonLines:
    """Writes one JSON object an alert when the day is over."""

    def __init__(self) -> None:
        self._alerts: dict[str, dict[str, object]] = {}

    def note(self, sentence: str) -> None:
        """Pass over what is no alert."""

    def begin(self, url: str, posts: Sequence[Post]) -> None:
        """Wait for alerts."""

    def alert(self, received: Received) -> None:
        """Keep the newest revision of each alert, and the changes that led to it."""
        change = _data(received)
        kept = self._alerts.get(str(change["alert_id"]), {})
        changes = [*cast("list[str]", kept.get("changes", [])), str(change["change"])]
        self._alerts[str(change["alert_id"])] = {**change, "changes": changes, "signature_verified": True}

    def end(self, url: str, silent: Sequence[Silence], *, stays: bool) -> None:
        """Write them."""
        for alert in self._alerts.values():
            sys.stdout.write(json.dumps(alert, ensure_ascii=False) + "\n")


def _data(received: Received) -> dict[str, object]:
    return cast("dict[str, object]", received.body["data"])


def _evidence(change: Mapping[str, object]) -> list[Mapping[str, object]]:
    return cast("list[Mapping[str, object]]", change["evidence"])


def _next_steps(url: str) -> str:
    post = '{"source":"me","text":"Fighters are within 3 km of Homs."}'
    return (
        "\n[bold]It is still running.[/] Look at\n"
        f"  {url}/metrics   what Prometheus sees\n"
        f"  {url}/readyz    whether work flows\n"
        "Send a report of your own and watch it come out here:\n"
        f"  curl -s {url}/v1/reports -d '{escape(post)}'\n"
        "Ctrl-C ends it. Then: alerts test rules/   alerts run --rules rules --data data"
    )
