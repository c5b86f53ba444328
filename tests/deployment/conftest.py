"""What the deployment's tests could not run is said in the summary."""

from __future__ import annotations

import pytest

from tests.deployment.programs import MISSING


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if MISSING:
        terminalreporter.section("TESTS OF THE DEPLOYMENT DID NOT RUN", sep="!", red=True)
        for name, how in MISSING.items():
            terminalreporter.line(f"{name} is missing: {how}")
