"""`alerts check`: every fault of every rule file at once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from alerts import __version__
from alerts.entrypoints.rule_files import FAULTS, Loaded, load
from alerts.ruleset import rendering
from alerts.ruleset.diagnostics import Level, RuleProblem


class Format(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="check", epilog="Exit codes: 0 no faults (warnings may be shown), 1 faults, 2 wrong usage.")(check)


def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Folders of packs, or rule files. Default: rules")] = None,
    form: Annotated[Format, typer.Option("--format", help="How problems are printed.")] = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Count warnings as faults.")] = False,
) -> None:
    """Check rule files and show every fault with its line, its cause and what to do.

    Examples: alerts check · alerts check rules/syria --format github · alerts check rules --strict
    """
    loaded = load(paths or [], verb="check")
    print(_shown(loaded, form))
    failing = loaded.problems if strict else [p for p in loaded.problems if p.level is Level.ERROR]
    if failing:
        raise typer.Exit(FAULTS)


def _shown(loaded: Loaded, form: Format) -> str:
    problems = loaded.problems
    if form is Format.JSON:
        return rendering.as_json(problems)
    if form is Format.GITHUB:
        return rendering.as_github(problems)
    if form is Format.SARIF:
        return rendering.as_sarif(problems, version=__version__)
    parts = [rendering.as_text(problems, loaded.texts)] if problems else []
    return "\n\n".join([*parts, _total(loaded, problems)])


def _total(loaded: Loaded, problems: Sequence[RuleProblem]) -> str:
    packs = loaded.compilation.packs.values()
    rules = sum(len(pack.rules) for pack in packs)
    errors = sum(1 for problem in problems if problem.level is Level.ERROR)
    good = sum(1 for pack in packs if pack.is_good)
    return f"{good} of {len(packs)} packs sound, {rules} rules; {errors} faults, {len(problems) - errors} warnings"
