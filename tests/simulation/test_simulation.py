"""Workers crash, stall, wake as zombies and lose their partitions; the alerts are what the log says all the same.

SIMULATION_COUNT and SIMULATION_START choose how many histories and from which seed on; `python -m tests.simulation`
runs as many as one likes. A history that breaks a law is named by its seed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from tests.simulation import broken
from tests.simulation.dice import CHANCES
from tests.simulation.history import Plan, happened
from tests.simulation.laws import broken_laws
from tests.simulation.log import SimLog
from tests.simulation.trials import Tally, fingerprint, tried_together
from tests.support.process import ROOT

COUNT = int(os.environ.get("SIMULATION_COUNT", "1000"))
START = int(os.environ.get("SIMULATION_START", "0"))

# Faults of the coordinator's side; those of single calls are in CHANCES.
TROUBLE = {"kill", "pause", "rebalance", "storm", "stall", "resumed", "commit_refused"}


def tally_of(start: int, count: int, order_wait: timedelta) -> Tally:
    *_, tally = tried_together(start, count, order_wait)
    return tally


def test_no_history_loses_doubles_or_alters_an_alert() -> None:
    tally = tally_of(START, COUNT, timedelta(0))

    assert not tally.broken, tally.report(timedelta(0))
    assert tally.histories == COUNT
    # A law over histories in which nothing happens would hold of anything.
    assert tally.happened.keys() >= CHANCES.keys() | TROUBLE
    assert tally.changes > 5 * COUNT


def test_workers_that_wait_no_longer_than_is_set_lose_and_double_nothing_either() -> None:
    patience = timedelta(seconds=5)
    tally = tally_of(START, max(COUNT // 5, 1), patience)

    assert not tally.broken, tally.report(patience)
    assert tally.happened["early_matches"] > 0


@pytest.mark.parametrize(
    "log", [broken.PositionFirst, broken.ResultsFirst, broken.Unfenced, broken.Forgetful, broken.Stale]
)
def test_a_log_that_breaks_a_promise_is_found_out(log: type[SimLog]) -> None:
    assert any(broken_laws(happened(Plan(seed=seed, log=log))) for seed in range(60))


def test_one_seed_gives_one_history_on_every_machine() -> None:
    """Also where the hashes of texts are others: nothing may hang on the order of a set."""
    elsewhere = [
        subprocess.run(
            [sys.executable, "-m", "tests.simulation", "--start", "11", "--fingerprint"],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]

    assert elsewhere == [fingerprint(11)] * 2
