"""What is wrong with a rule file, in values. How it is shown is `rendering`'s."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz import fuzz, process

from alerts.ruleset.codes import CODES
from alerts.ruleset.nodes import Position

# Below this share of equal letters (0-100) a suggestion misleads more than it helps.
_LIKENESS_MIN = 70


class Level(StrEnum):
    """Whether a problem keeps its pack from taking force."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProblem:
    """One fault of a rule file: what is wrong, where, what was found, what to do.

    `code` is stable and names a section of docs/rules.md. `line` and `column` count from 1 in code points.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    level: Level = Level.ERROR
    width: int = 1

    @property
    def docs(self) -> str:
        """Where the docs explain it."""
        return f"docs/rules.md#{self.code}"


@dataclass(slots=True)
class Problems:
    """Collects the problems of one compilation, so that all come at once. `codes` are those that its docs explain."""

    _found: dict[RuleProblem, None] = field(default_factory=dict)

    @property
    def found(self) -> tuple[RuleProblem, ...]:
        """Every problem noted, each once: a filter used twice is compiled twice."""
        return tuple(self._found)

    def add(self, more: Problems) -> None:
        """Take over the problems of another compilation."""
        self._found.update(more._found)

    codes: Container[str] = field(default_factory=lambda: CODES)

    def error(self, at: Position, code: str, message: str, hint: str = "") -> None:
        """Note a fault that keeps the pack out of force."""
        self._note(at, code, message, hint, Level.ERROR)

    def warning(self, at: Position, code: str, message: str, hint: str = "") -> None:
        """Note something that is likely not meant."""
        self._note(at, code, message, hint, Level.WARNING)

    def _note(self, at: Position, code: str, message: str, hint: str, level: Level) -> None:
        assert code in self.codes, code
        problem = RuleProblem(
            path=at.path,
            line=at.line,
            column=at.column,
            width=at.width,
            code=code,
            message=message,
            hint=hint,
            level=level,
        )
        self._found[problem] = None

    def has_errors(self) -> bool:
        """Return whether a fault was noted."""
        return any(problem.level is Level.ERROR for problem in self._found)


def in_order(problems: Iterable[RuleProblem]) -> tuple[RuleProblem, ...]:
    """Return problems by file, then by place in the file."""
    return tuple(sorted(problems, key=lambda p: (p.path, p.line, p.column, p.code)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` most likely was meant to be, or None."""
    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=_LIKENESS_MIN)
    return found[0] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known word, else all of them when they are few."""
    names = list(known)
    close = nearest(word, names)
    if close:
        return f"did you mean `{close}`?"
    return f"known here: {', '.join(names)}" if 0 < len(names) <= 30 else ""
