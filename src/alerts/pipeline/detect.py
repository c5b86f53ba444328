"""DETECT: reports to matches. Reads text through the parser, matches by the rules in force, remembers each report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from alerts.domain.event import Event
from alerts.domain.match import Match
from alerts.domain.report import Report, ReportKind, header_of
from alerts.pipeline.commits import commit_patiently
from alerts.pipeline.dead_letters import report_letter, set_aside
from alerts.pipeline.ingest import record_key
from alerts.pipeline.messages import DeadLetter, EventsOfReport, Tick, TimeMark, Topic, Unreadable
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Epoch, Observer, Output, PartitionSession, Record, SessionLost, StateChange
from alerts.pipeline.state import LastTick, ReportMemory
from alerts.pipeline.versions import Admission, admit, is_forgotten, numbered, remember, retractions

# Records that are read at once, and texts of one epoch: of these what the parser does in about a quarter of a second.
# Notices and ticks cost little, and a transaction is worth its cost with many of them.
BATCH_MAX = 512
TEXTS_MAX = 16

# A report's last version is remembered so long; a later version of it counts as a new report.
MEMORY_DAYS = 14

_CLOCK_KEY = "#clock"
_READ_WAIT = timedelta(seconds=5)


class Reader(Protocol):
    """Understands reports: text by extraction, notices by geocoding what they give."""

    async def read(self, reports: Sequence[Report]) -> Sequence[tuple[Event, ...] | Exception]:
        """Return each report's events, or the fault for which it could not be read."""
        ...


class EventMatcher(Protocol):
    """Holds the rules in force against events, and stamps what TRACK merges by."""

    def match(self, report: Report, events: Sequence[Event]) -> Sequence[Match]:
        """Return the matches of one report."""
        ...


