"""How fast reports are read, one core: the first look, the whole extraction beside stock spaCy, and a mixed stream.

Run: `python -m bench.extraction [--reports N]` (300 unless told). Texts are made from templates of our own, seeded.

Three figures: reports a second that the first look turns away (irrelevant reports); reports a second read to events
(relevant reports) beside spaCy's stock pipeline with every component over the same texts in the same run, as a ratio;
and reports a second of a stream in which one in ten is relevant, beside stock spaCy over that stream.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import spacy

from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.parser import SpacyParser
from alerts.domain.ids import report_id
from alerts.domain.report import Report, ReportKind, Source
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
    item = str(number)
    return Report(
        id=report_id("bench", item),
        source=Source(id="bench"),
        source_item_id=item,
        version=1,
        kind=ReportKind.NEW,
        received_at=_WHEN,
        published_at=_WHEN,
        text=text,
    )


def read(extractor: Extractor, parser: SpacyParser, reports: Sequence[Report]) -> int:
    """Read reports to events in batches as the pipeline does; return how many events they gave."""
    events = 0
    for first in range(0, len(reports), _BATCH):
        prepared = [extractor.prepare(report) for report in reports[first : first + _BATCH]]
        trees = iter(parser.parse([text for one in prepared for text in one.texts]))
        for one in prepared:
            events += len(extractor.extract(one, [next(trees) for _ in one.texts]).events)
    return events


def rate(reports: Sequence[Report], work: Callable[[], object]) -> float:
    """Return reports a second."""
    began = time.perf_counter()
    work()
    return len(reports) / (time.perf_counter() - began)


def main() -> None:
    """Print the three figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--reports", type=int, default=300)
    count = options.parse_args().reports
    chance = random.Random(7)  # noqa: S311
    relevant = [a_report(i, a_text(chance, _RELEVANT)) for i in range(count)]
    irrelevant = [a_report(i, a_text(chance, _IRRELEVANT)) for i in range(count)]
    mixed = [relevant[i] if i % 10 == 0 else irrelevant[i] for i in range(count)]
    extractor, parser = Extractor(open_gazetteer(), open_lexicon()), SpacyParser()
    stock = spacy.load(parser.pipeline)
    read(extractor, parser, relevant[:20])

    def look() -> int:
        return sum(bool(extractor.prepare(report).texts) for report in irrelevant)

    def stock_over(reports: Sequence[Report]) -> Callable[[], object]:
        return lambda: sum(len(doc) for doc in stock.pipe((report.text for report in reports), batch_size=64))

    print(
        f"first look, irrelevant: {rate(irrelevant, look):.0f} reports/s, {look()} of {count} passed on to the parser"
    )
    for name, reports in (("relevant", relevant), ("one in ten relevant", mixed)):
        ours = rate(reports, lambda reports=reports: read(extractor, parser, reports))  # type: ignore[misc]
        theirs = rate(reports, stock_over(reports))
        print(f"{name}: {ours:.0f} reports/s, stock spaCy {theirs:.0f}, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
