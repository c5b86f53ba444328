"""Many histories, on all cores."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from tests.simulation.history import Plan, happened
from tests.simulation.laws import broken_laws, found_lives

_CHUNK = 25


@dataclass
class Tally:
    """What came of many histories."""

    histories: int = 0
    changes: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    broken: dict[int, list[str]] = field(default_factory=dict)
    """By seed, the laws that did not hold."""

    def add(self, other: Tally) -> None:
        self.histories += other.histories
        self.changes += other.changes
        self.happened += other.happened
        self.broken |= other.broken

    def report(self, order_wait: timedelta) -> str:
        """Say what broke, and how to see it again."""
        lines = [f"{len(self.broken)} of {self.histories} histories broke a law."]
        for seed, laws in sorted(self.broken.items())[:10]:
            again = f"python -m tests.simulation --start {seed} --count 1 --order-wait {order_wait.total_seconds():g}"
            lines += [f"seed {seed}, again by `{again}`:", *(f"    {law}" for law in laws[:5])]
        return "\n".join(lines)


def tried(start: int, count: int, order_wait: timedelta) -> Tally:
    """Let histories happen one after another."""
    tally = Tally()
    for seed in range(start, start + count):
        history = happened(Plan(seed=seed, order_wait=order_wait))
        tally.histories += 1
        tally.changes += sum(map(len, found_lives(history).values()))
        tally.happened += history.dice.happened
        tally.happened["early_matches"] += int(history.setting.observer.counted.get("early_matches", 0))
        if laws := broken_laws(history):
            tally.broken[seed] = laws
    return tally


def tried_together(start: int, count: int, order_wait: timedelta) -> Iterator[Tally]:
    """Let histories happen on all cores; yield what has come of them so far, again and again."""
    tally = Tally()
    chunks = [(first, min(_CHUNK, start + count - first)) for first in range(start, start + count, _CHUNK)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in as_completed([pool.submit(tried, first, size, order_wait) for first, size in chunks]):
            tally.add(done.result())
            yield tally


def fingerprint(seed: int) -> str:
    """Return a digest of everything that a history wrote, in its order."""
    log = happened(Plan(seed=seed)).setting.log
    written = sha256()
    for place in sorted(log.records):
        written.update(repr((place, log.records[place])).encode())
    for where in sorted(log.kept):
        written.update(repr((where, log.kept[where].position, log.kept[where].commits)).encode())
    return written.hexdigest()
