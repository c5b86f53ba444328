"""One process a data folder: a second one would read the same positions and tell everything twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alerts.domain.errors import SettingsProblem

_NAME = "alerts.lock"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder while the block runs; the system lets go when the process dies, however it dies.

    Raises:
        SettingsProblem: Another process holds it, or it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / _NAME, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise SettingsProblem(f"the data folder {folder} cannot be used: {error.strerror}") from error
    try:
        _take(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SettingsProblem(
            f"another process works on {folder}: stop it, or name another folder with --data"
        ) from error
