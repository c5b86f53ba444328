"""The metrics catalogue, and the observer that counts into it. The one door to prometheus-client.

Every label has a bound: rules and subscriptions are named in files, and past `NAMED_MAX` of them the rest share one
value. No id, no URL and no text ever becomes a label.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from time import monotonic

from alerts.adapters.logs import Log

os.environ.setdefault("PROMETHEUS_DISABLE_CREATED_SERIES", "True")

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder

NAMED_MAX = 500

# A gauge of a partition or an endpoint is set anew about once a second by whoever has it. One that is not belongs to a
# partition that went to another worker, which sets it there: shown twice, the old one would be taken for the truth.
STALE_SECONDS = 120
_PASSING = frozenset({"partition", "endpoint"})
_OTHER = "_other"

_COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "reports_received": ("Reports accepted at the HTTP port.", ()),
    "reports_refused": ("Reports refused at the HTTP port, by cause.", ("reason",)),
    "reports_admitted": ("Versions of reports read by DETECT: fresh, duplicate or stale.", ("outcome",)),
    "records": ("Records read by a stage.", ("stage",)),
    "events": ("Events understood.", ()),
    "rule_matches": ("Matches by rule.", ("rule",)),
    "early_matches": ("Matches folded before time had passed them: they had waited long enough for a partition.", ()),
    "late_matches": ("Matches folded after one of a later time: they came after an early one.", ()),
    "alert_changes": ("Changes in the life of alerts.", ("kind",)),
    "suppressions": ("What was held back, by reason.", ("reason",)),
    "delivery_attempts": ("HTTP tries, by outcome.", ("outcome",)),
    "dead_letters": ("What could not be read and was set aside.", ("origin",)),
    "report_warnings": ("What was set right in reports that other producers wrote to Kafka.", ("topic",)),
    "misplaced_records": ("Reports found in another partition than that of their key, and moved there.", ("topic",)),
    "parser_restarts": ("Parser processes that were killed and replaced.", ()),
    "extractor_restarts": ("Processes of a plug-in extractor that were killed and replaced.", ("extractor",)),
    "extractor_failures": ("Reports at which one of several extractors failed.", ("extractor",)),
    "rules_reloads": ("Reloads of the rule files.", ("outcome",)),
    "epochs": ("Transactions on Kafka, by how they ended.", ("stage", "outcome")),
    "rebalances": ("Times the group gave partitions out anew.", ("stage",)),
    "restored_rows": ("Rows of state read back from changelogs.", ("stage",)),
    "input_gap_records": ("Records that retention deleted before they were read.", ("topic",)),
    "log_messages": ("Warnings and errors told to the operator.", ("level",)),
}
_GAUGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "rules_loaded": ("Rules in force.", ()),
    "rules_reload_success_timestamp_seconds": ("When the rule files were last taken into force.", ()),
    "subscriptions_loaded": ("Subscriptions in force.", ()),
    "ready": ("1 while a check of /readyz holds.", ("check",)),
    "open_alerts": ("Alerts that are open, by TRACK partition.", ("partition",)),
    "pending_deliveries": ("Deliveries that wait for their endpoint.", ("endpoint",)),
    "oldest_pending_delivery_seconds": ("Age of the oldest delivery that waits for its endpoint.", ("endpoint",)),
    "unread_records": ("Records of its input that a stage has not worked yet.", ("stage",)),
    "track_clock_timestamp_seconds": ("How far TRACK has come in stream time.", ("partition",)),
    "waiting_matches": ("Matches that wait for time to pass them.", ("partition",)),
    "assigned_partitions": ("Partitions that this worker works.", ("stage",)),
    "input_lag_records": ("Records of an input partition not read yet.", ("stage", "topic", "partition")),
    "partition_progress_timestamp_seconds": (
        "When a partition last got on: an epoch was committed, or there was nothing to read.",
        ("stage", "topic", "partition"),
    ),
    "topics_fault": ("1 while a topic has not the partitions that this installation works with.", ()),
    "last_stable_offset": ("Up to where an input partition is committed.", ("stage", "topic", "partition")),
    "uncommitted_records": ("Records of open transactions in an input partition.", ("stage", "topic", "partition")),
    "store_full": ("1 while the store has no room.", ()),
    "store_bytes": ("Size of the store's files.", ()),
}
_HISTOGRAMS: dict[str, tuple[str, tuple[float, ...]]] = {
    "event_age_seconds": (
        "Received minus occurred.",
        (1, 60, 600, 3600, 6 * 3600, 86400, 2 * 86400, 7 * 86400, 30 * 86400),
    ),
    "delivery_latency_seconds": (
        "From the acceptance of the newest report behind an alert change to its delivery.",
        (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 600, 3600),
    ),
    "epoch_commit_seconds": ("Length of a transaction.", (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)),
    "restore_seconds": ("Length of a restore from the changelog.", (0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300)),
    "delivery_attempt_duration_seconds": ("Length of an HTTP try.", (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60)),
}


class Metrics:
    """One registry with the whole catalogue; implements the Observer port, logging beside counting."""

    def __init__(self, log: Log, *, now: Callable[[], float] = monotonic) -> None:
        self._log = log
        self._now = now
        self._set_at: dict[tuple[str, tuple[str, ...]], float] = {}
        self._registry = CollectorRegistry()
        registry = self._registry
        self._counters = {
            name: Counter(f"alerts_{name}", text, labels, registry=registry)
            for name, (text, labels) in _COUNTERS.items()
        }
        self._gauges = {
            name: Gauge(f"alerts_{name}", text, labels, registry=registry) for name, (text, labels) in _GAUGES.items()
        }
        self._histograms = {
            name: Histogram(f"alerts_{name}", text, buckets=buckets, registry=registry)
            for name, (text, buckets) in _HISTOGRAMS.items()
        }
        self._named: dict[str, set[str]] = {}

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to a counter of the catalogue."""
        counter = self._counters[name]
        (counter.labels(**self._bounded(labels)) if labels else counter).inc(amount)

    def observe(self, name: str, value: float) -> None:
        """Record a value in a histogram of the catalogue."""
        self._histograms[name].observe(value)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge of the catalogue."""
        gauge = self._gauges[name]
        bounded = self._bounded(labels)
        (gauge.labels(**bounded) if labels else gauge).set(value)
        if not _PASSING.isdisjoint(labels):
            self._set_at[name, tuple(bounded[label] for label in _GAUGES[name][1])] = self._now()

    def warn(self, sentence: str, **fields: object) -> None:
        """Tell the operator that something needs attention; nothing was lost."""
        self.count("log_messages", level="warning")
        self._log.warn(sentence, **fields)

    def error(self, sentence: str, **fields: object) -> None:
        """Tell the operator that something was lost or set aside."""
        self.count("log_messages", level="error")
        self._log.error(sentence, **fields)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return the metrics and their content type, in the format that an Accept header asks for."""
        self._drop_stale()
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def _drop_stale(self) -> None:
        before = self._now() - STALE_SECONDS
        for one in [one for one, set_at in self._set_at.items() if set_at < before]:
            name, labels = one
            self._gauges[name].remove(*labels)
            del self._set_at[one]

    def _bounded(self, labels: Mapping[str, str]) -> dict[str, str]:
        return {label: self._bounded_value(label, value) for label, value in labels.items()}

    def _bounded_value(self, label: str, value: str) -> str:
        seen = self._named.setdefault(label, set())
        if value in seen or len(seen) < NAMED_MAX:
            seen.add(value)
            return value.encode("utf-8", "replace").decode()
        return _OTHER
