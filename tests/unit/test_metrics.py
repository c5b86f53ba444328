"""The metrics catalogue: documented, bounded, and readable in both formats."""

from __future__ import annotations

import re

from alerts.adapters import prometheus
from alerts.adapters.logs import Log
from alerts.adapters.prometheus import NAMED_MAX, STALE_SECONDS, Metrics
from tests.support.process import ROOT

CATALOGUE = {
    *(f"alerts_{name}_total" for name in prometheus._COUNTERS),
    *(f"alerts_{name}" for name in (*prometheus._GAUGES, *prometheus._HISTOGRAMS)),
}


def test_the_docs_name_every_metric_and_no_other() -> None:
    named = set(re.findall(r"`(alerts_[a-z_]+)", (ROOT / "docs" / "operations.md").read_text()))

    assert named == CATALOGUE


def test_something_counts_into_every_metric() -> None:
    source = "".join(path.read_text() for path in (ROOT / "src").rglob("*.py") if path.name != "prometheus.py")
    names = (*prometheus._COUNTERS, *prometheus._GAUGES, *prometheus._HISTOGRAMS)

    # The log's own counter is the one that the catalogue's module counts itself.
    assert [name for name in names if f'"{name}"' not in source] == ["log_messages"]


def test_past_its_bound_a_label_folds_into_one() -> None:
    metrics = Metrics(Log())

    for number in range(NAMED_MAX + 50):
        metrics.count("rule_matches", rule=f"pack/rule-{number}")

    body, _content_type = metrics.exposition("")
    assert body.count(b"alerts_rule_matches_total{") == NAMED_MAX + 1
    assert b'alerts_rule_matches_total{rule="_other"} 50.0' in body


def test_names_with_quotes_newlines_and_half_characters_cost_no_scrape() -> None:
    metrics = Metrics(Log())
    metrics.count("rule_matches", rule='desk "A"\\\nB')
    metrics.count("rule_matches", rule="\ud800")

    text, text_type = metrics.exposition("")
    openmetrics, open_type = metrics.exposition("application/openmetrics-text; version=1.0.0")

    assert rb'rule="desk \"A\"\\\nB"' in text
    assert text_type.startswith("text/plain")
    assert open_type.startswith("application/openmetrics-text")
    assert openmetrics.endswith(b"# EOF\n")


def test_a_gauge_of_a_partition_that_nobody_sets_any_more_goes() -> None:
    """The partition went to another worker; here its last lag would stay for ever."""
    time = [0.0]
    metrics = Metrics(Log(), now=lambda: time[0])
    for partition in ("0", "1"):
        metrics.gauge("input_lag_records", 7, stage="track", topic="matches", partition=partition)
    metrics.gauge("pending_deliveries", 3, endpoint="desk")
    metrics.gauge("assigned_partitions", 2, stage="track")

    time[0] = STALE_SECONDS
    metrics.gauge("input_lag_records", 8, stage="track", topic="matches", partition="1")
    at_the_bound = metrics.exposition("")[0]
    time[0] += 1
    body = metrics.exposition("")[0]

    assert b'partition="0"' in at_the_bound
    assert b'partition="0"' not in body
    assert b'alerts_input_lag_records{partition="1",stage="track",topic="matches"} 8.0' in body
    assert b"desk" not in body
    assert b'alerts_assigned_partitions{stage="track"} 2.0' in body
