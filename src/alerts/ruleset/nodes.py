"""What rule text is read into: a tree of texts, lists and mappings, each knowing where it stands. No YAML here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file of a rule pack. `path` is relative to the folder of packs, with `/`."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands: lines and columns count from 1 in code points; `width` is what a caret underlines."""

    path: str
    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A scalar, always as text: `NO` and `1.0` stay what was written. `quoted` is False for a plain scalar."""

    value: str
    at: Position
    quoted: bool = False
    size: int = field(default=1, compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written (`key:` with no value)."""
        return not self.quoted and not self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    at: Position
    size: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of a mapping with its value."""

    key: Text
    value: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A mapping from text keys, in file order."""

    entries: Mapping[str, Entry]
    at: Position
    size: int = field(default=1, compare=False)

    def get(self, name: str) -> Node | None:
        """Return the value of a key, or None when it is absent."""
        entry = self.entries.get(name)
        return entry.value if entry else None


Node = Text | Items | Fields

Plain = str | list["Plain"] | dict[str, "Plain"]


def plain(node: Node) -> Plain:
    """Return a tree without positions, every scalar as text."""
    if isinstance(node, Text):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {name: plain(entry.value) for name, entry in node.entries.items()}
