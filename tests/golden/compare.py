"""Golden files: outputs that people read, kept whole. `ALERTS_GOLDEN=write pytest` writes them anew, for review."""

from __future__ import annotations

import os
from pathlib import Path

_FOLDER = Path(__file__).parent


def assert_golden(name: str, shown: str) -> None:
    """Compare an output with the file that is kept of it."""
    path = _FOLDER / name
    if os.environ.get("ALERTS_GOLDEN") == "write":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
