"""docs/rules.md says what the compiler does: its YAML compiles, and every code of a problem is in it."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from alerts.adapters.gazetteer import open_gazetteer
from alerts.ruleset import match_tree, rules
from alerts.ruleset.codes import CODES
from alerts.ruleset.compiler import compile_packs
from alerts.ruleset.diagnostics import Level
from alerts.ruleset.nodes import SourceFile
from alerts.ruleset.templates import PATHS
from tests.matching.builders import rule_text

DOCS = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml ?(\w*)\n(.*?)^```", DOCS, re.MULTILINE | re.DOTALL)


def as_file(kind: str, block: str) -> str:
    """Put a part of a rule into the rule around it."""
    if kind == "match":
        return rule_text(block)
    if kind == "alert":
        return rule_text("type: border_crossing_closed", alert="\n" + indent(block, "      "))
    if kind in {"severity", "examples"}:
        return rule_text("type: border_crossing_closed", keys=f"{kind}:\n{indent(block, '  ')}")
    return block


@pytest.mark.parametrize(("kind", "block"), BLOCKS, ids=[block.split("\n")[0][:40] for _, block in BLOCKS])
def test_every_example_compiles(kind: str, block: str) -> None:
    problems = compile_packs([SourceFile(path="docs.yaml", text=as_file(kind, block))], open_gazetteer()).problems

    assert [problem for problem in problems if problem.level is Level.ERROR] == []


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 15


def test_every_code_is_explained_and_none_besides() -> None:
    assert re.findall(r'^\| <a id="([a-z-]+)">', DOCS, re.MULTILINE) == list(CODES)


@pytest.mark.parametrize("key", [*match_tree.MATCH_KEYS, *rules.RULE_KEYS, *rules.ALERT_KEYS, *rules.NOT_YET])
def test_every_key_is_in_the_reference(key: str) -> None:
    assert re.search(rf"\b{key}\b", DOCS)


def test_every_path_of_a_summary_is_in_the_reference() -> None:
    missing = [path for path in PATHS if not path.startswith("quantity.") and f"{{{path}}}" not in DOCS]

    assert missing == []
