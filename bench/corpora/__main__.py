"""How well the extractor does on public development sets: figures by layer.

    python -m bench.corpora FOLDER [--only NAME] [--misses]

FOLDER holds a folder for each repository, named like it, with the set's file in its place in the repository. A set
that is absent is skipped. `--misses` prints the words that carry the missed events, where a set names them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from tests.extraction.reader import gazetteer

from bench import places
from bench.corpora import context, petrarch, plover, re3d, wikievents


class Figures(Protocol):
    """What scoring a set gives."""

    def lines(self, *, misses: bool) -> Iterator[str]:
        """Yield the lines to print."""
        ...


_GEO = "Pragmatic-Guide-to-Geoparsing-Evaluation/data/Corpora"
_SETS: dict[str, tuple[str, Callable[[Path], Figures]]] = {
    "plover": (plover.PATH, plover.score),
    "universal-petrarch": (petrarch.VALIDATION, petrarch.score),
    "petrarch2": (petrarch.UNIT_TESTS, petrarch.score),
    "wikievents": (wikievents.PATH, wikievents.score),
    "re3d": (re3d.PATH, re3d.score),
    "context": (context.PATH, context.score),
}
_TOPONYMS = {"lgl": f"{_GEO}/lgl.xml", "geovirus": f"{_GEO}/GeoVirus.xml"}


def _print(name: str, path: Path, *, misses: bool) -> None:
    if not path.exists():
        print(f"{name}: SKIPPED, {path} is not there", flush=True)
        return
    began = time.perf_counter()
    print(f"{name}: {path.name}", flush=True)
    if name in _TOPONYMS:
        figures = places.score(places.articles_of(path), gazetteer())
        print("  " + ", ".join(f"{key} {value:.3g}" for key, value in figures.items()))
    else:
        print(*(f"  {line}" for line in _SETS[name][1](path).lines(misses=misses)), sep="\n")
    print(f"  in {time.perf_counter() - began:.0f} s", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--only", choices=(*_SETS, *_TOPONYMS))
    options.add_argument("--misses", action="store_true")
    wanted = options.parse_args()
    paths = {name: path for name, (path, _) in _SETS.items()} | _TOPONYMS
    for name, path in paths.items():
        if wanted.only in (None, name):
            _print(name, wanted.folder / path, misses=wanted.misses)


if __name__ == "__main__":
    main()
