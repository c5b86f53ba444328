"""Processes that do not outlive whoever started them: for the demo and the tests. Linux only."""

from __future__ import annotations

import sys
from collections.abc import Sequence

# Asks the kernel to kill it when the thread that started it ends, then becomes what it is to be.
_SCRIPT = (
    "import ctypes, os, signal, sys;ctypes.CDLL(None).prctl(1, signal.SIGKILL);os.execv(sys.argv[1], sys.argv[1:])"
)


def dying_with_us(*command: str) -> Sequence[str]:
    """Return a command that becomes another one, and is killed when its starter ends, however that ends.

    Args:
        command: A program, with its path, and its arguments.
    """
    return [sys.executable, "-c", _SCRIPT, *command]
