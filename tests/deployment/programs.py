"""Programs that tests of the deployment run when a machine has them, and a loud word when it has not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

MISSING: dict[str, str] = {}
"""Programs that were not there, with what installs them."""


def program(name: str, how: str) -> str:
    """Return the path of a program; without it the test is skipped, and the summary says so."""
    beside_python = Path(sys.executable).with_name(name)
    found = str(beside_python) if beside_python.exists() else shutil.which(name)
    if found is None:
        MISSING[name] = how
        pytest.skip(f"NO {name}: {how}")
    return found
