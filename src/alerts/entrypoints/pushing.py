"""`alerts rules push|list` and `alerts subscriptions push|list`: what is in force on a Kafka cluster."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.adapters.clock import WallClock
from alerts.domain.errors import SettingsProblem
from alerts.domain.ids import digest
from alerts.entrypoints.rule_files import FAULTS, load
from alerts.entrypoints.topics import on_cluster
from alerts.entrypoints.worker import kafka_settings
from alerts.pipeline.messages import PushedFile, PushedFiles
from alerts.ruleset import rendering
from alerts.ruleset.diagnostics import Level

# Files that packs name, such as lists of places, travel under a key of their own.
_BESIDE = "files/"


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    rules = typer.Typer(help="The rules in force on a Kafka cluster.", no_args_is_help=True)
    rules.command(name="push")(push_rules)
    rules.command(name="list")(list_rules)
    app.add_typer(rules, name="rules")
    subscriptions = typer.Typer(help="The subscriptions in force on a Kafka cluster.", no_args_is_help=True)
    subscriptions.command(name="push")(push_subscriptions)
    subscriptions.command(name="list")(list_subscriptions)
    app.add_typer(subscriptions, name="subscriptions")


def push_rules(
    folder: Annotated[Path, typer.Argument(help="Folder of the rule packs.")],
    effective_in: Annotated[float, typer.Option(min=5, help="Seconds until the push takes force everywhere.")] = 10.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")] = False,
) -> None:
    """Check a folder of packs and put it into force as a whole, at one moment on every worker.

    Packs that the folder no longer has go out of force. One fault anywhere, and nothing is pushed.
    Exit codes: 0 pushed, 1 the rules have faults, 2 wrong usage or no cluster.
    """
    loaded = load([folder], verb="rules push")
    if any(problem.level is Level.ERROR for problem in loaded.problems) or not loaded.compilation.is_sound:
        print(rendering.as_text(loaded.problems, loaded.texts), file=sys.stderr)
        print("alerts rules push: nothing was pushed", file=sys.stderr)
        raise typer.Exit(FAULTS)
    below = "" if folder == Path() else f"{folder.as_posix()}/"
    files = [PushedFile(path=file.path.removeprefix(below), text=file.text) for file in loaded.files]
    packs = {name: {path.removeprefix(below) for path in pack.paths} for name, pack in loaded.compilation.packs.items()}
    in_packs = {path for paths in packs.values() for path in paths}
    by_id = {name: [file for file in files if file.path in paths] for name, paths in packs.items()}
    by_id |= {f"{_BESIDE}{file.path}": [file] for file in files if file.path not in in_packs}
    _push("rules", by_id, effective_in=effective_in, dry_run=dry_run)


def push_subscriptions(
    folder: Annotated[Path, typer.Argument(help="Folder of the subscription files.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, change nothing.")] = False,
) -> None:
    """Check a folder of subscription files and put it into force. Secrets stay where they are.

    Files name their secrets (`secret_file`, `secret_env`); each worker reads those from its own folder and environment.
    Exit codes: 0 pushed, 1 a file has faults, 2 wrong usage or no cluster.
    """
    import os  # noqa: PLC0415

    from alerts.adapters.subscriptions import SUFFIXES, read_subscriptions  # noqa: PLC0415

    try:
        loaded = read_subscriptions(folder, os.environ)
    except SettingsProblem as problem:
        print(f"alerts subscriptions push: {problem}", file=sys.stderr)
        raise typer.Exit(2) from problem
    if not folder.is_dir():
        print(f"alerts subscriptions push: there is no folder {folder}", file=sys.stderr)
        raise typer.Exit(2)
    if loaded.problems:
        for fault in loaded.problems:
            print(fault, file=sys.stderr)
        print("alerts subscriptions push: nothing was pushed", file=sys.stderr)
        raise typer.Exit(FAULTS)
    paths = [path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES and not path.name.startswith(".")]
    by_id = {path.name: [PushedFile(path=path.name, text=path.read_text("utf-8"))] for path in paths}
    _push("subscriptions", by_id, effective_in=0.0, dry_run=dry_run)


def list_rules() -> None:
    """List the packs in force, with the moment from which each is."""
    _list("rules")


def list_subscriptions() -> None:
    """List the subscription files in force, with the moment from which each is."""
    _list("subscriptions")


def _push(topic: str, by_id: dict[str, list[PushedFile]], *, effective_in: float, dry_run: bool) -> None:
    from alerts.adapters.kafka.cluster import Cluster  # noqa: PLC0415
    from alerts.adapters.kafka.pushing import in_force, push  # noqa: PLC0415
    from alerts.adapters.logs import Log  # noqa: PLC0415
    from alerts.adapters.prometheus import Metrics  # noqa: PLC0415

    effective_at = WallClock().now() + timedelta(seconds=effective_in)
    parts = (part for files in by_id.values() for file in files for part in (file.path, file.text))
    version = digest(parts, size_bytes=8)
    wanted = {
        name: PushedFiles(id=name, files=tuple(files), effective_at=effective_at, version=version)
        for name, files in by_id.items()
    }

    async def run() -> list[str]:
        cluster = Cluster(kafka_settings())
        there = await in_force(cluster, topic, observer=Metrics(Log()))
        changed = [one for name, one in wanted.items() if name not in there or there[name].files != one.files]
        gone = [
            PushedFiles(id=name, files=(), effective_at=effective_at, version=version)
            for name in there.keys() - wanted.keys()
        ]
        if not dry_run:
            await push(cluster, topic, [*changed, *gone])
        said = [f"{'changed' if one.id in there else 'new'}: {one.id}" for one in changed]
        return sorted([*said, *(f"gone: {one.id}" for one in gone)])

    said = on_cluster(f"{topic} push", run)
    _say(said, effective_at=effective_at.isoformat(timespec="seconds"), dry_run=dry_run)


def _say(said: Sequence[str], *, effective_at: str, dry_run: bool) -> None:
    for line in said:
        print(line)
    if not said:
        print("nothing to change: what is in force is what the folder holds")
    elif dry_run:
        print("nothing was pushed (--dry-run)")
    else:
        print(f"in force from {effective_at}")


def _list(topic: str) -> None:
    from alerts.adapters.kafka.cluster import Cluster  # noqa: PLC0415
    from alerts.adapters.kafka.pushing import in_force  # noqa: PLC0415
    from alerts.adapters.logs import Log  # noqa: PLC0415
    from alerts.adapters.prometheus import Metrics  # noqa: PLC0415

    there: dict[str, Any] = on_cluster(
        f"{topic} list", lambda: in_force(Cluster(kafka_settings()), topic, observer=Metrics(Log()))
    )
    for name, pushed in sorted(there.items()):
        print(f"{name}  since {pushed.effective_at.isoformat(timespec='seconds')}  version {pushed.version}")
    if not there:
        print("nothing is in force")
