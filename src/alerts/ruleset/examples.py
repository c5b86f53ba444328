"""Examples that a rule's author writes beside it: what must fire it, and what must leave it quiet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from alerts.domain.alert import ChangeKind
from alerts.domain.event import Event
from alerts.domain.report import ReportKind, Source
from alerts.ruleset import example_events
from alerts.ruleset.match_tree import MATCH_KEYS
from alerts.ruleset.nodes import Entry, Fields, Items, Node, Plain, Position, Text, plain
from alerts.ruleset.reading import hours, kind_of, mapping, text, words
from alerts.ruleset.vocabulary import Vocabulary

EXAMPLE_NOW = datetime(2025, 1, 15, 12, 0, tzinfo=UTC)
"""When a report of an example is published and received, unless it says `published`. A Wednesday."""

EXAMPLE_KEYS = ("text", "event", "reports", "title", "source", "published", "expect", "because")
REPORT_KEYS = ("at", "text", "event", "title", "source", "item", "kind", "expect")
SOURCE_KEYS = ("id", "owner", "kind", "country", "language", "reliability")
NO_EVENT = "no_event"
BECAUSE_WORDS = {word: word for word in (*MATCH_KEYS, NO_EVENT)}
NOTHING = "nothing"
"""What a timed report may be expected to change, besides the changes of an alert's life."""
CHANGES = tuple(kind.value for kind in ChangeKind)


class Wanted(StrEnum):
    """What an example proves."""

    FIRES = "fires"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleReport:
    """One report of an example: a text to extract from, or an event ready made (its times count from arrival)."""

    text: str = ""
    title: str | None = None
    event: Event | None = None
    source: Source = field(default_factory=lambda: Source(id="example"))
    item: str | None = None
    kind: ReportKind = ReportKind.NEW
    published_at: datetime = EXAMPLE_NOW
    received_at: datetime = EXAMPLE_NOW
    is_report: bool = True
    """False for a bare moment of a timed example, in which only time passes."""
    changes: tuple[str, ...] | None = None
    """In a timed example: the changes that this report must bring, `nothing` for none; None when it does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One example. `is_timed` ones have several reports and are told by the changes that they bring."""

    wanted: Wanted
    at: Position
    reports: tuple[ExampleReport, ...]
    expect: Mapping[str, Plain] = field(default_factory=dict)
    because: str | None = None
    is_timed: bool = False


def examples(entry: Entry | None, vocabulary: Vocabulary) -> tuple[Example, ...]:
    """Compile `examples: {fires: [...], quiet: [...]}`."""
    if entry is None:
        return ()
    entries = mapping(entry.value, tuple(Wanted), vocabulary.problems, what="examples") or {}
    found: list[Example] = []
    for name, part in entries.items():
        if not isinstance(part.value, Items):
            message = f"`{name}` is a list of examples, found {kind_of(part.value)}"
            vocabulary.problems.error(part.value.at, "wrong-kind", message, f'as in {name}: [{{text: "..."}}]')
            continue
        compiled = (_example(Wanted(name), node, vocabulary) for node in part.value.items)
        found.extend(example for example in compiled if example)
    return tuple(found)


def _example(wanted: Wanted, node: Node, vocabulary: Vocabulary) -> Example | None:
    problems = vocabulary.problems
    entries = mapping(node, EXAMPLE_KEYS, problems, what="an example")
    if entries is None:
        return None
    forms = [name for name in ("text", "event", "reports") if name in entries]
    if len(forms) != 1:
        problems.error(node.at, "one-form", "an example has one of text, event, reports")
        return None
    because = words(entries["because"].value, BECAUSE_WORDS, problems, what="because") if "because" in entries else ()
    if wanted is Wanted.FIRES and because:
        problems.error(entries["because"].key.at, "unknown-key", "an example that fires has no `because`")
    if forms[0] == "reports":
        reports = _timed(entries["reports"].value, vocabulary)
    else:
        single = _report(entries, EXAMPLE_NOW, vocabulary)
        reports = (single,) if single else ()
    if not reports:
        return None
    return Example(
        wanted=wanted,
        at=node.at,
        reports=reports,
        expect=_expected(entries.get("expect"), vocabulary),
        because=because[0] if because else None,
        is_timed=forms[0] == "reports",
    )


