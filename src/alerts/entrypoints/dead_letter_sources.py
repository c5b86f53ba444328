"""Where the dead letters of a runtime are looked at, and where replays go: the one place that knows the runtimes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alerts.adapters.folder_lock import locked
from alerts.adapters.sqlite import STORE_FILE, SqliteStore, reading
from alerts.adapters.sqlite_letters import SqliteLetters
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.letters import DeadLetterSource
from alerts.pipeline.ports import Log


@contextmanager
def looking(data: Path) -> Iterator[DeadLetterSource]:
    """Give the letters of an embedded store, which may be at work meanwhile.

    Raises:
        SettingsProblem: There is no store in the folder.
    """
    with reading(data / STORE_FILE) as query:
        yield SqliteLetters(query)


@asynccontextmanager
async def replaying(data: Path) -> AsyncIterator[tuple[DeadLetterSource, Log]]:
    """Give the letters of an embedded store and its log, which nobody else may be writing.

    Raises:
        SettingsProblem: There is no store in the folder, or a process works on it.
    """
    with looking(data) as source, _held(data):
        async with SqliteStore(data / STORE_FILE, now=lambda: datetime.now(UTC)) as store:
            yield source, store


@contextmanager
def _held(data: Path) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(data))
        except SettingsProblem as problem:
            raise SettingsProblem(
                f"{problem}. A replay writes to the log: stop `alerts run` for it, and start it again afterwards"
            ) from problem
        yield
