"""Bytes of a request to JSON values: one object, an array, or lines, each value with its place and its faults.

What a value means is `wire_reports`'. Here: UTF-8, JSON, and what JSON libraries let through or disagree about: keys
that stand twice, lone surrogates, NaN and Infinity, whole numbers past 64 bits (kept exact), endless nesting.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from typing import Final

from alerts.domain.errors import ReportRejected

ITEMS_MAX = 10_000

# One report with events and attributes has some hundred values; past this it is no report.
VALUES_MAX = 20_000

# Levels of nesting: an event's attributes are on the fourth.
DEPTH_MAX = 64

# Faults told of one report: the rest is likely more of the same.
FAULTS_MAX = 50

_WHITE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_LINES_LOOKED_AT = 10

_JSON_TYPES = frozenset({"application/json", "text/json"})
_LINES_TYPES = frozenset(f"application/{name}" for name in ("x-ndjson", "ndjson", "jsonl", "x-jsonlines", "jsonlines"))
# What clients send who do not think of it (`curl -d`, a plain socket): the body says what it is.
_SILENT_TYPES = frozenset({"", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"})


class BodyRefused(ReportRejected):
    """Nothing of a request's body can be read. `code` is stable; `status` is the HTTP status that says it best."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault of one report: where (a JSON pointer, RFC 6901), what was found and what to do."""

    pointer: str
    code: str
    detail: str
    status: int = 422


TOO_COMPLEX: Final = Fault(
    pointer="",
    code="too-complex",
    detail=f"more than {VALUES_MAX:,} values in one report, or more than {DEPTH_MAX} levels",
    status=413,
)


class Absent(Enum):
    """Stands for the value of an item that is not JSON: null is a value."""

    VALUE = "absent"


ABSENT: Final = Absent.VALUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One value of a body. `line` counts from 1 and is None where the body is not read by lines."""

    index: int
    value: object
    content: bytes
    """The item as it came, for dead letters."""
    line: int | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a request holds. `is_batch` is False for a single JSON object."""

    items: Sequence[Item]
    is_batch: bool


def read_body(content: bytes, content_type: str) -> Body:
    """Return the values of a body.

    Args:
        content: The body as received, uncompressed.
        content_type: The media type, without parameters; empty when none was sent.

    Raises:
        BodyRefused: It is of a foreign type, empty, not UTF-8, not JSON, or has too many items.
    """
    declared = content_type.strip().lower()
    is_json = declared in _JSON_TYPES or declared.endswith("+json")
    if not (is_json or declared in _LINES_TYPES or declared in _SILENT_TYPES):
        detail = f"a report is application/json or application/x-ndjson, found {declared[:80]!r}"
        raise BodyRefused(415, "unsupported-media-type", detail)
    held = content.removeprefix(_BOM)
    if not held.strip(_WHITE):
        raise BodyRefused(400, "empty-body", "the body is empty; send one report, an array of reports, or one a line")
    if declared in _LINES_TYPES:
        return _lines(held)
    return _whole_or_lines(held)


def _whole_or_lines(content: bytes) -> Body:
    try:
        value = _decoded(content)
    except BodyRefused:
        if _looks_like_lines(content):
            return _lines(content)
        raise
    if isinstance(value, list):
        _check_count(len(value))
        items = [_item(index, element, _again(element)) for index, element in enumerate(value)]
        return Body(items=items, is_batch=True)
    return Body(items=[_item(0, value, content)], is_batch=False)


def _looks_like_lines(content: bytes) -> bool:
    """Return whether a body that is not one JSON value is a batch by lines, some of them perhaps broken."""
    if not content.lstrip(_WHITE).startswith(b"{"):
        return False
    lines = [line for line in content.split(b"\n", _LINES_LOOKED_AT + 1)[: _LINES_LOOKED_AT + 1] if line.strip(_WHITE)]
    return len(lines) > 1 and any(_is_object(line) for line in lines)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_decoded(line), dict)
    except BodyRefused:
        return False


def _lines(content: bytes) -> Body:
    rows = [(number, row) for number, row in enumerate(content.split(b"\n"), 1) if row.strip(_WHITE)]
    _check_count(len(rows))
    return Body(items=[_line_item(index, number, row) for index, (number, row) in enumerate(rows)], is_batch=True)


def _line_item(index: int, number: int, row: bytes) -> Item:
    try:
        return _item(index, _decoded(row), row, line=number)
    except BodyRefused as refused:
        fault = Fault(pointer="", code=refused.code, detail=str(refused), status=refused.status)
        return Item(index=index, line=number, value=ABSENT, content=row, faults=(fault,))


def _item(index: int, value: object, content: bytes, *, line: int | None = None) -> Item:
    return Item(index=index, line=line, value=value, content=content, faults=tuple(_faults(value)))


