"""docs/kafka.md against the code: its settings, its commands, its metrics."""

from __future__ import annotations

import re

import pytest
import typer.main

from alerts.adapters import prometheus
from alerts.config import KafkaSettings, Settings
from alerts.entrypoints.cli import build
from tests.support.process import ROOT

PAGE = (ROOT / "docs" / "kafka.md").read_text()
ROWS = re.findall(r"^\| `ALERTS_KAFKA_([A-Z_]+)` \| ([^|]+) \|", PAGE, re.MULTILINE)

# Defaults that are no value.
IN_WORDS = {"none", "the system's"}


def test_the_table_has_every_setting_in_the_order_of_the_code() -> None:
    assert [name.lower() for name, _ in ROWS] == list(KafkaSettings.model_fields)


@pytest.mark.parametrize(("name", "told"), ROWS)
def test_a_default_is_what_the_code_has(name: str, told: str) -> None:
    default = KafkaSettings.model_fields[name.lower()].default

    if told in IN_WORDS:
        assert not default
    elif isinstance(default, str):
        assert told == f"`{default}`"
    else:
        assert float(told) == default


def test_every_variable_that_the_page_names_is_a_setting() -> None:
    known = {f"ALERTS_KAFKA_{name.upper()}" for name in KafkaSettings.model_fields}
    known |= {f"ALERTS_{name.upper()}" for name in Settings.model_fields}

    assert set(re.findall(r"ALERTS_[A-Z_]+[A-Z]", PAGE)) <= known


def test_every_metric_that_the_page_names_is_in_the_catalogue() -> None:
    names = set(re.findall(r"`(alerts_[a-z_]+)`", PAGE))

    assert names <= {f"alerts_{name}_total" for name in prometheus._COUNTERS} | {
        f"alerts_{name}" for name in prometheus._GAUGES
    }
    assert names


@pytest.mark.parametrize(
    ("verb", "below"), sorted(set(re.findall(r"(?:`|^)alerts ([a-z-]+)(?: ([a-z]+))?", PAGE, re.MULTILINE)))
)
def test_every_command_that_the_page_names_is_there(verb: str, below: str) -> None:
    commands = typer.main.get_command(build([verb])).commands  # type: ignore[attr-defined]

    assert verb in commands
    # A verb that has none below it takes what follows as an argument.
    verbs_below = getattr(commands[verb], "commands", {})
    assert not verbs_below or not below or below in verbs_below
