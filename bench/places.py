"""How well and how fast places are found and resolved, on news that others have geocoded.

Run: `python -m bench.places FOLDER`, where FOLDER holds lgl.xml and GeoVirus.xml (milangritta's
Pragmatic-Guide-to-Geoparsing-Evaluation, data/Corpora; GPL-3, the articles are third parties': never part of this
repository). A corpus that is absent is skipped. Only the text is given, never the outlet's home.

Scores are over all gold toponyms: one that was not found, or found without a place, counts as wrong. The last figure
leaves out gold that is a demonym ("Russian": for us a vote, never a place) and takes a country's or continent's name as
right where the gold point lies inside it: sources differ by hundreds of kilometres in where a country's middle is.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from alerts.adapters.gazetteer import open_gazetteer
from alerts.domain.geo import Point, distance_km
from alerts.domain.place import Precision
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.mentions import Toponym
from alerts.extraction.names import fold
from alerts.extraction.place_index import NameUse
from alerts.extraction.toponyms import find_toponyms

ACCEPTED_KM = 161.0
"""A hundred miles: the usual bound of the field ("acc@161km")."""
_FAULTS_SHOWN = 40
_SHIFTS = (0, -1, 1, -2, 2, -3, 3)


@dataclass(frozen=True, slots=True)
class Gold:
    """A toponym as its annotators resolved it."""

    start: int
    end: int
    phrase: str
    point: Point


@dataclass(frozen=True, slots=True)
class Article:
    """A text with all its gold toponyms; `unresolved` spans are toponyms without a point."""

    text: str
    gold: tuple[Gold, ...]
    unresolved: frozenset[tuple[int, int]]


def articles_of(path: Path) -> Iterator[Article]:
    """Yield the articles of a corpus in either of the two formats."""
    for node in ET.parse(path).getroot():  # noqa: S314 -- a corpus that the reader has downloaded on purpose
        text = node.findtext("text") or ""
        found, unresolved = [], set()
        for item in (*node.iter("toponym"), *node.iter("location")):
            start, end = _span(item, text)
            lat, lon = item.findtext(".//lat"), item.findtext(".//lon")
            if lat and lon:
                found.append(Gold(start, end, text[start:end], Point(float(lat), float(lon))))
            else:
                unresolved.add((start, end))
        yield Article(text, tuple(found), frozenset(unresolved))


def _span(item: ET.Element, text: str) -> tuple[int, int]:
    """Return a toponym's offsets, moved by the few characters that some of GeoVirus's are off."""
    start, end = int(item.findtext("start") or 0), int(item.findtext("end") or 0)
    name = item.findtext("name") or text[start:end]
    moved = next((start + by for by in _SHIFTS if text.startswith(name, start + by)), start)
    return moved, moved + (len(name) if item.findtext("name") and text.startswith(name, moved) else end - start)


def score(articles: Iterable[Article], gazetteer: Gazetteer) -> dict[str, float]:
    """Return recognition and resolving figures, and prints what went wrong most often."""
    counted: Counter[str] = Counter()
    faults: Counter[tuple[str, str]] = Counter()
    seconds = 0.0
    for article in articles:
        began = time.perf_counter()
        found = find_toponyms(article.text, gazetteer)
        seconds += time.perf_counter() - began
        counted["characters"] += len(article.text)
        _compare(article, found, gazetteer, counted, faults)
    for (kind, phrase), times in faults.most_common(_FAULTS_SHOWN):
        print(f"  {kind:9} {times:4}  {phrase}")
    precision = counted["right"] / (counted["found"] or 1)
    recall = counted["right"] / (counted["gold"] or 1)
    return {
        "toponyms": counted["gold"],
        "precision": precision,
        "recall": recall,
        "F": 2 * precision * recall / (precision + recall or 1),
        "acc@161km": counted["near"] / (counted["resolvable"] or 1),
        "acc@161km of found": counted["near"] / (counted["met"] or 1),
        "the same, no demonyms, countries by identity": counted["near_or_in"] / (counted["nouns"] or 1),
        "ms per 1.5 kB": seconds * 1_500_000 / (counted["characters"] or 1),
    }


def _compare(
    article: Article,
    found: tuple[Toponym, ...],
    gazetteer: Gazetteer,
    counted: Counter[str],
    faults: Counter[tuple[str, str]],
) -> None:
    spans = [(gold.start, gold.end) for gold in article.gold] + sorted(article.unresolved)
    counted["gold"] += len(spans)
    counted["found"] += len(found)
    for toponym in found:
        if not any(_overlap((toponym.start, toponym.end), span) for span in spans):
            faults["spurious", toponym.text] += 1
    counted["right"] += sum(any(_overlap(span, (t.start, t.end)) for t in found) for span in spans)
    for gold in article.gold:
        counted["resolvable"] += 1
        met = [t for t in found if _overlap((gold.start, gold.end), (t.start, t.end))]
        counted["met"] += bool(met)
        is_near = any(t.place and distance_km(t.place.point, gold.point) <= ACCEPTED_KM for t in met)
        if not _is_demonym(gold, gazetteer):
            counted["nouns"] += 1
            counted["near_or_in"] += is_near or any(_holds(t, gold) for t in met)
        if is_near:
            counted["near"] += 1
        else:
            faults["wrong" if met else "missed", gold.phrase] += 1


def _is_demonym(gold: Gold, gazetteer: Gazetteer) -> bool:
    return any(bearer.use is NameUse.DEMONYM for bearer in gazetteer.bearers(fold(gold.phrase)))


def _holds(toponym: Toponym, gold: Gold) -> bool:
    place = toponym.place
    if place is None or place.precision is not Precision.COUNTRY:
        return False
    return distance_km(place.point, gold.point) <= place.radius_km


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def main() -> None:
    """Score each corpus of a folder."""
    if len(sys.argv) != 2:
        sys.exit("usage: python -m bench.places FOLDER   (a folder with lgl.xml and GeoVirus.xml)")
    gazetteer = open_gazetteer()
    for name in ("lgl.xml", "GeoVirus.xml"):
        path = Path(sys.argv[1]) / name
        if not path.is_file():
            print(f"{name}: skipped, {path} is not there")
            continue
        print(name)
        figures = score(articles_of(path), gazetteer)
        print("  " + ", ".join(f"{key} {value:.3g}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
