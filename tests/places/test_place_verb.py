"""`alerts place`: its answers, its exit codes."""

from __future__ import annotations

import json

from typer.testing import CliRunner, Result

from alerts.entrypoints.cli import build


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(build(["place"]), ["place", *arguments])


def test_candidates_come_with_a_pin_and_a_reason() -> None:
    result = _run("Tripoli")

    assert result.exit_code == 0
    assert result.stdout.index("geonames:2210247") < result.stdout.index("geonames:266826")
    assert "most people first" in result.stdout


def test_json_is_one_object_a_line() -> None:
    result = _run("Homs, SY", "--json")

    first = json.loads(result.stdout.splitlines()[0])
    assert (first["key"], first["kind"], first["countries"], first["admin1"]) == (
        "geonames:169577",
        "town",
        ["SY"],
        "Homs",
    )
    assert first["population"] > 500_000
    assert first["radius_km"] > 1


def test_an_unknown_name_ends_with_1_and_suggestions() -> None:
    result = _run("Kathmandoo")

    assert result.exit_code == 1
    assert "Kathmandu" in result.stderr
    assert result.stdout == ""