class DetectStage:
    """DETECT on one partition of `reports` or `notices`."""

    def __init__(
        self,
        session: PartitionSession,
        *,
        reader: Reader,
        matcher: EventMatcher,
        observer: Observer,
        partitions: int,
    ) -> None:
        self._session = session
        self._reader = reader
        self._matcher = matcher
        self._observer = observer
        self._partitions = partitions
        self._memory: dict[str, ReportMemory] = {}
        # What was read and belongs to later epochs.
        self._rest: Sequence[Record] = ()
        self._clock: datetime | None = None
        self._pruned_on: datetime | None = None

    @property
    def origin(self) -> str:
        """The name under which this partition's time marks go out."""
        return f"{self._session.topic}/{self._session.partition}"

    async def run(self) -> None:
        """Restore, then work until the session is lost or the task is cancelled."""
        await self.restore()
        await self.work()

    async def work(self) -> None:
        """Work until the session is lost or the task is cancelled."""
        while True:
            await self.step(wait=_READ_WAIT)

    async def restore(self) -> None:
        """Take up the state of the last commit."""
        self._rest = ()
        restored = await self._session.restore()
        self._memory = {key: value for key, value in restored.state.items() if isinstance(value, ReportMemory)}
        last = restored.state.get(_CLOCK_KEY)
        self._clock = last.at if isinstance(last, LastTick) else None
        self._pruned_on = None

    async def step(self, *, wait: timedelta) -> int:
        """Read one batch, work it, commit it; return how many records it had."""
        if not self._rest:
            self._rest = await self._session.read(max_records=BATCH_MAX, wait=wait)
        elif self._session.lost:
            raise SessionLost(f"{self.origin} has another owner")
        records = _epoch_of(self._rest)
        if not records:
            return 0
        await self._work(records)
        self._rest = self._rest[len(records) :]
        self._observer.count("records", len(records), stage="detect")
        return len(records)

    async def _work(self, records: Sequence[Record]) -> None:
        """Understand and match a batch and commit what comes of it; only then is anything remembered."""
        outputs = [
            set_aside(record, record.message, self._observer)
            for record in records
            if isinstance(record.message, Unreadable)
        ]
        received, clock = self._received(records)
        waiting, moved = self._in_place(received)
        outputs += moved
        learnt: dict[str, ReportMemory] = {}
        while waiting:
            # What comes out must not depend on batches: each version is read with the one before it in mind.
            versions, waiting = _one_each(waiting)
            outputs += await self._understood(self._admitted(versions, learnt), learnt)
        changes = [StateChange(key, value) for key, value in learnt.items()]
        if clock is not None and clock != self._clock:
            outputs += self._time_marks(clock)
            changes.append(StateChange(_CLOCK_KEY, LastTick(at=clock)))
        forgotten = self._forgotten(clock, learnt)
        changes += [StateChange(key, None) for key in forgotten]
        epoch = Epoch(position=records[-1].offset + 1, state_changes=changes, outputs=outputs)
        await commit_patiently(self._session, epoch, self._observer)
        self._keep(clock, learnt, forgotten)

    def _received(self, records: Sequence[Record]) -> tuple[list[Report], datetime | None]:
        """Return the reports of a batch and the last tick.

        A report is received at the earliest when the tick before it was written, whatever the clock of whoever
        accepted it said: so a time mark holds for everything that comes after it.
        """
        reports: list[Report] = []
        clock = self._clock
        for record in records:
            message = record.message
            if isinstance(message, Tick):
                clock = message.at if clock is None else max(clock, message.at)
            elif isinstance(message, Report):
                reports.append(_received_after(clock, message))
        return reports, clock

    def _in_place(self, reports: Sequence[Report]) -> tuple[list[Report], list[Output]]:
        """Return the reports that lie where all versions of their item do, and the others as records that go there.

        Other producers may spread keys by another hash, or give none. Worked here, a version would not know of those
        before it: a withdrawal would take nothing back, and a repeat would count twice.
        """
        here: list[Report] = []
        moved: list[Output] = []
        for report in reports:
            key = record_key(report)
            if partition_of(key, self._partitions) == self._session.partition:
                here.append(report)
            else:
                self._observer.count("misplaced_records", topic=self._session.topic)
                moved.append(Output(self._session.topic, key, report))
        return here, moved

    def _admitted(self, versions: Sequence[Report], learnt: Mapping[str, ReportMemory]) -> list[Report]:
        """Return the versions that are news, numbered, and received no earlier than what they follow."""
        fresh: list[Report] = []
        for report in versions:
            memory = self._recall(report, learnt)
            verdict = admit(report, memory)
            self._observer.count("reports_admitted", outcome=str(verdict))
            if verdict is Admission.FRESH:
                fresh.append(_received_after(memory.received_at if memory else None, numbered(report, memory)))
        return fresh

    async def _understood(self, fresh: Sequence[Report], learnt: dict[str, ReportMemory]) -> list[Output]:
        """Return what reports send on, and learn what must be remembered of them."""
        outputs: list[Output] = []
        for report, understood in zip(fresh, await self._reader.read(fresh), strict=True):
            if isinstance(understood, Exception):
                # Not remembered, so that the very same version can be replayed; what an older one gave stands.
                outputs.append(self._unreadable(report, understood))
                continue
            try:
                matches = self._matches(report, understood)
            except Exception as fault:
                # A fault of ours at one report must not stop its partition.
                outputs.append(self._unreadable(report, fault))
                continue
            outputs += self._results(report, understood, matches, self._recall(report, learnt))
            learnt[report.id] = remember(report, matches)
        return outputs

    def _recall(self, report: Report, learnt: Mapping[str, ReportMemory]) -> ReportMemory | None:
        """Return what is known of a report at its reception, what the batch has taught included."""
        memory = learnt.get(report.id) or self._memory.get(report.id)
        if memory is None or is_forgotten(memory, now=report.received_at, days=MEMORY_DAYS):
            return None
        return memory

    def _matches(self, report: Report, events: Sequence[Event]) -> Sequence[Match]:
        matches = () if report.kind is ReportKind.WITHDRAWN else self._matcher.match(report, events)
        for match in matches:
            self._observer.count("rule_matches", rule=match.key.rule_id)
        return matches

    def _results(
        self, report: Report, events: Sequence[Event], matches: Sequence[Match], memory: ReportMemory | None
    ) -> list[Output]:
        """Return what one understood report sends on: its new matches go before its retractions."""
        self._observer.count("events", len(events))
        for event in events:
            self._observer.observe("event_age_seconds", (report.received_at - event.occurred_at).total_seconds())
        taken_back = retractions(memory, report, matches)
        return [
            Output(Topic.EVENTS, report.id, EventsOfReport(report=header_of(report), events=tuple(events))),
            *(Output(Topic.MATCHES, match.key.text, match) for match in matches),
            *(Output(Topic.MATCHES, taken.key.text, taken) for taken in taken_back),
        ]

    def _time_marks(self, clock: datetime) -> list[Output]:
        mark = TimeMark(origin=self.origin, at=clock)
        return [Output(Topic.MATCHES, self.origin, mark, partition) for partition in range(self._partitions)]

    def _forgotten(self, clock: datetime | None, learnt: Mapping[str, ReportMemory]) -> list[str]:
        """Return the reports whose memory is past its days: looked for once a day of stream time."""
        if clock is None or (self._pruned_on and clock - self._pruned_on < timedelta(days=1)):
            return []
        return [
            key
            for key, memory in self._memory.items()
            if key not in learnt and is_forgotten(memory, now=clock, days=MEMORY_DAYS)
        ]

    def _keep(self, clock: datetime | None, learnt: Mapping[str, ReportMemory], forgotten: Sequence[str]) -> None:
        self._memory.update(learnt)
        for key in forgotten:
            del self._memory[key]
        self._clock = clock
        if clock is not None and (self._pruned_on is None or clock - self._pruned_on >= timedelta(days=1)):
            self._pruned_on = clock

    def _unreadable(self, report: Report, fault: Exception) -> Output:
        self._observer.count("dead_letters", origin=self._session.topic)
        self._observer.error(
            "A report could not be read and was set aside; see dead-letters.",
            report=report.id,
            source=report.source.id,
            cause=str(fault),
        )
        return _set_aside(report_letter(self.origin, str(fault), report))


def _one_each(reports: Sequence[Report]) -> tuple[list[Report], list[Report]]:
    """Return the first version of each report, and the versions that follow."""
    first: dict[str, Report] = {}
    rest = [report for report in reports if first.setdefault(report.id, report) is not report]
    return list(first.values()), rest


def _received_after(moment: datetime | None, report: Report) -> Report:
    if moment is None or report.received_at >= moment:
        return report
    return replace(report, received_at=moment)


def _set_aside(letter: DeadLetter) -> Output:
    return Output(Topic.DEAD_LETTERS, letter.origin, letter)


def _epoch_of(records: Sequence[Record]) -> Sequence[Record]:
    """Return the first records, up to the last text that one epoch may hold."""
    texts = 0
    for number, record in enumerate(records):
        texts += isinstance(record.message, Report) and not record.message.events
        if texts > TEXTS_MAX:
            return records[:number]
    return records
