"""The headers of a record that mean something: its CloudEvents attributes and its content type.

Headers of others are never looked into. One that begins with `ce_` stands once and is UTF-8 text, or the record is
refused: what a half-read attribute would have said is not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alerts.domain.errors import ReportRejected

PREFIX = "ce_"
CONTENT_TYPE = "content-type"
SPECVERSION = "1.0"
REQUIRED = ("id", "source", "type")

# An attribute is an id, a name, a time: what is longer is a mistake.
ATTRIBUTE_MAX_BYTES = 4_096


class RecordRefused(ReportRejected):
    """A record cannot be read; the sentence says what is wrong and where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What the headers say. A record without `ce_` headers has no attributes."""

    media_type: str = ""
    """Lower case, without parameters; empty when there is none."""
    given: Mapping[str, str] = field(default_factory=dict)
    """CloudEvents attributes by name, without the prefix."""

    @property
    def type(self) -> str:
        """The `ce_type`; empty when there is none."""
        return self.given.get("type", "")


def attributes_of(headers: Sequence[tuple[str, bytes | None]]) -> Attributes:
    """Return what the headers of a record say.

    Raises:
        RecordRefused: A header of CloudEvents has no value, is no text, stands twice, or a required one is missing.
    """
    given: dict[str, str] = {}
    media_type = ""
    for position, (header, value) in enumerate(headers):
        name = header.lower()
        if name.startswith(PREFIX):
            if name[3:] in given:
                raise _refused(header, position, "stands twice; send it once")
            given[name[3:]] = _text(header, position, value)
        elif name == CONTENT_TYPE and value:
            media_type = _media_type(header, position, value)
    if given:
        _check_required(given)
    return Attributes(media_type=media_type, given=given)


def _text(header: str, position: int, value: bytes | None) -> str:
    if value is None:
        raise _refused(header, position, "has no value")
    if len(value) > ATTRIBUTE_MAX_BYTES:
        raise _refused(header, position, f"has {len(value):,} bytes; at most {ATTRIBUTE_MAX_BYTES:,} are read")
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        said = f"is not UTF-8: byte {error.start} is {value[error.start]:#04x}"
        raise _refused(header, position, said) from error


def _media_type(header: str, position: int, value: bytes) -> str:
    return _text(header, position, value).split(";", 1)[0].strip().lower()


def _check_required(given: Mapping[str, str]) -> None:
    found = given.get("specversion")
    if found != SPECVERSION:
        said = "is missing" if found is None else f'is "{found[:40]}"'
        raise RecordRefused(f"header {PREFIX}specversion {said}; CloudEvents {SPECVERSION} is read")
    for name in REQUIRED:
        if not given.get(name):
            said = "is missing" if name not in given else "is empty"
            raise RecordRefused(f"header {PREFIX}{name} {said}; a CloudEvent has id, source and type")


def _refused(header: str, position: int, said: str) -> RecordRefused:
    return RecordRefused(f"header {header[:100]} (number {position + 1}) {said}")
