"""Dead letters: what could not be read, set aside with its cause."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from alerts.pipeline.messages import DeadLetter

# Enough of a message to see what it was; its digest names the whole.
CONTENT_MAX_CHARS = 4096


def dead_letter(origin: str, cause: str, at: datetime | None, content: bytes) -> DeadLetter:
    """Return the letter for bytes that could not be read; `at` None stands for a record that bears no time."""
    return DeadLetter(
        origin=origin,
        cause=cause,
        at=at or datetime.fromtimestamp(0, UTC),
        content=content[: CONTENT_MAX_CHARS * 4].decode("utf-8", "replace")[:CONTENT_MAX_CHARS],
        sha256=sha256(content).hexdigest(),
    )
