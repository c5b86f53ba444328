"""`alerts explain RULE REPORT`: the condition tree with what was found, for a hit and for a miss."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from alerts.adapters.report_bodies import Item, read_body
from alerts.adapters.report_reading import Understood, read_report
from alerts.domain.errors import AlertsError, ReportRejected
from alerts.domain.event import Event
from alerts.domain.ids import RuleId, report_id
from alerts.domain.report import Report, ReportKind, Source
from alerts.entrypoints import explain_text
from alerts.entrypoints.rule_files import DEFAULT_FOLDER, FAULTS, fail, load
from alerts.matching.explain import Explanation, explain
from alerts.ruleset.compiler import Compilation
from alerts.ruleset.diagnostics import did_you_mean
from alerts.ruleset.rule import Rule

_REPORT_MAX_BYTES = 16 * 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="explain", epilog="Exit codes: 0 the rule fires, 1 it stays quiet, 2 wrong usage.")(explain_rule)


def explain_rule(
    rule: Annotated[str, typer.Argument(help="A rule's id: pack/rule, or the part after the / if it is the only one.")],
    report: Annotated[
        str, typer.Argument(help="A file with a text, or with reports as JSON (one, a list, one a line); - for stdin.")
    ],
    rules: Annotated[Path, typer.Option("--rules", help="Folder of rule packs.")] = DEFAULT_FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object an event.")] = False,
) -> None:
    """Show why a rule fires for a report, or stays quiet: every condition with the value that was found.

    Examples: alerts explain syria/forces-near-homs story.txt · echo "Clashes hit Homs." | alerts explain homs -
    """
    compilation = load([rules], verb="explain").compilation
    chosen = _rule(compilation, rule)
    fired = False
    for item in _reports(report):
        explanations = _explanations(chosen, item)
        fired = fired or any(explanation.matches for explanation in explanations)
        _show(chosen, explanations, as_json=as_json)
    if not fired:
        raise typer.Exit(FAULTS)


def _rule(compilation: Compilation, name: str) -> Rule:
    rules = dict(compilation.ruleset.rules) if compilation.ruleset else {}
    found = [rules[RuleId(name)]] if RuleId(name) in rules else []
    found = found or [rule for rule_id, rule in rules.items() if rule_id.partition("/")[2] == name]
    if len(found) != 1:
        fail("explain", _not_one(compilation, name, len(found)))
    return found[0]


def _not_one(compilation: Compilation, name: str, count: int) -> str:
    known = [str(rule_id) for rule_id in compilation.ruleset.rules] if compilation.ruleset else []
    bad = [pack.id for pack in compilation.packs.values() if not pack.is_good]
    hint = f"; packs with faults: {', '.join(bad)} (see `alerts check`)" if bad else ""
    many = f"{count} rules are" if count else "no rule is"
    return f"{many} called {name}. {did_you_mean(name, known)}{hint}"


def _reports(where: str) -> list[Report]:
    """Return the reports of a file: JSON objects, one a line or one alone, else the whole as one text."""
    now = datetime.now(UTC)
    try:
        content = sys.stdin.buffer.read(_REPORT_MAX_BYTES) if where == "-" else _content(Path(where))
    except OSError as error:
        fail("explain", f"{where}: {error.strerror}")
    try:
        if content.lstrip()[:1] in {b"{", b"["}:
            return [_understood(item, where, now) for item in read_body(content, "").items]
        return [_of_text(content.decode("utf-8"), now)]
    except (ReportRejected, UnicodeDecodeError) as error:
        fail("explain", f"{where}: {error}")


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_REPORT_MAX_BYTES)


def _understood(item: Item, where: str, now: datetime) -> Report:
    """Return a report as `POST /v1/reports` takes it; the event's age counts from its publication."""
    found = read_report(item, received_at=now)
    if not isinstance(found, Understood):
        fault = found[0]
        fail("explain", f"{where}: report {item.index + 1}: {fault.pointer or '/'}: {fault.detail}")
    return replace(found.report, received_at=found.report.published_at)


def _of_text(text: str, now: datetime) -> Report:
    return Report(
        id=report_id("stdin", "1"),
        source=Source(id="stdin"),
        source_item_id="1",
        version=1,
        kind=ReportKind.NEW,
        received_at=now,
        published_at=now,
        text=text,
    )


def _explanations(rule: Rule, report: Report) -> list[Explanation]:
    if rule.on_reports:
        return [explain(rule, report, None)]
    from alerts.entrypoints.event_reading import open_reader  # noqa: PLC0415 - the parser takes seconds to load

    try:
        events: Sequence[Event] = open_reader()(report)
    except AlertsError as error:
        fail("explain", str(error))
    return [explain(rule, report, event) for event in events]


def _show(rule: Rule, explanations: Sequence[Explanation], *, as_json: bool) -> None:
    if as_json:
        for explanation in explanations:
            print(json.dumps(explain_text.as_record(explanation), ensure_ascii=False))
        return
    print(f"rule {rule.id}: {rule.title}")
    if not explanations:
        print("no event was found in this report")
    for number, explanation in enumerate(explanations, start=1):
        title = explain_text.title_of(explanation.event, number=number, total=len(explanations))
        print("\n" + explain_text.as_text(explanation, title=title))
