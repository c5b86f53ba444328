"""`alerts schema`: the JSON Schema of rule files, so that editors complete and underline."""

from __future__ import annotations

import json

import typer

from alerts.ruleset.schema import rules_schema


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="schema")(schema)


def schema() -> None:
    """Print the JSON Schema (2020-12) of rule files.

    Editors read it by a first line such as: # yaml-language-server: $schema=../schema/rules.schema.json
    """
    print(json.dumps(rules_schema(), ensure_ascii=False, indent=2))
