"""docs/reports.md says what is so: its examples are accepted as they stand."""

from __future__ import annotations

import json
import re
from pathlib import Path

from alerts.adapters import report_bodies, report_events, wire_reports
from alerts.adapters.http_bodies import Limits
from tests.ingestion.port import Port

PAGE = (Path(__file__).parents[2] / "docs" / "reports.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
REPORTS = [example for example in EXAMPLES if "accepted" not in example]


async def test_every_example_is_accepted_without_a_warning(port: Port) -> None:
    """Who copies one begins with something that works."""
    answers = [await port.post(example) for example in REPORTS]

    assert len(answers) == 2
    assert [answer.body["results"][0]["warnings"] for answer in answers] == [[], []]


async def test_the_first_command_is_accepted(port: Port) -> None:
    """The page begins with a line to paste."""
    (body,) = re.findall(r"-d '(\{.*?\})'", PAGE, re.DOTALL)

    answer = await port.post(body.encode())

    assert answer.status == 202


async def test_the_answer_that_is_shown_is_the_answer_that_is_given(port: Port) -> None:
    """Same keys, same sentence."""
    (shown,) = [example for example in EXAMPLES if "accepted" in example]

    given = await port.post(b'{"source":"x","id":"b1","text":"a"}\n{"id":\n{"source":"x","id":"b3","text":"a"}\n')

    assert given.body.keys() == shown.keys()
    assert given.body["detail"] == shown["detail"]
    for one, other in zip(given.body["results"], shown["results"], strict=True):
        assert one.keys() == other.keys()


def test_every_field_has_a_row() -> None:
    """A field that is taken and not described is a secret."""
    fields = set(wire_reports.WireReport.model_fields) | set(wire_reports.WireEvent.model_fields)

    assert {name for name in fields if f"`{name}`" not in PAGE and f'"{name}"' not in PAGE} <= {"acled", "plover"}


def test_the_bounds_are_those_of_the_code() -> None:
    """Numbers in docs grow old first."""
    assert Limits().body_bytes == 16 * 1024 * 1024
    assert f"{report_bodies.ITEMS_MAX:,} reports" in PAGE
    assert f"{wire_reports.TEXT_MAX:,}" in PAGE
    assert f"At most {report_events.ATTRIBUTES_MAX} values" in PAGE
    assert f"longer than {Limits().body_seconds:g} s" in PAGE