def _check_count(count: int) -> None:
    if count > ITEMS_MAX:
        detail = f"{count:,} reports in one request; at most {ITEMS_MAX:,} are taken"
        raise BodyRefused(413, "too-many-items", detail)


class _Object(dict[str, object]):
    """A JSON object that remembers which of its keys stood more than once."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, object]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        made.twice = tuple(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return made


def _decoded(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        detail = f"not UTF-8: byte {error.start} is {content[error.start]:#04x}"
        raise BodyRefused(400, "not-utf8", detail) from error
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if b"\n" in content.strip(_WHITE) else ""
        detail = f"not JSON: {error.msg} at {line}column {error.colno}"
        raise BodyRefused(400, "not-json", detail) from error
    except RecursionError as error:
        raise BodyRefused(400, "too-deep", "nested too deep to be a report") from error
    except ValueError as error:  # a whole number of more digits than Python converts
        raise BodyRefused(400, "not-json", "a number has too many digits to be read") from error


def _again(value: object) -> bytes:
    """Return the JSON of one element of an array, for its dead letter."""
    try:
        return json.dumps(value).encode("ascii")
    except RecursionError:
        return b"(nested too deep to be written)"


# A place within a value: the place of what holds it, and a key or index. Written out only where a fault is.
_Path = tuple["_Path", object] | None


def _faults(value: object) -> list[Fault]:
    """Return what is wrong with a value's texts, numbers and keys, whatever they mean."""
    if _is_sound(value):
        return []
    found: list[Fault] = []
    for count, (depth, path, part) in enumerate(_parts(value)):
        if count >= VALUES_MAX or depth > DEPTH_MAX:
            return [*found, TOO_COMPLEX]
        found.extend(_part_faults(path, part))
        if len(found) >= FAULTS_MAX:
            break
    return found


def _is_sound(value: object) -> bool:
    """Return whether nothing is wrong with a value: what nearly all are, told without a look at where it is."""
    level, count = [value], 0
    for _depth in range(DEPTH_MAX + 1):
        count += len(level)
        if count > VALUES_MAX or not all(map(_is_sound_alone, level)):
            return False
        inner: list[object] = []
        for part in level:
            if isinstance(part, dict):
                inner.extend(part.values())
            elif isinstance(part, list):
                inner.extend(part)
        if not inner:
            return True
        level = inner
    return False


def _is_sound_alone(part: object) -> bool:
    if isinstance(part, str):
        return part.isascii() or not _has_lone_surrogate(part)
    if isinstance(part, float):
        return isfinite(part)
    return not isinstance(part, _Object) or (not part.twice and not any(map(_has_lone_surrogate, part)))


def _parts(value: object) -> Iterator[tuple[int, _Path, object]]:
    """Yield every value within a value, each only when it is asked for, without recursion, with its depth."""
    yield 0, None, value
    waiting = [_inner(None, value)]
    while waiting:
        found = next(waiting[-1], None)
        if found is None:
            waiting.pop()
            continue
        yield len(waiting), *found
        if isinstance(found[1], dict | list):
            waiting.append(_inner(*found))


def _inner(path: _Path, part: object) -> Iterator[tuple[_Path, object]]:
    if isinstance(part, dict):
        return (((path, key), inner) for key, inner in part.items())
    return (((path, index), inner) for index, inner in enumerate(part if isinstance(part, list) else ()))


def _pointer(path: _Path) -> str:
    steps: list[str] = []
    while path is not None:
        path, step = path
        steps.append(f"/{pointer_token(step)}")
    return "".join(reversed(steps))


def pointer_token(key: object) -> str:
    """Return one step of a JSON pointer: escaped, cut, and readable even where the key is not Unicode."""
    readable = str(key).encode("utf-8", "replace").decode()[:80]
    return readable.replace("~", "~0").replace("/", "~1")


def _part_faults(path: _Path, part: object) -> Iterator[Fault]:
    if isinstance(part, _Object):
        for key in part.twice:
            where = _pointer((path, key))
            yield Fault(pointer=where, code="duplicate-key", detail="this key stands twice; send it once", status=400)
        for key in part:
            if _has_lone_surrogate(key):
                yield _lone((path, key))
    elif isinstance(part, str) and _has_lone_surrogate(part):
        yield _lone(path)
    elif isinstance(part, float) and not isfinite(part):
        yield Fault(pointer=_pointer(path), code="not-finite", detail="NaN and infinite numbers mean nothing here")


def _lone(path: _Path) -> Fault:
    detail = r"half a surrogate pair (as \ud800) is no character; send the whole text as UTF-8"
    return Fault(pointer=_pointer(path), code="lone-surrogate", detail=detail, status=400)


def _has_lone_surrogate(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
