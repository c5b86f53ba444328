"""The verbs on rules as a person or a CI job calls them: what is printed, where, and the exit code."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from alerts.entrypoints.cli import build

GOOD = """\
pack: p
rules:
  - id: near-homs
    title: Clashes near Homs
    match: {type: armed_clash, near: {place: "Homs, SY", km: 5}}
    alert: {expire_after: 1d}
    examples:
      fires: [{event: {type: armed_clash, place: "Homs, SY"}}]
      quiet: [{event: {type: armed_clash, place: "Hama, SY"}, because: near}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one sound pack, in which the verbs are called."""
    monkeypatch.chdir(tmp_path)
    packs = tmp_path / "rules" / "p"
    packs.mkdir(parents=True)
    (packs / "a.yaml").write_text(GOOD, encoding="utf-8")
    return packs


def call(*arguments: str) -> int:
    """Call the command as its script does; return its exit code."""
    try:
        build(arguments)(list(arguments))
    except SystemExit as exit_:
        return int(exit_.code or 0)
    return 0


def test_check_of_sound_rules_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("check") == 0
    assert capsys.readouterr().out == "1 of 1 packs sound, 1 rules; 0 faults, 0 warnings\n"


def test_check_shows_a_fault_with_its_path_as_it_was_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "b.yaml").write_text("pack: q\nrulez: []\n", encoding="utf-8")

    assert call("check", "rules") == 1
    assert "rules/p/b.yaml:2:1: error: a rule file has no key `rulez` (unknown-key)" in capsys.readouterr().out


def test_check_of_one_file_shows_that_files_faults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "b.yaml").write_text("pack: q\nrulez: []\n", encoding="utf-8")

    assert call("check", "rules/p/a.yaml") == 0
    assert "rulez" not in capsys.readouterr().out


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_check_prints_json_that_can_be_read(form: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "b.yaml").write_text("pack: q\nrulez: []\n", encoding="utf-8")

    assert call("check", "--format", form) == 1
    assert "unknown-key" in json.dumps(json.loads(capsys.readouterr().out))


def test_warnings_fail_only_when_strict(folder: Path) -> None:
    text = GOOD.replace('      quiet: [{event: {type: armed_clash, place: "Hama, SY"}, because: near}]\n', "")
    (folder / "a.yaml").write_text(text, encoding="utf-8")

    assert call("check") == 0
    assert call("check", "--strict") == 1


@pytest.mark.parametrize("verb", ["check", "test"])
def test_a_path_that_is_not_there_is_wrong_usage(verb: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(verb, "nowhere") == 2
    assert "there is no file or folder nowhere" in capsys.readouterr().err


def test_what_editors_and_kubernetes_leave_is_not_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """C38: `..v1` of a config map, a swap file and a backup are no rules; a linked file is one."""
    old = folder / "..v1"
    old.mkdir()
    (old / "a.yaml").write_text(GOOD, encoding="utf-8")
    (folder / ".a.yaml.swp").write_text("x", encoding="utf-8")
    (folder / "a.yaml~").write_text("x", encoding="utf-8")
    (folder / "linked.yaml").symlink_to(folder / "..v1" / "b.yaml")
    (old / "b.yaml").write_text(GOOD.replace("near-homs", "linked").replace("pack: p", "pack: q"), encoding="utf-8")

    assert call("check") == 0
    assert capsys.readouterr().out.startswith("2 of 2 packs sound, 2 rules")


def test_examples_run_and_a_failing_one_is_explained(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("test") == 0
    assert "2 examples of 1 rules: 2 pass, 0 fail" in capsys.readouterr().out

    (folder / "a.yaml").write_text(GOOD.replace("because: near", "because: status"), encoding="utf-8")

    assert call("test", "--junit", "report.xml") == 1
    shown = capsys.readouterr().out
    assert "rules/p/a.yaml:9:15: fail: p/near-homs: must stay quiet because of status alone" in shown
    assert "near: within 5 km of Homs | found" in shown
    suite = ET.parse("report.xml").getroot()  # noqa: S314 - written by the call above
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")


def test_a_rule_file_with_faults_fails_the_test_run(folder: Path) -> None:
    (folder / "b.yaml").write_text("pack: q\nrulez: []\n", encoding="utf-8")

    assert call("test") == 1


def feed(monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode()), encoding="utf-8"))


STRUCTURED = {
    "id": "1",
    "source": "wire",
    "events": [{"type": "armed_clash", "place": {"name": "Homs", "lat": 34.73, "lon": 36.71, "precision": "site"}}],
}


def test_explain_of_a_structured_report(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, json.dumps(STRUCTURED))

    assert call("explain", "near-homs", "-", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["rule"], record["verdict"], record["effect"]) == ("p/near-homs", "yes", "supports")


def test_explain_of_a_miss_exits_with_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    far = {**STRUCTURED, "events": [{"type": "flood", "place": {"name": "x", "lat": 0, "lon": 0}}]}
    feed(monkeypatch, json.dumps([far]))

    assert call("explain", "p/near-homs", "-") == 1
    assert "= quiet because of near and type" in capsys.readouterr().out


def test_explain_of_an_unknown_rule_suggests_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("explain", "p/near-hons", "-") == 2
    assert "did you mean `p/near-homs`?" in capsys.readouterr().err


def test_explain_of_a_broken_report_says_where(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed(monkeypatch, '{"id": "1", "text": 5}')

    assert call("explain", "near-homs", "-") == 2
    assert "/text" in capsys.readouterr().err


def test_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Alert rules"
