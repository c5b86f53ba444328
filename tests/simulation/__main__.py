"""Simulated histories from a seed on.

    python -m tests.simulation [--start 0] [--count 1000] [--order-wait 0] [--fingerprint]

Prints how many histories happened, what went wrong in them, and each seed whose history broke a law. Ends with 1 when
one did. `--order-wait` in seconds: 0 asks for the very same alert changes as the reference, else matches may be folded
early and the lives may be others. `--fingerprint` prints a digest of the one history of `--start`.
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import timedelta

from tests.simulation.trials import Tally, fingerprint, tried_together


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--order-wait", type=float, default=0.0)
    parser.add_argument("--fingerprint", action="store_true")
    given = parser.parse_args()
    if given.fingerprint:
        say(fingerprint(given.start))
        return 0
    order_wait, begun, tally = timedelta(seconds=given.order_wait), time.monotonic(), Tally()
    for tally in tried_together(given.start, given.count, order_wait):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{tally.histories} histories, {len(tally.broken)} broken")
    say(f"{tally.histories} histories, {tally.changes} alert changes, {time.monotonic() - begun:.1f} s")
    say(", ".join(f"{fault} {count}" for fault, count in sorted(tally.happened.items())))
    say(tally.report(order_wait))
    return 1 if tally.broken else 0


if __name__ == "__main__":
    sys.exit(main())