def _expected(entry: Entry | None, vocabulary: Vocabulary) -> Mapping[str, Plain]:
    if entry is None:
        return {}
    if not isinstance(entry.value, Fields):
        message = f"expect maps names to values, found {kind_of(entry.value)}"
        vocabulary.problems.error(entry.value.at, "wrong-kind", message, "as in expect: {distance_km: 5}")
        return {}
    return {name: plain(part.value) for name, part in entry.value.entries.items()}


def _report(entries: Mapping[str, Entry], now: datetime, vocabulary: Vocabulary) -> ExampleReport | None:
    problems = vocabulary.problems
    written = text(entries["text"].value, problems, what="text") if "text" in entries else None
    title = text(entries["title"].value, problems, what="title") if "title" in entries else None
    item = text(entries["item"].value, problems, what="item") if "item" in entries else None
    kinds = {kind.value: kind for kind in ReportKind}
    kind = words(entries["kind"].value, kinds, problems, what="kind") if "kind" in entries else ()
    published = _time(entries["published"], vocabulary) if "published" in entries else now
    if published is None:
        return None
    event = example_events.event(entries["event"].value, published, vocabulary) if "event" in entries else None
    is_report = bool(written or event or kind == (ReportKind.WITHDRAWN,))
    if not is_report and {"text", "event"} & entries.keys():
        return None  # what was written has faults of its own
    return ExampleReport(
        text=written.value if written else "",
        title=title.value if title else None,
        event=event,
        source=_source(entries["source"].value, vocabulary) if "source" in entries else Source(id="example"),
        item=item.value if item else None,
        kind=kind[0] if kind else ReportKind.NEW,
        is_report=is_report,
        published_at=published,
        received_at=published,
        changes=_changes(entries["expect"].value, vocabulary) if "at" in entries and "expect" in entries else None,
    )


def _timed(node: Node, vocabulary: Vocabulary) -> tuple[ExampleReport, ...]:
    """Compile `reports: [{at: 2h, text: ..., expect: opened}]`; an entry without text or event is a bare moment."""
    if not isinstance(node, Items):
        vocabulary.problems.error(node.at, "wrong-kind", f"reports must be a list, found {kind_of(node)}")
        return ()
    found: list[ExampleReport] = []
    for item in node.items:
        entries = mapping(item, REPORT_KEYS, vocabulary.problems, what="a report", required=("at",))
        at = hours(entries["at"].value, vocabulary.problems) if entries and "at" in entries else None
        if entries is None or at is None:
            continue
        now = EXAMPLE_NOW + timedelta(hours=at)
        if found and now < found[-1].received_at:
            vocabulary.problems.error(entries["at"].value.at, "out-of-order", "reports stand in order of time")
        report = _report(entries, now, vocabulary)
        found.extend([report] if report else [])
    return tuple(found)


def _changes(node: Node, vocabulary: Vocabulary) -> tuple[str, ...]:
    known = {change: change for change in (*CHANGES, NOTHING)}
    return words(node, known, vocabulary.problems, what="the change expected")


def _source(node: Node, vocabulary: Vocabulary) -> Source:
    problems = vocabulary.problems
    if isinstance(node, Text):
        return Source(id=node.value or "example")
    entries = mapping(node, SOURCE_KEYS, problems, what="source") or {}
    values = {name: text(entry.value, problems, what=name) for name, entry in entries.items()}
    given = {name: value.value for name, value in values.items() if value}
    return Source(
        id=given.get("id", "example"),
        owner=given.get("owner"),
        kind=given.get("kind"),
        country=given.get("country"),
        language=given.get("language"),
        reliability=given.get("reliability"),
    )


def _time(entry: Entry, vocabulary: Vocabulary) -> datetime | None:
    written = text(entry.value, vocabulary.problems, what="published")
    if written is None:
        return None
    try:
        found = datetime.fromisoformat(written.value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        hint = "as in 2024-12-06T09:00:00Z"
        message = f"a time with its zone must stand here, found `{written.value}`"
        vocabulary.problems.error(written.at, "bad-time", message, hint)
        return None
    return found.astimezone(UTC)
