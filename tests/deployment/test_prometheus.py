"""The Prometheus files by Prometheus itself: checked, tried, and scraping a real process of ours."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.deployment.files import PROMETHEUS, alert_rules, loaded, queries
from tests.deployment.programs import program
from tests.deployment.scraping import HOW, Scraper, scraping
from tests.support.process import ROOT, AlertsRun, alerts_run

REPORTS = [
    {"source": "wire", "id": "1", "text": "Jordan has shut the Jaber crossing with Syria."},
    {"source": "quakes", "id": "2", "title": "M 6.1", "events": [{"type": "earthquake"}]},
    {"source": "wire", "id": "3", "text": 5},
]

pytestmark = pytest.mark.asyncio(loop_scope="module")


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run promtool in the folder of the files."""
    command = [program("promtool", HOW), *arguments]
    return subprocess.run(command, cwd=PROMETHEUS, capture_output=True, text=True, check=False, timeout=120)


async def test_promtool_takes_the_configuration() -> None:
    checked = promtool("check", "config", "prometheus.yml")

    assert checked.returncode == 0, checked.stdout + checked.stderr


async def test_every_alert_fires_when_it_should_and_not_before() -> None:
    tried = promtool("test", "rules", "alerts.rules.test.yml")

    assert tried.returncode == 0, tried.stdout + tried.stderr


async def test_every_alert_is_tried_and_says_what_is_wrong() -> None:
    """Named, with a severity that somebody is woken by or not, a summary and what to do."""
    names = [rule["alert"] for rule in alert_rules()]
    cases = loaded(PROMETHEUS / "alerts.rules.test.yml")["tests"]

    assert {case["name"] for case in cases} == set(names)
    assert len(set(names)) == len(names) > 0
    for rule in alert_rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"].keys() == {"summary", "description"}


async def posted(runtime: AlertsRun) -> None:
    async with aiohttp.ClientSession() as session:
        for report in REPORTS:
            async with session.post(f"{runtime.url}/v1/reports", data=json.dumps(report)) as answer:
                assert answer.status in {202, 422}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scraper(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scraper]:
    """Prometheus over an `alerts run` that has worked, scraped at least twice since."""
    program("prometheus", HOW)
    folder = tmp_path_factory.mktemp("deployment")
    async with alerts_run(folder, rules=ROOT / "rules") as runtime:
        await runtime.start()
        await runtime.says("Working.")
        await posted(runtime)
        async with scraping(folder, {"embedded": runtime.port}) as scraper:
            await scraper.until("sum(alerts_events_total) >= 2")
            await scraper.scraped("alerts-embedded", processes=1)
            yield scraper


async def test_the_process_is_scraped_under_its_name(scraper: Scraper) -> None:
    up = await scraper.query('up{job=~"alerts.*"}')

    assert {(one["metric"]["job"], one["metric"]["instance"], one["value"][1]) for one in up} == {
        ("alerts-embedded", "embedded", "1"),
    }


async def test_every_query_is_taken_and_answered_where_there_is_something_to_say(scraper: Scraper) -> None:
    """A query whose metrics are all there has an answer; one about Kafka has none of an embedded process."""
    there = {one["metric"]["__name__"] for one in await scraper.query('{__name__=~"alerts_.*"}')}
    silent = set()
    for purpose, query in queries().items():
        asked = set(re.findall(r"alerts_[a-z_]+", query))
        answer = await scraper.query(query)
        if not answer and asked <= there and not purpose.startswith("alert "):
            silent.add(purpose)

    assert len(there) > 30
    assert silent == set()


async def test_the_rules_run_and_none_has_a_fault(scraper: Scraper) -> None:
    await scraper.until("min(prometheus_rule_group_last_evaluation_timestamp_seconds) > 0")
    groups = (await scraper.ask("/api/v1/rules"))["groups"]

    rules = [rule for group in groups for rule in group["rules"]]
    assert len(rules) == len(list(alert_rules()))
    assert [(rule["name"], rule["health"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"] == []


async def test_no_alert_fires_for_a_process_that_is_well(scraper: Scraper) -> None:
    """But the one report that could not be read is told of."""
    firing = {one["metric"]["alertname"] for one in await scraper.query('ALERTS{alertstate="firing"}')}

    assert firing <= {"AlertsDeadLetters"}
