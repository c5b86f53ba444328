"""The JSON Schema for editors: current, sound, and it takes what the compiler takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from alerts.ruleset.schema import rules_schema

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "rules").rglob("*.yaml"))


class _CoreLoader(yaml.SafeLoader):
    """Reads scalars as editors do: YAML 1.2's core schema."""


_CoreLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
):
    _CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def errors_of(text: str) -> list[str]:
    document = yaml.load(text, Loader=_CoreLoader)  # noqa: S506 - a safe loader
    return [error.message for error in Draft202012Validator(rules_schema()).iter_errors(document)]


def test_the_committed_schema_is_current() -> None:
    """`alerts schema > schema/rules.schema.json` after a change of the language."""
    committed = json.loads((ROOT / "schema" / "rules.schema.json").read_text(encoding="utf-8"))

    assert committed == rules_schema()


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(rules_schema())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_rule_file_fits_the_schema(path: Path) -> None:
    assert errors_of(path.read_text(encoding="utf-8")) == []


def test_a_misspelt_key_does_not_fit() -> None:
    text = "pack: p\nrules:\n  - {id: a, title: t, match: {type: flood}, alert: {expire_atfer: 1d}}\n"

    assert any("expire_atfer" in message for message in errors_of(text))
