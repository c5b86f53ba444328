"""What the verbs on rules share: the files that a command line names, compiled."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import typer

from alerts.adapters.files import SUFFIXES, read_packs
from alerts.domain.errors import SettingsProblem
from alerts.ruleset.compiler import Compilation, compile_packs
from alerts.ruleset.diagnostics import RuleProblem
from alerts.ruleset.nodes import SourceFile

FAULTS = 1
USAGE = 2
DEFAULT_FOLDER = Path("rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Rule files with what they compile to. `problems` are those of the files that were named."""

    files: Sequence[SourceFile]
    compilation: Compilation
    problems: Sequence[RuleProblem]

    @property
    def texts(self) -> Mapping[str, str]:
        """The files' texts by path."""
        return {file.path: file.text for file in self.files}


def load(paths: Sequence[Path], *, verb: str) -> Loaded:
    """Read and compile what paths name: folders of packs, or single files with the folder that they lie in.

    Exits with `USAGE` when a path is not there or a folder cannot be read.
    """
    wanted = list(paths) or [DEFAULT_FOLDER]
    try:
        files = _read(wanted)
    except SettingsProblem as problem:
        fail(verb, str(problem))
    from alerts.adapters.actor_names import open_actor_names  # noqa: PLC0415 - the lexicon is read only for rules
    from alerts.adapters.gazetteer import open_gazetteer  # noqa: PLC0415 - the gazetteer takes a moment to open

    compilation = compile_packs(files, open_gazetteer(), actors=open_actor_names())
    shown = [problem for problem in compilation.problems if _is_named(problem.path, wanted)]
    return Loaded(files=files, compilation=compilation, problems=shown)


def _read(paths: Sequence[Path]) -> list[SourceFile]:
    found: dict[str, SourceFile] = {}
    for path in paths:
        if not path.exists():
            raise SettingsProblem(f"there is no file or folder {path}")
        if path.is_file() and path.suffix not in SUFFIXES:
            raise SettingsProblem(f"{path} is no rule file: its name ends in none of {', '.join(sorted(SUFFIXES))}")
        folder = path if path.is_dir() else path.parent
        shown_as = "" if folder == Path() else folder.as_posix()
        found |= {file.path: file for file in read_packs(folder, shown_as=shown_as)}
    return list(found.values())


def _is_named(path: str, wanted: Sequence[Path]) -> bool:
    return any(named.is_dir() or Path(path) == named for named in wanted)


def fail(verb: str, message: str) -> NoReturn:
    """Say what is wrong with how a verb was called, and exit."""
    print(f"alerts {verb}: {message}", file=sys.stderr)
    raise typer.Exit(USAGE)
