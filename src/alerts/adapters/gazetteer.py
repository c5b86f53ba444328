"""Opens the gazetteer: the file built at install time, else one in the user's cache, compiled when there is none."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path

from alerts.adapters.gazetteer_compile import compile_entries
from alerts.adapters.gazetteer_file import FORMAT, GazetteerFile, pack
from alerts.adapters.gazetteer_overlay import overlay_paths
from alerts.adapters.gazetteer_sources import source_paths
from alerts.extraction.gazetteer import Gazetteer

_FILE_NAME = "gazetteer.bin"
INSTALLED = Path(__file__).parents[1] / "data" / _FILE_NAME


def open_gazetteer() -> Gazetteer:
    """Return the gazetteer, compiled first (a few seconds) when no fresh file is there."""
    return Gazetteer(open_index())


def open_index(installed: Path = INSTALLED, cache_root: Path | None = None) -> GazetteerFile:
    """Return the compiled file: the installed one if it is fresh, else the cached one, else a new one.

    Args:
        installed: Where the build left its file.
        cache_root: The folder for a file of our own; the user's cache folder when None.
    """
    digest = sources_digest()
    root = cache_root or _cache_root()
    cached = root / f"gazetteer-{digest.hex()[:16]}.bin"
    for path in (installed, cached):
        found = _opened(path, digest)
        if found is not None:
            return found
    return GazetteerFile(_written(pack(compile_entries(), digest), cached))


def compile_to(path: Path) -> None:
    """Write a compiled gazetteer, whole or not at all."""
    _write(pack(compile_entries(), sources_digest()), path)


def sources_digest() -> bytes:
    """Return 32 bytes that change with the format, the overlay's text and the sources' versions."""
    digest = sha256(FORMAT)
    for path in overlay_paths():
        digest.update(path.name.encode() + path.read_bytes())
    for path in source_paths():
        # Tens of megabytes that only a package upgrade changes: the size stands for the content.
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
    return digest.digest()


def _opened(path: Path, digest: bytes) -> GazetteerFile | None:
    try:
        found = GazetteerFile(path)
    except (OSError, ValueError):
        return None
    return found if found.digest == digest else None


def _cache_root() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "alerts"


def _written(packed: bytes, path: Path) -> Path:
    try:
        _write(packed, path)
    except OSError:
        # No home, or one that can't be written: a private folder that lasts as long as the system keeps it.
        path = Path(tempfile.mkdtemp(prefix="alerts-")) / path.name
        _write(packed, path)
    return path


def _write(packed: bytes, path: Path) -> None:
    """Write beside the target and rename, so that another process sees all of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(packed)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
