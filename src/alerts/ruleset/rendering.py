"""How problems are shown: for people, and in the formats of CI systems."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from alerts.ruleset.diagnostics import Level, RuleProblem

# The longest line shown whole; a longer one is cut around its fault.
_LINE_MAX = 160
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(problems: Sequence[RuleProblem], texts: Mapping[str, str]) -> str:
    """Return problems as a compiler shows them: position, line, caret, hint. `texts` are the files by path."""
    return "\n".join(_one(problem, texts.get(problem.path, "")) for problem in problems)


def _one(problem: RuleProblem, text: str) -> str:
    head = f"{problem.path}:{problem.line}:{problem.column}: {problem.level}: {problem.message} ({problem.code})"
    lines = text.split("\n")
    shown = [head]
    if text and problem.line <= len(lines):
        line, column = _cut(lines[problem.line - 1].rstrip("\r"), problem.column)
        gutter = " " * 5
        shown.append(f"{problem.line:>5} | {line}")
        width = max(1, min(problem.width, len(line) - column + 1))
        shown.append(f"{gutter} | {_padding(line[: column - 1])}{'^' * width}")
    hint = f"{problem.hint}  " if problem.hint else ""
    shown.append(f"      = {hint}{problem.docs}")
    return "\n".join(shown)


def _cut(line: str, column: int) -> tuple[str, int]:
    if len(line) <= _LINE_MAX:
        return line, column
    start = max(0, min(column - _LINE_MAX // 2, len(line) - _LINE_MAX))
    return line[start : start + _LINE_MAX], column - start


def _padding(before: str) -> str:
    """Return blanks as wide as the text before a caret; a tab stays one."""
    return "".join("\t" if character == "\t" else " " for character in before)


def as_json(problems: Sequence[RuleProblem]) -> str:
    """Return problems as one JSON document: `{"problems": [...]}`."""
    return json.dumps({"problems": [_record(problem) for problem in problems]}, ensure_ascii=False, indent=2)


def _record(problem: RuleProblem) -> dict[str, str | int]:
    return {
        "file": problem.path,
        "line": problem.line,
        "column": problem.column,
        "level": problem.level.value,
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "docs": problem.docs,
    }


def as_github(problems: Iterable[RuleProblem]) -> str:
    """Return problems as workflow commands, which GitHub shows beside the lines of a pull request."""
    return "\n".join(_command(problem) for problem in problems)


def _command(problem: RuleProblem) -> str:
    said = _escape(f"{problem.message} ({problem.code})" + (f"\n{problem.hint}" if problem.hint else ""))
    path = _escape(problem.path).replace(":", "%3A").replace(",", "%2C")
    return f"::{problem.level} file={path},line={problem.line},col={problem.column}::{said}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def as_sarif(problems: Sequence[RuleProblem], *, version: str) -> str:
    """Return problems as a SARIF 2.1.0 log of one run; `version` is this product's."""
    codes = sorted({problem.code for problem in problems})
    run = {
        "tool": {
            "driver": {
                "name": "alerts check",
                "version": version,
                "rules": [{"id": code, "helpUri": f"docs/rules.md#{code}"} for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    return json.dumps({"$schema": _SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(problem: RuleProblem, index: int) -> dict[str, object]:
    region = {
        "startLine": problem.line,
        "startColumn": problem.column,
        "endColumn": problem.column + problem.width,
    }
    location = {"physicalLocation": {"artifactLocation": {"uri": problem.path}, "region": region}}
    return {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": "error" if problem.level is Level.ERROR else "warning",
        "message": {"text": problem.message + (f" ({problem.hint})" if problem.hint else "")},
        "locations": [location],
    }
