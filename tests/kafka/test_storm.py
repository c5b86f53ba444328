"""The short form of `python -m tests.kafka.storm`: every kind of fault once or more, then every law."""

from __future__ import annotations

from pathlib import Path

from tests.kafka.storm import stormy

HARMS = ("kill", "freeze", "broker", "kill", "shuffle", "kill")


async def test_faults_lose_nothing_and_tell_nothing_twice(kafka_bootstrap: str, tmp_path: Path) -> None:
    # It brings a broker of its own, which it may restart; the fixture says whether one can be had here.
    outcome = await stormy(tmp_path, seed=20250301, workers=2, kinds=HARMS)

    assert not outcome.broken, outcome.told()
    assert not outcome.deaths, outcome.told()
    assert [fault.kind for fault in outcome.faults] == list(HARMS)
    assert outcome.alerts > 10
