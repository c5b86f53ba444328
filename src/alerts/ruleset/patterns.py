"""The one door to RE2: users' patterns, which take time linear in the text whatever they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import re2

# Memory for one compiled pattern; RE2's default of 8 MB times 10,000 rules would not fit a small machine.
_MEMORY_MAX_BYTES = 1 << 20


class PatternProblem(ValueError):
    """A pattern that RE2 does not take; the message says why."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern, searched without regard to case."""

    text: str
    _compiled: Any = field(compare=False, repr=False)

    def found_in(self, text: str) -> bool:
        """Return whether the pattern matches somewhere. A lone surrogate in the text counts as a replacement mark."""
        return self._compiled.search(text.encode("utf-8", "replace")) is not None


def compile_pattern(text: str) -> Pattern:
    """Compile a pattern.

    Raises:
        PatternProblem: RE2 refuses it (look-around and back-references, too large, malformed).
    """
    options = re2.Options()
    options.max_mem = _MEMORY_MAX_BYTES
    options.case_sensitive = False
    options.log_errors = False
    try:
        return Pattern(text, re2.compile(text.encode("utf-8", "replace"), options))
    except re2.error as fault:
        reason = fault.args[0] if fault.args else "refused"
        raise PatternProblem(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None
