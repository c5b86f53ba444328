"""Opens the gazetteer."""

from __future__ import annotations

from alerts.adapters.gazetteer_build import open_index
from alerts.extraction.gazetteer import Gazetteer


def open_gazetteer() -> Gazetteer:
    """Return the gazetteer, compiled first (some seconds, once) when no fresh file is there."""
    return Gazetteer(open_index())
