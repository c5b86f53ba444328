"""`alerts test`: the examples that authors wrote beside their rules, run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated
from xml.etree import ElementTree as ET

import typer

from alerts.domain.errors import AlertsError
from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.entrypoints import explain_text
from alerts.entrypoints.example_runs import Outcome, run_example
from alerts.entrypoints.rule_files import FAULTS, Loaded, fail, load
from alerts.ruleset import rendering
from alerts.ruleset.diagnostics import Level
from alerts.ruleset.examples import Example


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="test", epilog="Exit codes: 0 all pass, 1 an example or a rule file fails, 2 wrong usage.")(
        run_tests
    )


def run_tests(
    paths: Annotated[list[Path] | None, typer.Argument(help="Folders of packs, or rule files. Default: rules")] = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Also write a JUnit XML file.")] = None,
) -> None:
    """Run the examples of rules: those that must fire do, the others stay quiet for the reason they give.

    Examples: alerts test · alerts test rules/syria --junit report.xml
    """
    loaded = load(paths or [], verb="test")
    faults = [problem for problem in loaded.problems if problem.level is Level.ERROR]
    if faults:
        print(rendering.as_text(faults, loaded.texts) + "\n")
    outcomes = list(_outcomes(loaded))
    failed = [outcome for outcome in outcomes if outcome.fault]
    for outcome in failed:
        print(_shown(outcome) + "\n")
    rules = {outcome.rule.id for outcome in outcomes}
    print(f"{len(outcomes)} examples of {len(rules)} rules: {len(outcomes) - len(failed)} pass, {len(failed)} fail")
    if junit:
        junit.write_bytes(_as_junit(outcomes))
    if failed or faults:
        raise typer.Exit(FAULTS)


def _outcomes(loaded: Loaded) -> Iterator[Outcome]:
    ruleset = loaded.compilation.ruleset
    for rule_id, examples in loaded.compilation.examples.items():
        assert ruleset is not None, "a good pack has rules"
        for example in examples:
            yield run_example(ruleset.rules[rule_id], example, _read_events)


def _read_events(report: Report) -> Sequence[Event]:
    from alerts.entrypoints.event_reading import open_reader  # noqa: PLC0415 - examples of events need no parser

    try:
        return open_reader()(report)
    except AlertsError as error:
        fail("test", str(error))


def _shown(outcome: Outcome) -> str:
    at = outcome.example.at
    lines = [
        f"{at.path}:{at.line}:{at.column}: fail: {outcome.rule.id}: {outcome.fault}",
        f"    {_said(outcome.example)}",
    ]
    for number, explanation in enumerate(outcome.explanations, start=1):
        title = explain_text.title_of(explanation.event, number=number, total=len(outcome.explanations))
        shown = explain_text.as_text(explanation, title=title)
        lines.extend("    " + line for line in shown.split("\n"))
    return "\n".join(lines)


def _said(example: Example) -> str:
    report = example.reports[0]
    return report.text or (f"event {report.event.type}" if report.event else "a report")


def _as_junit(outcomes: Sequence[Outcome]) -> bytes:
    failed = sum(1 for outcome in outcomes if outcome.fault)
    suite = ET.Element("testsuite", name="alerts test", tests=str(len(outcomes)), failures=str(failed))
    for outcome in outcomes:
        at = outcome.example.at
        name = f"{outcome.example.wanted}: {_said(outcome.example)}"[:200]
        case = ET.SubElement(suite, "testcase", classname=outcome.rule.id, name=name, file=at.path, line=str(at.line))
        if outcome.fault:
            ET.SubElement(case, "failure", message=outcome.fault).text = _shown(outcome)
    written: bytes = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    return written
