"""`alerts extract`: reports as lines of JSON in, one event a line out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from alerts.domain.errors import ReportRejected, SettingsProblem
from alerts.entrypoints.event_lines import event_line, mention_line
from alerts.entrypoints.report_lines import read_report
from alerts.entrypoints.run import settings_from
from alerts.pipeline.ports import ExtractionFailed

if TYPE_CHECKING:
    from alerts.entrypoints.event_reading import LocalReader


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="extract")(extract)


def extract(
    mentions: Annotated[bool, typer.Option("--mentions", help="Also write each place mention.")] = False,
    lexicon: Annotated[
        list[Path] | None, typer.Option("--lexicon", help="Folder of YAML files that add to the lexicon; repeatable.")
    ] = None,
    pipeline: Annotated[
        str | None, typer.Option("--pipeline", help="spaCy pipeline to parse with, by name or path.")
    ] = None,
    extractor: Annotated[
        list[str] | None,
        typer.Option(
            "--extractor",
            help="`builtin` or an installed plug-in; repeatable, in the order in which they are believed. Without it "
            "those of ALERTS_EXTRACTORS.",
        ),
    ] = None,
) -> None:
    """Read reports from stdin, one JSON object a line, and write one event a line.

    Input keys: id, text, published_at (default: now) and source. A line that cannot be read is named on stderr, the
    rest goes on, and the exit code is 1 at the end.
    """
    try:
        reader = _LineExtractor(_open(extractor or [], lexicon or [], pipeline), with_mentions=mentions)
    except SettingsProblem as error:
        print(f"alerts extract: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    for line in reader.lines(_numbered(sys.stdin.buffer)):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    if reader.rejected:
        raise typer.Exit(1)


def _open(extractors: list[str], lexicon: list[Path], pipeline: str | None) -> LocalReader:
    # Imported here: spaCy takes seconds, and `--help` needs none of it.
    from alerts.entrypoints.event_reading import LocalReader  # noqa: PLC0415

    missing = [folder for folder in lexicon if not folder.is_dir()]
    if missing:
        raise SettingsProblem(f"--lexicon {missing[0]}: no such folder")
    names = tuple(dict.fromkeys(extractors)) or settings_from().extractor_names
    return LocalReader(names, lexicon=lexicon, pipeline=pipeline)


def _numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(stream, start=1) if line.strip())


class _LineExtractor:
    def __init__(self, reader: LocalReader, *, with_mentions: bool) -> None:
        self._reader = reader
        self._with_mentions = with_mentions
        self.rejected = 0

    def lines(self, numbered: Iterable[tuple[int, bytes]]) -> Iterator[str]:
        for number, line in numbered:
            try:
                yield from self._of_line(line)
            except (ReportRejected, ExtractionFailed) as error:
                self.rejected += 1
                print(f"alerts extract: line {number}: {error}", file=sys.stderr)

    def _of_line(self, line: bytes) -> Iterator[str]:
        report = read_report(line, now=datetime.now(UTC))
        yield from (event_line(event, report.source_item_id) for event in self._reader.read(report))
        if self._with_mentions:
            yield from (mention_line(mention, report.source_item_id) for mention in self._reader.mentions(report))
