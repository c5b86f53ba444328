"""Processes that end with whoever started them."""

from __future__ import annotations

import os
import subprocess
import sys

from alerts.adapters.children import dying_with_us

_PARENT = """
import subprocess, sys, time
from alerts.adapters.children import dying_with_us
subprocess.Popen(dying_with_us(sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"))
time.sleep(60)
"""


def test_a_child_is_gone_when_its_parent_is_killed() -> None:
    """The pipe that only the child still holds closes at once: it was to sleep for a minute."""
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "up\n"

        parent.kill()
        parent.wait()

        assert not _hangs(parent)


def test_it_is_the_command_that_runs_under_the_childs_own_id() -> None:
    command = dying_with_us(sys.executable, "-c", "import os; print(os.getpid(), os.getppid())")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        out, _ = child.communicate(timeout=20)

    assert out.split() == [str(child.pid), str(os.getpid())]


def _hangs(parent: subprocess.Popen[str]) -> bool:
    """Return whether somebody holds the pipe open for ten seconds more."""
    try:
        parent.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        return True
    return False
