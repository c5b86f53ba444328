"""The compiled gazetteer's file: built at install time, else in the user's cache, made when there is none.

The build of the package imports this module: it needs the data packages, msgspec and PyYAML, and nothing else.
"""

from __future__ import annotations

import gc
import os
import tempfile
from hashlib import sha256
from pathlib import Path

from alerts.adapters import gazetteer_compile, gazetteer_file, gazetteer_overlay, gazetteer_sources
from alerts.adapters.gazetteer_compile import compile_entries
from alerts.adapters.gazetteer_file import FORMAT, GazetteerFile, pack
from alerts.adapters.gazetteer_overlay import overlay_paths
from alerts.adapters.gazetteer_sources import source_paths
from alerts.extraction import names

_CODE = tuple(
    Path(module.__file__ or "")
    for module in (gazetteer_compile, gazetteer_file, gazetteer_overlay, gazetteer_sources, names)
)
_FILE_NAME = "gazetteer.bin"
INSTALLED = Path(__file__).parents[1] / "data" / _FILE_NAME


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
    return GazetteerFile(_written(_compiled(digest), cached))


def build_if_stale(path: Path = INSTALLED) -> Path:
    """Write the compiled gazetteer, whole or not at all, unless a fresh one is there; return where it is."""
    digest = sources_digest()
    if _opened(path, digest) is None:
        _write(_compiled(digest), path)
    return path


def _compiled(digest: bytes) -> bytes:
    was_enabled = gc.isenabled()
    gc.disable()  # a million short-lived values without a cycle: collecting doubles the time
    try:
        return pack(compile_entries(), digest)
    finally:
        if was_enabled:
            gc.enable()


def sources_digest() -> bytes:
    """Return 32 bytes that change with the overlay's text, the sources' versions and the code that compiles them."""
    digest = sha256(FORMAT)
    for path in (*overlay_paths(), *_CODE):
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
