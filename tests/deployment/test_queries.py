"""Every query of the dashboard and of the alert rules: it parses, and asks for what the catalogue has."""

from __future__ import annotations

from collections.abc import Iterator

import promql_parser
import pytest

from tests.deployment.files import DASHBOARD, LABELS, SERIES, queries

QUERIES = queries()

# What Prometheus puts beside what a process says of itself.
OF_THE_SCRAPE = {"job", "instance"}


def selectors(expr: promql_parser.Expr) -> list[promql_parser.VectorSelector]:
    """Return the selectors within an expression; each of ours names its metric."""
    found: list[promql_parser.VectorSelector] = []

    def visit(part: promql_parser.Expr) -> bool:
        if isinstance(part, promql_parser.VectorSelector):
            found.append(part)
        elif isinstance(part, promql_parser.MatrixSelector):
            found.append(part.vector_selector)
        return True

    promql_parser.walk(expr, visit)
    return found


def metric(selector: promql_parser.VectorSelector) -> str:
    assert selector.name is not None, "a selector without a metric's name"
    return selector.name


def groupings(expr: promql_parser.Expr) -> Iterator[tuple[set[str], set[str]]]:
    """Yield for each aggregation the labels that it keeps and the metrics below it."""
    found: list[promql_parser.AggregateExpr] = []

    def visit(part: promql_parser.Expr) -> bool:
        if isinstance(part, promql_parser.AggregateExpr):
            found.append(part)
        return True

    promql_parser.walk(expr, visit)
    for one in found:
        if one.modifier is not None:
            yield set(one.modifier.labels), {metric(selector) for selector in selectors(one.expr)}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_it_asks_for_metrics_that_there_are(query: str) -> None:
    names = {metric(selector) for selector in selectors(promql_parser.parse(query))}

    assert names
    assert names <= SERIES | {"up"}, names - SERIES


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_it_selects_and_groups_by_labels_that_there_are(query: str) -> None:
    """A label that a metric does not have gives no error: it gives nothing, or one line for all."""
    expr = promql_parser.parse(query)

    for selector in selectors(expr):
        matched = {matcher.name for matcher in selector.matchers.matchers}
        assert matched <= LABELS.get(metric(selector), set()) | OF_THE_SCRAPE, (selector.name, matched)
    for kept, metrics in groupings(expr):
        for name in metrics:
            assert kept <= LABELS.get(name, set()) | OF_THE_SCRAPE, (name, kept)


def test_the_parser_of_these_tests_does_refuse() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        promql_parser.parse("sum(rate(alerts_records_total[5m])")


def test_every_metric_is_on_the_dashboard_or_in_an_alert() -> None:
    """One that nobody looks at is one that nobody needs; one is for `curl` only."""
    asked = {metric(selector) for query in QUERIES.values() for selector in selectors(promql_parser.parse(query))}
    histograms = {name.removesuffix("_bucket") for name in asked if name.endswith("_bucket")}
    unseen = {name for name in SERIES - asked if name.rsplit("_", 1)[0] not in histograms}

    assert unseen <= {"alerts_rules_reload_success_timestamp_seconds"}, (
        "show it in deploy/grafana/dashboards/alerts.json"
    )


def test_the_dashboards_list_of_processes_is_asked_of_a_metric_that_all_have() -> None:
    (variable,) = DASHBOARD["templating"]["list"]

    assert variable["definition"] == variable["query"]["query"] == "label_values(alerts_ready, instance)"
    assert "alerts_ready" in SERIES
