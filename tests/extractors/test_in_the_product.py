"""docs/extractors.md as its reader would follow it: the page's own package, installed, named, and alerting."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from alerts.adapters.logs import Log
from alerts.adapters.plugin_process import PluginReader
from alerts.adapters.sqlite_view import StoreView
from alerts.adapters.text_readers import TextReaders
from alerts.config import Settings
from alerts.domain.errors import SettingsProblem
from alerts.entrypoints.demo_play import caught_up
from alerts.entrypoints.embedded import running
from tests.support.pipeline import Counts
from tests.support.plugins import install
from tests.support.process import ROOT
from tests.support.receiver import Receiver

PAGE = (ROOT / "docs" / "extractors.md").read_text(encoding="utf-8")

RULES = """\
pack: water
rules:
  - id: high-water
    title: High water
    match:
      type: custom/river_level
      attributes: {cm: {at_least: 800}, extractor: acme}
    alert: {by: [place.site], expire_after: 2d}
  - id: quake
    title: Earthquake
    match: {type: earthquake}
    alert: {by: [place.site], expire_after: 2d}
"""
TEXT = (
    "On Monday the Tisza gauge at Szeged stood at 871 cm. An earthquake struck Debrecen on Sunday, killing two people."
)


@pytest.fixture(autouse=True)
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install the page's package for this process and those that it starts."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    folder = tmp_path / "site"
    folder.mkdir()
    install(folder, "acme", "".join(blocks))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))
    yield
    sys.modules.pop("acme_extractor", None)


def _alerts(*arguments: str, stdin: str, environment: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    run = subprocess.run(
        [sys.executable, "-m", "alerts", *arguments],
        input=stdin.encode(),
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, **(environment or {})},
    )
    return run.returncode, run.stdout.decode(), run.stderr.decode()


def _events(*arguments: str, stdin: str, environment: Mapping[str, str] | None = None) -> Sequence[Mapping[str, Any]]:
    code, out, err = _alerts("extract", *arguments, stdin=stdin, environment=environment)
    assert (code, err) == (0, "")
    return [json.loads(line) for line in out.splitlines()]


def test_the_page_s_command_shows_the_page_s_event() -> None:
    (command,) = re.findall(r"echo '(.*?)' \| alerts (extract .*)\n", PAGE)
    (event,) = _events(*command[1].split()[1:], stdin=command[0])

    assert (event["type"], event["place"]["name"]) == ("custom/river_level", "Szeged")
    assert event["attributes"] == {"river": "Tisza", "cm": 871, "extractor": "acme"}


@pytest.mark.parametrize(
    ("setting", "types"),
    [
        ("builtin", ["earthquake"]),
        ("acme", ["custom/river_level"]),
        ("acme,builtin", ["custom/river_level", "earthquake"]),
    ],
)
def test_the_setting_says_who_reads_at_the_command_line_too(setting: str, types: Sequence[str]) -> None:
    stdin = json.dumps({"id": "1", "text": TEXT})

    told = {event["type"] for event in _events(stdin=stdin, environment={"ALERTS_EXTRACTORS": setting})}

    assert told & {"custom/river_level", "earthquake"} == set(types)


async def test_two_extractors_beside_each_other_alert_with_their_own_proof(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "water.yaml").write_text(RULES)
    async with Receiver() as receiver:
        (tmp_path / "desk.secret").write_text("whsec_aG9tcy10by13ZWJob29rLWhvbXMtdG8td2ViaG9vaw==")
        subscription = f"id: desk\nurl: {receiver.url}\nsecret_file: desk.secret\nallow_private_network: true\n"
        (tmp_path / "desk.yaml").write_text(subscription)
        settings = Settings(
            rules=tmp_path / "rules",
            subscriptions=tmp_path,
            data=tmp_path / "data",
            port=0,
            extractors="acme,builtin",
            order_wait_seconds=0,
        )
        async with running(settings, Log()) as runtime:
            async with aiohttp.ClientSession() as session:
                report = {"source": "gazette", "id": "1", "text": TEXT}
                async with session.post(f"{runtime.url}/v1/reports", json=report) as answer:
                    assert answer.status == 202
            await caught_up(StoreView(runtime.store), lambda: None)
        bodies = [json.loads(request.body)["data"] for request in receiver.requests]

    assert {body["rule"]["id"]: body["evidence"][0]["quote"] for body in bodies} == {
        "water/high-water": "On Monday the Tisza gauge at Szeged stood at 871 cm.",
        "water/quake": "An earthquake struck Debrecen on Sunday, killing two people",
    }
    assert {body["place"]["properties"]["name"] for body in bodies} == {"Szeged", "Debrecen"}


def test_what_a_plug_in_raises_at_the_command_line_is_named_with_its_line(tmp_path: Path) -> None:
    """The rest goes on, and one that cannot even be loaded says why."""
    raises = (
        "def open_extractor():\n    return lambda reports: [[] if 'dry' in r['text'] else 1 / 0 for r in reports]\n"
    )
    install(tmp_path / "site", "odd", raises)
    install(tmp_path / "site", "broken", "import nothing_of_the_kind\n")

    code, out, err = _alerts(
        "extract", "--extractor", "odd", stdin='{"id": "1", "text": "wet"}\n{"id": "2", "text": "dry"}'
    )
    assert (code, out, err) == (
        1, "", "alerts extract: line 1: the extractor odd: ZeroDivisionError: division by zero\n"
    )  # fmt: skip

    code, _, err = _alerts("extract", "--extractor", "broken", stdin="{}")
    assert (code, "cannot be loaded: ModuleNotFoundError: No module named" in err) == (2, True)


def test_an_extractor_that_is_not_installed_is_named_beside_those_that_are() -> None:
    with pytest.raises(SettingsProblem, match=r"no extractor acmee is installed here; there is builtin, acme\."):
        TextReaders(Settings(extractors="acmee,builtin"), Counts())

    code, _, err = _alerts("extract", "--extractor", "acmee", stdin="{}")
    assert (code, "no extractor acmee is installed" in err) == (2, True)


async def test_alone_in_our_place_it_needs_no_parser() -> None:
    async with TextReaders(Settings(extractors="acme"), Counts()) as readers:
        await readers.loaded()

        assert [(name, type(pool)) for name, pool in readers.pools.items()] == [("acme", PluginReader)]


def test_the_page_names_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"\| `ALERTS_(EXTRACTOR\w*)` \| `?(\w+)`? \|", PAGE))
    fields = {name.upper(): field for name, field in Settings.model_fields.items() if name.startswith("extractor")}

    assert {name: str(field.default).removesuffix(".0") for name, field in fields.items()} == rows
