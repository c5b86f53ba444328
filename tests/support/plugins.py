"""Packages with an extractor, installed for real in a folder: a module, and the entry point that names it."""

from __future__ import annotations

from pathlib import Path


def install(folder: Path, name: str, source: str) -> Path:
    """Write a package whose module holds `open_extractor`; return the folder, which is to be on the import path."""
    module = f"{name}_extractor"
    (folder / f"{module}.py").write_text(source)
    about = folder / f"{module}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[alerts.extractors]\n{name} = {module}:open_extractor\n")
    return folder
