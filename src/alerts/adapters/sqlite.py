"""The embedded runtime's store: topics, positions and state as tables of one SQLite file.

Write-ahead log with full synchronisation: what was committed survives a kill and a power cut. One thread writes;
commits that arrive together share one transaction, each behind a savepoint of its own, so that one refused epoch does
not undo its neighbours.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self, cast

from alerts.adapters import wire
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Epoch, Output, Record, Restored, SessionLost, StoreFull

PARTITIONS = 4
STORE_FILE = "alerts.sqlite"

# Version of the tables; a file of another version is refused, never guessed at.
_FORMAT = 1

# Writes that wait for the writer at once. Past it, callers wait in turn; accepted reports are bounded before that.
_WAITING_MAX = 1024

_TABLES = """
CREATE TABLE IF NOT EXISTS records (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL,
    key TEXT NOT NULL, type TEXT NOT NULL, appended_at TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (topic, partition, offset)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heads (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS positions (
    stage TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (stage, topic, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (
    stage TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL, key TEXT NOT NULL,
    type TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (stage, topic, partition, key)
) WITHOUT ROWID;
"""

_Write = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True)
class _Job:
    write: _Write
    done: asyncio.Future[None]


class SqliteStore:
    """One SQLite file as log and state. Use as an async context manager; one process a file."""

    def __init__(self, path: Path, *, now: Callable[[], datetime], partitions: int = PARTITIONS) -> None:
        self.partitions = partitions
        self._path = path
        self._now = now
        self._writing = ThreadPoolExecutor(1, "sqlite-write")
        self._reading = ThreadPoolExecutor(1, "sqlite-read")
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue(_WAITING_MAX)
        self._grown: dict[tuple[str, int], asyncio.Event] = {}
        self._owners: dict[tuple[str, str, int], object] = {}

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._writer = await loop.run_in_executor(self._writing, _open, self._path)
        self._reader = await loop.run_in_executor(self._reading, _open, self._path)
        self._write_task = asyncio.create_task(self._write_jobs(), name="sqlite-writer")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._owners.clear()
        self._write_task.cancel()
        await asyncio.gather(self._write_task, return_exceptions=True)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writing, self._writer.close)
        await loop.run_in_executor(self._reading, self._reader.close)
        self._writing.shutdown()
        self._reading.shutdown()

    def session(self, stage: str, topic: str, partition: int) -> SqliteSession:
        """Take over one partition of a topic for a stage; a session held before is lost from now on."""
        session = SqliteSession(self, stage, topic, partition)
        self._owners[stage, topic, partition] = session
        return session

    async def append(self, outputs: Sequence[Output]) -> None:
        """Make records durable, all or none.

        Raises:
            StoreFull: The disk has no room; nothing was kept.
        """
        appended_at = self._now().isoformat()
        rows = [(output, wire.encode(output.message)) for output in outputs]
        await self.write(lambda db: self._insert(db, rows, appended_at))
        self.announce(outputs)

    async def write(self, write: _Write) -> None:
        """Run a write in the writer's next transaction and return when that is durable.

        Raises:
            StoreFull: The disk has no room; nothing was kept.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._jobs.put(_Job(write, done))
        await done

    async def query(self, sql: str, arguments: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return the rows of a reading statement."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reading, lambda: self._reader.execute(sql, arguments).fetchall())

    def owns(self, session: SqliteSession) -> bool:
        """Return whether a session still holds its partition."""
        return self._owners.get((session.stage, session.topic, session.partition)) is session

    def growth_of(self, topic: str, partition: int) -> asyncio.Event:
        """Return the event that is set when the partition has grown."""
        return self._grown.setdefault((topic, partition), asyncio.Event())

    def announce(self, outputs: Sequence[Output]) -> None:
        """Wake the readers of the partitions that outputs went to."""
        for output in outputs:
            self.growth_of(output.topic, self.partition_for(output)).set()

    def partition_for(self, output: Output) -> int:
        """Return the partition that an output belongs to."""
        return partition_of(output.key, self.partitions) if output.partition is None else output.partition

    async def prune(self, *, topics: Sequence[str], age: timedelta, types: Sequence[str] = ()) -> None:
        """Delete records older than `age` that every stage has read; of some types only, when `types` says so."""
        before = (self._now() - age).isoformat()
        by_type = f" AND type IN ({','.join('?' * len(types))})" if types else ""
        sql = f"""DELETE FROM records AS r WHERE topic = ? AND appended_at < ?{by_type} AND offset < coalesce(
            (SELECT min(position) FROM positions AS p WHERE p.topic = r.topic AND p.partition = r.partition),
            9223372036854775807)"""  # noqa: S608 - only question marks are joined in
        for topic in topics:
            arguments = (topic, before, *types)
            await self.write(lambda db, arguments=arguments: db.execute(sql, arguments) and None)  # type: ignore[misc]

    async def commit(self, session: SqliteSession, epoch: Epoch) -> None:
        """Write an epoch of a session: position, state and results in one transaction."""
        appended_at = self._now().isoformat()
        rows = [(output, wire.encode(output.message)) for output in epoch.outputs]
        where = (session.stage, session.topic, session.partition)

        def write(db: sqlite3.Connection) -> None:
            if not self.owns(session):
                raise SessionLost(f"{session.stage} of {session.topic}/{session.partition} has another owner")
            self._insert(db, rows, appended_at)
            _store_state(db, where, epoch)

        await self.write(write)
        self.announce(epoch.outputs)

    def _insert(self, db: sqlite3.Connection, rows: Sequence[tuple[Output, wire.Encoded]], appended_at: str) -> None:
        for output, encoded in rows:
            partition = self.partition_for(output)
            (offset,) = db.execute(
                "INSERT INTO heads VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET next_offset = next_offset + 1"
                " RETURNING next_offset - 1",
                (output.topic, partition),
            ).fetchone()
            db.execute(
                "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)",
                (output.topic, partition, offset, output.key, encoded.type, appended_at, encoded.value),
            )

    async def _write_jobs(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            jobs = [await self._jobs.get()]
            while not self._jobs.empty():
                jobs.append(self._jobs.get_nowait())
            results = await loop.run_in_executor(self._writing, _run_together, self._writer, jobs)
            for job, fault in zip(jobs, results, strict=True):
                if job.done.cancelled():
                    continue
                if fault is None:
                    job.done.set_result(None)
                else:
                    job.done.set_exception(fault)


class SqliteSession:
    """A stage's hold on one partition of the embedded store."""

    def __init__(self, store: SqliteStore, stage: str, topic: str, partition: int) -> None:
        self.stage = stage
        self.topic = topic
        self.partition = partition
        self._store = store
        self._next = 0

    @property
    def lost(self) -> bool:
        """Whether another session has taken the partition."""
        return not self._store.owns(self)

    async def restore(self) -> Restored:
        """Return position and state as of the last commit."""
        self._check()
        where = (self.stage, self.topic, self.partition)
        position = await self._store.query(
            "SELECT position FROM positions WHERE stage = ? AND topic = ? AND partition = ?", where
        )
        rows = await self._store.query(
            "SELECT key, type, value FROM state WHERE stage = ? AND topic = ? AND partition = ?", where
        )
        self._next = cast("int", position[0][0]) if position else 0
        state = {cast("str", key): wire.decode(cast("str", type_), cast("bytes", value)) for key, type_, value in rows}
        return Restored(self._next, state)

    async def read(self, *, max_records: int, wait: timedelta) -> Sequence[Record]:
        """Return the next records, none when nothing came within `wait`."""
        self._check()
        grown = self._store.growth_of(self.topic, self.partition)
        grown.clear()
        records = await self._fetch(max_records)
        if not records and wait:
            try:
                async with asyncio.timeout(wait.total_seconds()):
                    await grown.wait()
            except TimeoutError:
                return []
            records = await self._fetch(max_records)
        if records:
            self._next = records[-1].offset + 1
        return records

    async def commit(self, epoch: Epoch) -> None:
        """Make position, state and results durable together."""
        self._check()
        await self._store.commit(self, epoch)

    async def _fetch(self, max_records: int) -> list[Record]:
        rows = await self._store.query(
            "SELECT offset, key, type, value FROM records WHERE topic = ? AND partition = ? AND offset >= ?"
            " ORDER BY offset LIMIT ?",
            (self.topic, self.partition, self._next, max_records),
        )
        return [
            Record(
                self.topic,
                self.partition,
                cast("int", offset),
                cast("str", key),
                wire.decode_message(cast("str", type_), cast("bytes", value)),
            )
            for offset, key, type_, value in rows
        ]

    def _check(self) -> None:
        if self.lost:
            raise SessionLost(f"{self.stage} of {self.topic}/{self.partition} has another owner")


@contextmanager
def reading(path: Path) -> Iterator[Callable[[str, Sequence[object]], list[tuple[object, ...]]]]:
    """Give a query on a store's file that cannot write to it; a process may work on the file meanwhile.

    Raises:
        SettingsProblem: There is no store, or it is of another version.
    """
    if not path.is_file():
        raise SettingsProblem(f"there is no store {path}: name the folder of one with --data")
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as db:
        try:
            _check_format(db, path)
        except sqlite3.DatabaseError as error:
            raise SettingsProblem(f"{path} cannot be read as a store: {error}") from error
        yield lambda sql, arguments: db.execute(sql, arguments).fetchall()


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA wal_autocheckpoint = 1000")
    _check_format(db, path)
    db.executescript(_TABLES)
    db.execute(f"PRAGMA user_version = {_FORMAT}")
    return db


def _check_format(db: sqlite3.Connection, path: Path) -> None:
    (found,) = db.execute("PRAGMA user_version").fetchone()
    if found not in {0, _FORMAT}:
        raise SettingsProblem(
            f"{path} has table format {found}, this version reads {_FORMAT}: use the version that wrote it"
        )


def _store_state(db: sqlite3.Connection, where: tuple[str, str, int], epoch: Epoch) -> None:
    db.execute(
        "INSERT INTO positions VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET position = excluded.position",
        (*where, epoch.position),
    )
    for change in epoch.state_changes:
        if change.value is None:
            db.execute(
                "DELETE FROM state WHERE stage = ? AND topic = ? AND partition = ? AND key = ?", (*where, change.key)
            )
            continue
        encoded = wire.encode(change.value)
        db.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?, ?, ?)", (*where, change.key, *encoded))


def _run_together(db: sqlite3.Connection, jobs: Sequence[_Job]) -> list[Exception | None]:
    """Run jobs in one transaction, each in a savepoint; return each one's fault, or None when it is durable."""
    try:
        db.execute("BEGIN IMMEDIATE")
        faults = [_run_one(db, job) for job in jobs]
        db.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if db.in_transaction:
            db.execute("ROLLBACK")
        return [_as_fault(error)] * len(jobs)
    return faults


def _run_one(db: sqlite3.Connection, job: _Job) -> Exception | None:
    db.execute("SAVEPOINT job")
    try:
        job.write(db)
    except (SessionLost, sqlite3.IntegrityError) as error:
        db.execute("ROLLBACK TO job")
        return error
    finally:
        db.execute("RELEASE job")
    return None


def _as_fault(error: sqlite3.OperationalError) -> Exception:
    if error.sqlite_errorcode in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY}:
        return StoreFull(f"the store cannot be written: {error}")
    return error
