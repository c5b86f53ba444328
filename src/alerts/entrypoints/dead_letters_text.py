"""Dead letters for people and for programs. What others sent never reaches the terminal with its control characters."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator

from alerts.domain.report import Report
from alerts.pipeline.letters import KeptLetter, Place
from alerts.pipeline.messages import DeadLetter

_CAUSE_WIDTH = 100
_CONTENT_MAX = 4_000


def line(kept: KeptLetter) -> str:
    """Return one letter as one line."""
    letter = kept.letter
    cause = _printable(letter.cause)
    cut = cause if len(cause) <= _CAUSE_WIDTH else cause[: _CAUSE_WIDTH - 3] + "..."
    return f"{kept.place!s:>8}  {_time(letter)}  {_printable(letter.origin):<14}  {cut}"


def shown(kept: KeptLetter) -> str:
    """Return one letter whole, for reading."""
    return "\n".join([*(f"{name:<9} {value}" for name, value in _fields(kept)), "", _content(kept.letter)])


def as_json_line(kept: KeptLetter) -> str:
    """Return one letter as JSON; `content` is base64 where `is_base64` says so."""
    letter = kept.letter
    value = {
        "place": str(kept.place),
        "origin": letter.origin,
        "cause": letter.cause,
        "at": letter.at.isoformat(),
        "key": letter.key,
        "headers": [[name, value if value is None else _said(value)] for name, value in letter.headers],
        "content": letter.content,
        "is_base64": letter.is_base64,
        "is_cut": letter.is_cut,
        "sha256": letter.sha256,
        "report": letter.report and _report_fields(letter.report),
    }
    return json.dumps(value, ensure_ascii=False)


def replay_line(place: Place, sentence: str) -> str:
    """Return what became of one letter."""
    return f"{place!s:>8}  {_printable(sentence)}"


def _fields(kept: KeptLetter) -> Iterator[tuple[str, str]]:
    letter = kept.letter
    yield "place", str(kept.place)
    yield "received", _time(letter)
    yield "origin", _printable(letter.origin)
    yield "cause", _printable(letter.cause)
    if letter.key is not None:
        yield "key", _printable(letter.key)
    for name, value in letter.headers:
        yield "header", f"{_printable(name)}: {'(no value)' if value is None else _printable(_said(value))}"
    yield "holds", _holding(letter)
    yield "sha256", letter.sha256


def _holding(letter: DeadLetter) -> str:
    if letter.report is not None:
        return "the report as it was understood"
    size = len(b64decode(letter.content)) if letter.is_base64 else len(letter.content.encode())
    kind = "no text" if letter.is_base64 else "text"
    return f"{size:,} bytes, {kind}" + (", cut: it cannot be replayed" if letter.is_cut else "")


def _content(letter: DeadLetter) -> str:
    if letter.report is not None:
        return _printable(json.dumps(_report_fields(letter.report), ensure_ascii=False, indent=2))
    text = _said(b64decode(letter.content)) if letter.is_base64 else letter.content
    rest = (
        f"\n... and {len(text) - _CONTENT_MAX:,} characters more; --json has them" if len(text) > _CONTENT_MAX else ""
    )
    return _printable(text[:_CONTENT_MAX]) + rest


def _report_fields(report: Report) -> dict[str, object]:
    return {
        "id": report.source_item_id,
        "source": report.source.id,
        "version": report.version,
        "kind": str(report.kind),
        "title": report.title,
        "text": report.text,
        "events": [event.type for event in report.events],
        "url": report.url,
        "published_at": report.published_at.isoformat(),
    }


def _said(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def _time(letter: DeadLetter) -> str:
    return letter.at.strftime("%Y-%m-%d %H:%M:%SZ")


def _printable(text: str) -> str:
    r"""Return a text with control characters, and those that turn its direction, written out as \x1b."""
    return "".join(char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text)
