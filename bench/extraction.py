"""How fast reports are read, one core: the first look, the whole extraction beside stock spaCy, and mixed streams.

Run: `python -m bench.extraction [--reports N] [--rounds N] [--profile]`. Texts are our own and seeded: of templates,
and of the open passages that extraction is tried on, every paragraph of which tells an event.

Figures: reports a second that the first look turns away; reports a second read to events beside spaCy's stock pipeline
with every component over the same texts in the same run, as a ratio; and the same of streams in which one report in
ten is relevant. Seconds are of processor time, one thread; ours and stock take turns, and medians are printed.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from statistics import median

import spacy
from spacy.language import Language
from tests.extraction.score import fresh
from tests.support import builders

from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.parser import SpacyParser
from alerts.domain.report import Report
from alerts.extraction.extractor import Extractor

_WHEN = datetime(2024, 12, 6, 12, tzinfo=UTC)
_CHARACTERS = 1_600
_BATCH = 50

_TOWNS = ("Homs", "Goma", "Kharkiv", "Marib", "Maiduguri", "Sagaing", "Nyala", "Quetta", "Beira", "Port-au-Prince")
_RELEVANT = (
    "Gunmen attacked a market in {town} on {day}, killing {n} people, the mayor said.",
    "About {n} families fled {town} after shells hit two schools near the river.",
    "The army said that it had retaken a village north of {town} from insurgents.",
    "Analysts warn that the fall of {town} would cut the road to the coast.",
    "Officials closed the bridge outside {town} and turned back lorries loaded with flour.",
    "A doctor at the hospital said that {n} wounded had been brought in since dawn.",
    "Aid workers hope to reach the town with tents and medicine before {day}.",
    "Residents spoke of a quiet night, though few dared to sleep in their own beds.",
)
_IRRELEVANT = (
    "The home side led at the interval and added two more before the end on {day}.",
    "The bakery in {town} sells {n} loaves each morning and has a queue by eight.",
    "Her third album mixes old songs of the coast with strings and a choir.",
    "The firm hopes to raise its profit by {n} percent with a new line of shoes.",
    "Visitors praised the garden, the roses and above all the cakes.",
    "The recipe needs {n} grams of sugar, two lemons and a little patience.",
    "Pupils planted trees along the canal and painted the fence of the library.",
    "The museum shows chairs and lamps by a designer who grew up in {town}.",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def a_text(chance: random.Random, templates: Sequence[str]) -> str:
    """Return a report of about 1,600 characters in paragraphs of three sentences."""
    sentences: list[str] = []
    while sum(map(len, sentences)) < _CHARACTERS:
        town, day, n = chance.choice(_TOWNS), chance.choice(_DAYS), chance.randrange(3, 900)
        sentences.append(chance.choice(templates).format(town=town, day=day, n=n))
    return "\n\n".join(" ".join(sentences[i : i + 3]) for i in range(0, len(sentences), 3))


def a_report(number: int, text: str) -> Report:
    """Return a report with a text."""
    return builders.a_text(text, item=str(number), source="bench", published_at=_WHEN)


def read(extractor: Extractor, parser: SpacyParser, reports: Sequence[Report]) -> int:
    """Read reports to events in batches as the pipeline does; return how many events they gave."""
    events = 0
    for first in range(0, len(reports), _BATCH):
        prepared = [extractor.prepare(report) for report in reports[first : first + _BATCH]]
        trees = iter(parser.parse([text for one in prepared for text in one.texts]))
        for one in prepared:
            events += len(extractor.extract(one, [next(trees) for _ in one.texts]).events)
    return events


def passage_reports(count: int) -> list[Report]:
    """Return reports of open passages, each as a paragraph, of about 1,600 characters."""
    texts = [p["text"] for name, found in fresh("open").items() if name != "irrelevant" for p in found if p["events"]]
    endless = cycle(texts)
    reports: list[Report] = []
    for number in range(count):
        paragraphs: list[str] = []
        while sum(map(len, paragraphs)) < _CHARACTERS - 100:
            paragraphs.append(next(endless))
        reports.append(a_report(number, "\n\n".join(paragraphs)))
    return reports


def streams(count: int) -> Mapping[str, list[Report]]:
    """Return the reports of each figure by its name."""
    chance = random.Random(7)  # noqa: S311
    relevant = [a_report(i, a_text(chance, _RELEVANT)) for i in range(count)]
    irrelevant = [a_report(i, a_text(chance, _IRRELEVANT)) for i in range(count)]
    passages = passage_reports(count)
    return {
        "irrelevant": irrelevant,
        "relevant, templates": relevant,
        "relevant, passages": passages,
        "one in ten, templates": [relevant[i] if i % 10 == 0 else irrelevant[i] for i in range(count)],
        "one in ten, passages": [passages[i] if i % 10 == 0 else irrelevant[i] for i in range(count)],
    }


@dataclass(frozen=True, slots=True)
class Bench:
    """What is measured: our reading and stock spaCy, taking turns."""

    extractor: Extractor
    parser: SpacyParser
    stock: Language
    rounds: int

    def look(self, reports: Sequence[Report]) -> str:
        """Return how fast the first look is."""
        kept = sum(bool(self.extractor.prepare(report).texts) for report in reports)
        speeds = [rate(reports, lambda: list(map(self.extractor.prepare, reports))) for _ in range(self.rounds)]
        return f"first look: {median(speeds):.0f} reports/s, {kept} of {len(reports)} passed on to the parser"

    def beside_stock(self, reports: Sequence[Report]) -> str:
        """Return how fast whole reports are read, and the ratio to stock spaCy."""
        texts = [report.text for report in reports]
        pairs = [
            (
                rate(reports, lambda: read(self.extractor, self.parser, reports)),
                rate(reports, lambda: sum(map(len, self.stock.pipe(texts, batch_size=64)))),
            )
            for _ in range(self.rounds)
        ]
        ours, theirs = (median(column) for column in zip(*pairs, strict=True))
        ratio = median(a / b for a, b in pairs)
        return f"{ours:.0f} reports/s, stock spaCy {theirs:.0f}, ratio {ratio:.2f}"


def rate(reports: Sequence[Report], work: Callable[[], object]) -> float:
    """Return reports a second of processor time."""
    began = time.process_time()
    work()
    return len(reports) / (time.process_time() - began)


def profile(extractor: Extractor, parser: SpacyParser, reports: Sequence[Report]) -> None:
    """Print where the time of reading goes: the stages, then the functions that take most themselves."""
    prepared = [extractor.prepare(report) for report in reports]
    trees = [parser.parse(one.texts) for one in prepared]
    stages: Mapping[str, Callable[[], object]] = {
        "first look": lambda: [extractor.prepare(report) for report in reports],
        "parse": lambda: parser.parse([text for one in prepared for text in one.texts]),
        "events": lambda: [extractor.extract(one, tree) for one, tree in zip(prepared, trees, strict=True)],
    }
    spent = {name: 1000 / rate(reports, stage) for name, stage in stages.items()}
    for name, milliseconds in spent.items():
        print(f"  {name}: {milliseconds:.2f} ms a report, {milliseconds / sum(spent.values()):.0%}")
    watched = cProfile.Profile()
    watched.runcall(read, extractor, parser, reports)
    pstats.Stats(watched).sort_stats("tottime").print_stats(25)


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--reports", type=int, default=100)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--profile", action="store_true", help="where the time of relevant reports goes")
    wanted = options.parse_args()
    by_name = streams(wanted.reports)
    extractor, parser = Extractor(open_gazetteer(), open_lexicon()), SpacyParser()
    bench = Bench(extractor, parser, spacy.load(parser.pipeline), wanted.rounds)
    for reports in islice(by_name.values(), 1, 3):  # a process that has run for a while knows the words
        read(extractor, parser, reports)
    for name, reports in by_name.items():
        print(f"{name}: {bench.look(reports) if name == 'irrelevant' else bench.beside_stock(reports)}", flush=True)
    if wanted.profile:
        profile(extractor, parser, by_name["relevant, passages"])


if __name__ == "__main__":
    main()
