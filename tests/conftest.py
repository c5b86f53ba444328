"""What all tests share: the Kafka of the run, a loud word when there was none, what workers said before a failure."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from tests.support.kafka import WITHOUT_KAFKA, cluster, kafka_bootstrap
from tests.support.kafka_worker import LEFT_LOGS, WORKER_LOGS

__all__ = ["cluster", "kafka_bootstrap"]

_LOG_CHARS_SHOWN = 6_000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    report = yield
    if report.failed:
        for log in (*WORKER_LOGS, *LEFT_LOGS):
            said = log.read_text("utf-8", "replace")[-_LOG_CHARS_SHOWN:]
            report.sections.append((f"log of worker {log.stem}", said))
        LEFT_LOGS.clear()
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if WITHOUT_KAFKA:
        terminalreporter.section("THE KAFKA TESTS DID NOT RUN", sep="!", red=True)
        terminalreporter.line(WITHOUT_KAFKA[0])
