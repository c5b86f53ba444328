"""How well the fresh passages are read: figures by file and in all.

    python -m bench.passages open [--faults]
    python -m bench.passages sealed

`open` may be looked into while patterns are written; of `sealed` nothing but the totals is ever printed, so that its
figures stay those of texts that nobody fitted.
"""

from __future__ import annotations

import argparse

from tests.extraction.passage_check import faults
from tests.extraction.reader import events, told
from tests.extraction.score import Score, fresh, score

from bench.sub_events import labels, weighted_f1


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("part", choices=("open", "sealed"))
    options.add_argument("--faults", action="store_true", help="print what is wrong with each passage; open ones only")
    wanted = options.parse_args()
    if wanted.faults and wanted.part == "sealed":
        options.error("the sealed passages are not looked into")
    total = Score()
    every: list[tuple[str, str]] = []
    for name, passages in fresh(wanted.part).items():
        own = Score()
        pairs: list[tuple[str, str]] = []
        for passage in passages:
            found = events(passage["text"])
            own += score(passage, found)
            pairs += [pair] if (pair := labels(passage, found)) else []
            wrong = faults(passage, found) if wanted.faults else []
            if wrong:
                print(f"- {passage['id']}: {passage['text']}", *wrong, *told(found), sep="\n    ", flush=True)
        total += own
        every += pairs
        print(f"{name:14} {len(passages):3} passages: {own}, {_told(pairs)}", flush=True)
    print(f"{'all':14} {total}, {_told(every)}")


def _told(pairs: list[tuple[str, str]]) -> str:
    return f"ACLED sub-event {weighted_f1(pairs):.2f} (of {len(pairs)})"


if __name__ == "__main__":
    main()
