"""The one door to PyYAML: rule text to a tree with positions.

Only YAML's structure is taken from it. Every scalar stays text, so that nothing hangs on YAML 1.1 against 1.2
(`NO`, `on`, `1_000`, `12:30`); the schema converts by key. Read from events rather than composed, so that nesting,
aliases and duplicate keys are bounded and seen here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from alerts.ruleset import traps
from alerts.ruleset.diagnostics import Problems
from alerts.ruleset.nodes import Entry, Fields, Items, Node, Position, SourceFile, Text

# A pack of 2,000 rules with examples measures about 1 MB; ten times that is not a rule file.
CHARACTERS_MAX = 10_000_000
ALIASED_MAX = 100_000
"""Values that aliases stand for, written out: a few lines of nested aliases can stand for billions."""
DEPTH_MAX = 60

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class _Refused(Exception):
    """Reading stops here; the problem is already noted."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    at: Position
    anchor: str | None
    is_mapping: bool
    in_flow: bool
    children: list[Node] = field(default_factory=list)


def read(file: SourceFile, problems: Problems) -> Node | None:
    """Return the tree of one file, or None when it cannot be read or holds nothing; the reasons go to `problems`."""
    at = Position(file.path, 1, 1)
    if len(file.text) > CHARACTERS_MAX:
        problems.error(at, "too-large", f"the file has {len(file.text):,} characters, {CHARACTERS_MAX:,} are read")
        return None
    unreadable = traps.unreadable_character(file)
    if unreadable:
        problems.error(*unreadable)
        return None
    try:
        return _Reader(file, problems).tree()
    except _Refused:
        return None
    except yaml.MarkedYAMLError as fault:
        _note_syntax(fault, file, problems)
        return None
    except (yaml.YAMLError, UnicodeError) as fault:
        problems.error(at, "yaml-syntax", f"this cannot be read as YAML: {type(fault).__name__}")
        return None


class _Reader:
    """Builds one file's tree from the parser's events, without recursion."""

    def __init__(self, file: SourceFile, problems: Problems) -> None:
        self._file = file
        self._problems = problems
        self._lines = file.text.split("\n")
        self._anchors: dict[str, Node | None] = {}
        self._open: list[_Open] = []
        self._roots: list[Node] = []
        self._aliased_size = 0

    def tree(self) -> Node | None:
        for event in self._events():
            self._take(event)
        if not self._roots or (isinstance(self._roots[0], Text) and self._roots[0].is_empty):
            self._problems.error(Position(self._file.path, 1, 1), "empty-file", "the file holds no rules")
            return None
        return self._roots[0]

    def _events(self) -> Iterator[yaml.Event]:
        yield from yaml.parse(self._file.text, Loader=_LOADER)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent) and self._roots:
            hint = "move it to a file of its own; a pack may span files"
            raise self._refused(self._at(event), "second-document", "a second YAML document begins here", hint)
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event), event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._aliased(event), None)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end()

    def _begin(self, event: yaml.CollectionStartEvent) -> None:
        self._check_tag(event)
        if len(self._open) >= DEPTH_MAX:
            raise self._refused(self._at(event), "too-deep", f"nested more than {DEPTH_MAX} levels deep")
        if event.anchor:
            self._anchors[event.anchor] = None
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(self._at(event), event.anchor, is_mapping, bool(event.flow_style)))

    def _end(self) -> None:
        done = self._open.pop()
        size = 1 + sum(child.size for child in done.children)
        node: Node
        if done.is_mapping:
            node = Fields(entries=self._entries(done), at=done.at, size=size)
        else:
            node = Items(items=tuple(done.children), at=done.at, size=size)
        self._add(node, done.anchor)

    def _entries(self, done: _Open) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key, value in zip(done.children[::2], done.children[1::2], strict=True):
            if not isinstance(key, Text):
                self._problems.error(key.at, "key-not-text", "a key must be a word", traps.AFTER_BRACE)
            elif key.value in entries:
                first = entries[key.value].key.at.line
                message = f"the key `{key.value}` stands twice in this mapping; the first is in line {first}"
                self._problems.error(key.at, "duplicate-key", message, "write both values as one list, or remove one")
            elif done.in_flow and isinstance(value, Text) and traps.stands_alone(key, value):
                self._problems.error(key.at, *traps.unquoted_comma(key, [e.value for e in entries.values()]))
            elif key.value == "<<":
                hint = "YAML 1.2 has no merge key: name what is shared as a filter and `use` it"
                self._problems.error(key.at, "merge-key", "`<<` merges nothing here", hint)
            else:
                entries[key.value] = Entry(key=key, value=value)
        return entries

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = node
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._roots.append(node)

    def _scalar(self, event: yaml.ScalarEvent) -> Text:
        self._check_tag(event)
        quoted = event.style not in {None, ""}
        text = Text(value=event.value, at=self._at(event), quoted=quoted)
        if not quoted:
            for trap in traps.in_plain(text, rest=self._rest_of_line(event)):
                self._problems.error(*trap)
        return text

    def _rest_of_line(self, event: yaml.ScalarEvent) -> str:
        end = event.end_mark
        return self._lines[end.line][end.column :] if end and end.line < len(self._lines) else ""

    def _aliased(self, event: yaml.AliasEvent) -> Node:
        at = self._at(event)
        name = event.anchor or ""
        node = self._anchors.get(name)
        if node is None:
            message = f"`*{name}` stands inside itself" if name in self._anchors else f"no anchor `&{name}` before this"
            raise self._refused(at, "unknown-alias", message, traps.STAR_IS_ALIAS)
        self._aliased_size += node.size
        if self._aliased_size > ALIASED_MAX:
            raise self._refused(at, "too-large", f"the aliases up to here stand for more than {ALIASED_MAX:,} values")
        return node

    def _check_tag(self, event: yaml.NodeEvent) -> None:
        tag = getattr(event, "tag", None)
        if tag and tag not in {"!", "tag:yaml.org,2002:str"}:
            raise self._refused(
                self._at(event), "yaml-tag", f"`{tag}` is a YAML tag, which rules do not use", traps.BANG_IS_TAG
            )

    def _at(self, event: yaml.Event) -> Position:
        start, end = event.start_mark, event.end_mark
        assert start is not None, event
        assert end is not None, event
        width = end.column - start.column if end.line == start.line else len(self._lines[start.line]) - start.column
        return Position(self._file.path, start.line + 1, start.column + 1, max(1, width))

    def _refused(self, at: Position, code: str, message: str, hint: str = "") -> _Refused:
        self._problems.error(at, code, message, hint)
        return _Refused()


def _note_syntax(fault: yaml.MarkedYAMLError, file: SourceFile, problems: Problems) -> None:
    mark = fault.problem_mark or fault.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    said = " ".join(part for part in (fault.context, fault.problem) if part)
    problems.error(*traps.explain_syntax(file, line, column, said=said))
