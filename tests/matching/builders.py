"""Reports, events and rules for tests, each named for what it is; what is not said is an example's default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from textwrap import dedent, indent

from alerts.domain.event import Event, Status
from alerts.domain.ids import event_id, report_id
from alerts.domain.match import Match
from alerts.domain.place import Place, Precision
from alerts.domain.report import Report, ReportKind, Source
from alerts.matching.matcher import Matcher
from alerts.ruleset.compiler import Compilation, compile_packs
from alerts.ruleset.nodes import SourceFile
from alerts.ruleset.rule import RuleSet
from tests.ruleset.world import SmallGazetteer

NOW = datetime(2025, 1, 15, 12, 0, tzinfo=UTC)


def a_report(text: str = "", **more: object) -> Report:
    """A report of one source, published and received now."""
    given: dict[str, object] = {
        "id": report_id("wire", "1"),
        "source": Source(id="wire"),
        "source_item_id": "1",
        "version": 1,
        "kind": ReportKind.NEW,
        "received_at": NOW,
        "published_at": NOW,
        "text": text,
    }
    return Report(**(given | more))  # type: ignore[arg-type]


def an_event(event_type: str = "armed_clash", **more: object) -> Event:
    """An event that occurred now."""
    own = report_id("wire", "1")
    event = Event(id=event_id(own, 1, 0), report_id=own, type=event_type, status=Status.OCCURRED, occurred_at=NOW)
    return replace(event, **more)  # type: ignore[arg-type]


def a_spot(lat: float, lon: float, **more: object) -> Place:
    """A site known to 100 m."""
    given: dict[str, object] = {"precision": Precision.SITE, "radius_km": 0.1, "kind": "site", "name": "a spot"}
    return Place(lat=lat, lon=lon, **(given | more))  # type: ignore[arg-type]


def compiled(*texts: str, more: Sequence[SourceFile] = ()) -> Compilation:
    """Compile rule files written out, named 0.yaml, 1.yaml and so on."""
    files = [SourceFile(path=f"{index}.yaml", text=dedent(text)) for index, text in enumerate(texts)]
    return compile_packs([*files, *more], SmallGazetteer())


def rules_of(compilation: Compilation) -> RuleSet:
    """Return the rules of a compilation that has no faults."""
    assert compilation.is_sound, compilation.problems
    assert compilation.ruleset is not None
    return compilation.ruleset


def a_rule(match: str, *, alert: str = "{expire_after: 48h}", more: str = "", keys: str = "") -> RuleSet:
    """One rule of pack `p`, whose `match` and `alert` are given as YAML; `more` stands before it, `keys` in it."""
    return rules_of(compiled(rule_text(match, alert=alert, more=more, keys=keys)))


def rule_text(match: str, *, alert: str = "{expire_after: 48h}", more: str = "", keys: str = "") -> str:
    """The text of a file with one rule."""
    block = indent(dedent(match).strip(), "      ")
    head = f"pack: p\n{dedent(more)}\nrules:\n  - id: r\n    title: A rule\n"
    return f"{head}    match:\n{block}\n    alert: {alert}\n{indent(dedent(keys), '    ')}\n"


def matches(rules: RuleSet, *events: Event, report: Report | None = None) -> tuple[Match, ...]:
    """Put events to rules."""
    return Matcher(rules).match(report or a_report(), events)
