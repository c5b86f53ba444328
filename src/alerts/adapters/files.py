"""Rule packs on disk: which files are read, and as what text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from alerts.domain.errors import SettingsProblem
from alerts.ruleset.nodes import SourceFile

SUFFIXES = frozenset({".yaml", ".yml", ".csv", ".geojson", ".json"})
FILES_MAX = 10_000
FILE_MAX_BYTES = 20_000_000
DEPTH_MAX = 8


def read_packs(folder: Path, *, shown_as: str = "") -> tuple[SourceFile, ...]:
    """Return every rule file below a folder, and the CSV and GeoJSON files beside them, by path.

    Args:
        folder: A folder of packs, or a link to one.
        shown_as: What paths in problems begin with; they are relative to the folder without it.

    Folders and files whose name begins with a dot (`..data` of a mounted config map, `.git`) and what editors leave
    behind are not read; a link to a file or folder is. A byte that is not UTF-8 becomes a character that the compiler
    refuses where it stands.

    Raises:
        SettingsProblem: The folder is not there, or holds more or larger files than are read.
    """
    if not folder.is_dir():
        raise SettingsProblem(f"there is no folder {folder}: name the folder that holds the rule packs")
    found: list[SourceFile] = []
    for path in _files(folder, frozenset(), 0):
        if len(found) >= FILES_MAX:
            raise SettingsProblem(f"{folder} holds more than {FILES_MAX:,} rule files")
        relative = path.relative_to(folder).as_posix()
        found.append(SourceFile(path=f"{shown_as}/{relative}" if shown_as else relative, text=_text(path)))
    return tuple(sorted(found, key=lambda file: file.path))


def _files(folder: Path, above: frozenset[Path], depth: int) -> Iterator[Path]:
    real = folder.resolve()
    if real in above or depth > DEPTH_MAX:  # a link that leads back up
        return
    for path in sorted(folder.iterdir()):
        if _is_passed_over(path.name):
            continue
        if path.is_dir():
            yield from _files(path, above | {real}, depth + 1)
        elif path.suffix in SUFFIXES and path.is_file():
            yield path


def _is_passed_over(name: str) -> bool:
    return name.startswith((".", "#", "~")) or name.endswith(("~", ".tmp", ".swp", ".bak"))


def _text(path: Path) -> str:
    with path.open("rb") as file:
        read = file.read(FILE_MAX_BYTES + 1)
    if len(read) > FILE_MAX_BYTES:
        raise SettingsProblem(f"{path.name} has more than {FILE_MAX_BYTES:,} bytes, which no rule file has")
    return read.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
