"""Dead letters: what could not be read, set aside with its cause and with all that reading it again needs."""

from __future__ import annotations

import codecs
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256

from alerts.domain.match import Match, MatchRetraction
from alerts.domain.report import Report
from alerts.pipeline.messages import DeadLetter, Headers, Topic, Unreadable
from alerts.pipeline.ports import Observer, Output, Record

# A letter holds so many bytes of what came, and as JSON never takes more than about twice that. A record of 1 MiB is
# Kafka's own default bound; larger ones are known by their digest.
KEPT_MAX_BYTES = 1_048_576

KEY_MAX_CHARS = 500
CAUSE_MAX_CHARS = 2_000
HEADERS_MAX = 50
HEADER_MAX_BYTES = 4_096

# Headers that say how a value is to be read. Others (traces, routes) mean nothing to a replay.
_TELLING = ("ce_", "content-type")

# Characters that no text has, and that JSON writes as six.
_NO_TEXT = frozenset(map(chr, range(32))) - frozenset("\t\n\r")


def dead_letter(
    origin: str,
    cause: str,
    at: datetime | None,
    content: bytes,
    *,
    key: str | None = None,
    headers: Headers = (),
) -> DeadLetter:
    """Return the letter for bytes that could not be read; `at` None stands for a record that bears no time."""
    kept = content[:KEPT_MAX_BYTES]
    text = _as_text(kept, is_whole=kept == content)
    told, kept_headers = _telling(headers)
    return DeadLetter(
        origin=origin,
        cause=cause[:CAUSE_MAX_CHARS],
        at=at or datetime.fromtimestamp(0, UTC),
        content=b64encode(kept).decode("ascii") if text is None else text,
        sha256=sha256(content).hexdigest(),
        is_base64=text is None,
        is_cut=kept != content or kept_headers != told,
        key=None if key is None else key[:KEY_MAX_CHARS],
        headers=kept_headers,
    )


def unreadable_letter(origin: str, unreadable: Unreadable) -> DeadLetter:
    """Return the letter for a record that could not be read."""
    return dead_letter(
        origin, unreadable.cause, unreadable.at, unreadable.content, key=unreadable.key, headers=unreadable.headers
    )


def report_letter(origin: str, cause: str, report: Report) -> DeadLetter:
    """Return the letter for a report that was understood and could not be worked: the report itself is kept."""
    return DeadLetter(
        origin=origin,
        cause=cause[:CAUSE_MAX_CHARS],
        at=report.received_at,
        content="",
        sha256=sha256(report.text.encode("utf-8", "replace")).hexdigest(),
        report=report,
    )


def unfolded(origin: str, message: Match | MatchRetraction, fault: Exception, observer: Observer) -> Output:
    """Return the letter of a match that TRACK could not fold; the record itself stays in its topic for its days."""
    cause = f"{type(fault).__name__}: {fault}"[:CAUSE_MAX_CHARS]
    if isinstance(message, Match):
        said, at = f"match {message.id} of report {message.report.id}", message.report.received_at
    else:
        said, at = f"retraction of match {message.match_id} by report {message.report_id}", message.at
    observer.count("dead_letters", origin=Topic.MATCHES)
    observer.error(
        "A match could not be folded into its alert and was set aside; see dead-letters.",
        origin=origin,
        key=message.key.text,
        cause=cause,
    )
    letter = DeadLetter(
        origin=origin,
        cause=cause,
        at=at,
        content=said,
        sha256=sha256(said.encode()).hexdigest(),
        is_cut=True,
        key=message.key.text[:KEY_MAX_CHARS],
    )
    return Output(Topic.DEAD_LETTERS, origin, letter)


def set_aside(record: Record, unreadable: Unreadable, observer: Observer) -> Output:
    """Return the letter of a record as what it adds to the epoch of its batch; it is counted and told of."""
    letter = unreadable_letter(f"{record.topic}/{record.partition}@{record.offset}", unreadable)
    observer.count("dead_letters", origin=record.topic)
    observer.error(
        "A record could not be read and was set aside; see dead-letters.", origin=letter.origin, cause=letter.cause
    )
    return Output(Topic.DEAD_LETTERS, letter.origin, letter)


def content_of(letter: DeadLetter) -> bytes | None:
    """Return the bytes that a letter was made of; None when it does not hold them whole."""
    kept = b64decode(letter.content) if letter.is_base64 else letter.content.encode("utf-8")
    if letter.is_cut or letter.report is not None or sha256(kept).hexdigest() != letter.sha256:
        return None
    return kept


def _telling(headers: Headers) -> tuple[Headers, Headers]:
    """Return the headers that say how a value is to be read, and as much of them as is kept."""
    told = tuple((name, value) for name, value in headers if name.lower().startswith(_TELLING))
    kept = ((name[:KEY_MAX_CHARS], value and value[:HEADER_MAX_BYTES]) for name, value in told[:HEADERS_MAX])
    return told, tuple(kept)


def _as_text(kept: bytes, *, is_whole: bool) -> str | None:
    """Return bytes as text, None when they are none; what was cut within a character loses the rest of it."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(kept, is_whole)
    except UnicodeDecodeError:
        return None
    return text if _NO_TEXT.isdisjoint(text) else None
