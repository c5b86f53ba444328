"""What all tests share: the Kafka of the run, and a loud word when there was none."""

from __future__ import annotations

import pytest

from tests.support.kafka import WITHOUT_KAFKA, cluster, kafka_bootstrap

__all__ = ["cluster", "kafka_bootstrap"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if WITHOUT_KAFKA:
        terminalreporter.section("THE KAFKA TESTS DID NOT RUN", sep="!", red=True)
        terminalreporter.line(WITHOUT_KAFKA[0])
