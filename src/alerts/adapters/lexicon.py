"""The lexicon that ships, and a user's own folder beside it, read from YAML files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml

from alerts.adapters.classifier import open_classifier
from alerts.domain.errors import SettingsProblem
from alerts.domain.ids import digest
from alerts.extraction.lexicon import Lexicon
from alerts.extraction.lexicon_source import LexiconFile, build_lexicon

_FOLDERS = ("lexicons", "actors", "cues", "frames")


class _TextLoader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Reads every scalar as text, so that NO is Norway and 08 is "08"."""


def open_lexicon(folders: Iterable[Path] = ()) -> Lexicon:
    """Return the lexicon that ships, with the YAML files of more folders added.

    Raises:
        SettingsProblem: A file cannot be read or has faults.
    """
    own = tuple(_user_file(path) for folder in folders for path in sorted(folder.rglob("*.yaml")))
    return _with_classifier((*_shipped(), *own)) if own else _shipped_lexicon()


@cache
def _shipped_lexicon() -> Lexicon:
    return _with_classifier(_shipped())


def _with_classifier(content: Iterable[LexiconFile]) -> Lexicon:
    lexicon, classifier = build_lexicon(content), open_classifier()
    return replace(lexicon, classifier=classifier, digest=digest((lexicon.digest, classifier.digest)))


def _shipped() -> Iterator[LexiconFile]:
    root = files("alerts") / "data"
    for folder in _FOLDERS:
        for entry in sorted((root / folder).iterdir(), key=lambda item: item.name):
            if entry.name.endswith(".yaml"):
                yield _file(f"{folder}/{entry.name}", entry)


def _user_file(path: Path) -> LexiconFile:
    return replace(_file(str(path), path), own=True)


def _file(name: str, source: Traversable) -> LexiconFile:
    try:
        content = yaml.load(source.read_text(encoding="utf-8"), Loader=_TextLoader)  # noqa: S506 (text scalars only)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsProblem(f"{name}: not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise SettingsProblem(f"{name}: a lexicon file is a mapping, found {type(content).__name__}")
    return LexiconFile(name, content)
