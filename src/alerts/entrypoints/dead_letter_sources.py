"""Where the dead letters of a runtime are looked at, and where replays go: the one place that knows both runtimes."""

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


@asynccontextmanager
async def looking(data: Path | None) -> AsyncIterator[DeadLetterSource]:
    """Give the letters of an embedded store, or of the Kafka cluster that the environment names when `data` is None.

    Either may be at work meanwhile.

    Raises:
        SettingsProblem: There is no store in the folder, or no cluster that answers.
    """
    if data is None:
        from alerts.adapters.kafka.cluster import Cluster  # noqa: PLC0415 - an extra that a desk does not have
        from alerts.adapters.kafka.letters import KafkaLetters  # noqa: PLC0415
        from alerts.entrypoints.worker import kafka_settings  # noqa: PLC0415

        async with KafkaLetters(Cluster(kafka_settings())) as letters:
            yield letters
        return
    with reading(data / STORE_FILE) as query:
        yield SqliteLetters(query)


@asynccontextmanager
async def replaying(data: Path | None) -> AsyncIterator[tuple[DeadLetterSource, Log]]:
    """Give letters and the log that they are replayed into; nobody else may be writing that of an embedded store.

    Raises:
        SettingsProblem: As `looking`; or a process works on the folder.
    """
    async with looking(data) as source:
        if data is None:
            from alerts.adapters.kafka.cluster import Cluster  # noqa: PLC0415 - as above
            from alerts.adapters.kafka.store import KafkaLog  # noqa: PLC0415
            from alerts.entrypoints.worker import kafka_settings  # noqa: PLC0415

            async with KafkaLog(Cluster(kafka_settings())) as log:
                yield source, log
            return
        with _held(data):
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
