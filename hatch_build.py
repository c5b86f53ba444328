"""Compiles the gazetteer while the package is built, so that the first start is as fast as any other."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class GazetteerHook(BuildHookInterface[Any]):
    """Writes `src/alerts/data/gazetteer.bin`: into the wheel, or beside the sources for an editable install."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, unless a fresh file is there already."""
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from alerts.adapters.gazetteer_build import build_if_stale  # noqa: PLC0415 -- the path is set above

            target = build_if_stale()
        finally:
            sys.path.remove(str(source))
        build_data["artifacts"].append(str(target.relative_to(self.root)))
