"""The main job on real input: the Homs article in by HTTP, by the shipped rules, out at a receiver that verifies.

The article's words are its publisher's: it is read from beside the checkout and quoted nowhere. Where that folder is
absent these tests are skipped, and say so.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from standardwebhooks import Webhook

from alerts.adapters.logs import Log
from alerts.adapters.sqlite_view import StoreView
from alerts.config import Settings
from alerts.entrypoints.demo_play import caught_up
from alerts.entrypoints.embedded import running
from tests.extraction.homs_gold import FOLDER, article
from tests.support.process import ROOT
from tests.support.receiver import Receiver

SECRET = "whsec_aG9tcy10by13ZWJob29rLWhvbXMtdG8td2ViaG9vaw=="
SUBSCRIPTION = "id: desk\nurl: {url}\nsecret_file: desk.secret\nallow_private_network: true\n"

# The five rules that the story must fire, and the words that each quote must hold.
FIRES = {
    "syria/forces-near-homs": "within 5 kilometers of Homs",
    "access/border-crossing-closed": "Naseeb border crossing",
    "conflict/town-changes-hands": "captured",
    "humanitarian/mass-displacement": "280,000 people",
    "access/crossing-or-bridge-struck": "Rastan bridge",
}
# Feared, forecast and past: no quote may hold them.
SILENT = ("If Homs falls", "could rise to 1.5 million", "in 2014")

Bodies = list[Mapping[str, Any]]

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"SKIPPED: the Homs article is not beside the checkout ({FOLDER})"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def received(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bodies]:
    """Post the article, wait until every stage has done its part, and return the bodies that verified."""
    folder: Path = tmp_path_factory.mktemp("homs")
    (folder / "desk.secret").write_text(SECRET)
    async with Receiver() as receiver:
        (folder / "desk.yaml").write_text(SUBSCRIPTION.format(url=receiver.url))
        settings = Settings(rules=ROOT / "rules", subscriptions=folder, data=folder / "data", port=0)
        async with running(settings, Log()) as runtime:
            async with aiohttp.ClientSession() as session:
                report = {"source": "newspaper", "id": "homs", "text": article()}
                async with session.post(f"{runtime.url}/v1/reports", json=report) as answer:
                    assert answer.status == 202
            await caught_up(StoreView(runtime.store), lambda: None)
        yield [
            Webhook(SECRET).verify(request.body.decode(), dict(request.headers)) and json.loads(request.body)["data"]
            for request in receiver.requests
        ]


@pytest.mark.parametrize(("rule", "words"), FIRES.items())
async def test_the_rule_fires_with_the_sentence_that_proves_it(received: Bodies, rule: str, words: str) -> None:
    alerts = [body for body in received if body["rule"]["id"] == rule]

    assert any(words in quote["quote"] for alert in alerts for quote in alert["evidence"]), alerts


async def test_each_alert_is_opened_once_and_nothing_else_is_said(received: Bodies) -> None:
    opened = Counter((body["rule"]["id"], *body["by"].values()) for body in received)

    assert {key: count for key, count in opened.items() if count != 1} == {}
    assert {body["change"] for body in received} == {"opened"}


@pytest.mark.parametrize(
    "rule", ["syria/forces-near-homs", "access/border-crossing-closed", "humanitarian/mass-displacement"]
)
async def test_a_rule_about_one_thing_opens_one_alert(received: Bodies, rule: str) -> None:
    assert [body["rule"]["id"] for body in received].count(rule) == 1


@pytest.mark.parametrize("words", SILENT)
async def test_what_is_feared_forecast_or_long_past_is_no_alert(received: Bodies, words: str) -> None:
    assert not [quote for body in received for quote in body["evidence"] if words in quote["quote"]]
    assert words in article()
