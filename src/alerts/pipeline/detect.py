"""DETECT: reports to matches. Reads text through the parser, matches by the rules in force, remembers each report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from alerts.domain.event import Event
from alerts.domain.match import Match
from alerts.domain.report import Report, ReportKind, header_of
from alerts.pipeline.commits import commit_patiently
from alerts.pipeline.dead_letters import report_letter, unreadable_letter
from alerts.pipeline.messages import DeadLetter, EventsOfReport, Tick, TimeMark, Topic, Unreadable
from alerts.pipeline.ports import Epoch, Observer, Output, PartitionSession, Record, StateChange
from alerts.pipeline.state import ReportMemory
from alerts.pipeline.versions import Admission, admit, is_forgotten, numbered, remember, retractions

# Reports of one epoch: what the parser does in about a quarter of a second.
BATCH_MAX = 16

# A report's last version is remembered so long; a later version of it counts as a new report.
MEMORY_DAYS = 14

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
        self._pruned_on: datetime | None = None

    @property
    def origin(self) -> str:
        """The name under which this partition's time marks go out."""
        return f"{self._session.topic}/{self._session.partition}"

    async def run(self) -> None:
        """Restore, then work until the session is lost or the task is cancelled."""
        await self.restore()
        while True:
            await self.step(wait=_READ_WAIT)

    async def restore(self) -> None:
        """Take up the state of the last commit."""
        restored = await self._session.restore()
        self._memory = {key: value for key, value in restored.state.items() if isinstance(value, ReportMemory)}

    async def step(self, *, wait: timedelta) -> int:
        """Read one batch, work it, commit it; return how many records it had."""
        records = await self._session.read(max_records=BATCH_MAX, wait=wait)
        if not records:
            return 0
        epoch, learnt = await self._work(records)
        await commit_patiently(self._session, epoch, self._observer)
        self._memory.update(learnt)
        self._forget(records)
        self._observer.count("records", len(records), stage="detect")
        return len(records)

    async def _work(self, records: Sequence[Record]) -> tuple[Epoch, dict[str, ReportMemory]]:
        """Return the epoch of a batch, and what must be remembered once that is committed."""
        outputs = [self._broken(record, record.message) for record in records if isinstance(record.message, Unreadable)]
        fresh = self._admitted(records)
        learnt: dict[str, ReportMemory] = {}
        for report, understood in zip(fresh, await self._reader.read(fresh), strict=True):
            if isinstance(understood, Exception):
                # Not remembered, so that the very same version can be replayed; what an older one gave stands.
                outputs.append(self._unreadable(report, understood))
                continue
            matches = self._matches(report, understood)
            outputs.extend(self._results(report, understood, matches))
            learnt[report.id] = remember(report, matches)
        outputs.extend(self._time_marks(records))
        changes = [StateChange(key, value) for key, value in learnt.items()]
        changes += [StateChange(key, None) for key in self._forgotten(records)]
        return Epoch(position=records[-1].offset + 1, state_changes=changes, outputs=outputs), learnt

    def _admitted(self, records: Sequence[Record]) -> list[Report]:
        """Return the reports that are news, numbered. Of one report's versions in a batch only the newest is read."""
        newest: dict[str, Report] = {}
        for record in records:
            report = record.message
            if not isinstance(report, Report):
                continue
            before = newest.get(report.id)
            known = remember(before, ()) if before else self._memory.get(report.id)
            verdict = admit(report, known)
            self._observer.count("reports_admitted", outcome=str(verdict))
            if verdict is Admission.FRESH:
                newest.pop(report.id, None)
                newest[report.id] = numbered(report, known)
        return list(newest.values())

    def _matches(self, report: Report, events: Sequence[Event]) -> Sequence[Match]:
        matches = () if report.kind is ReportKind.WITHDRAWN else self._matcher.match(report, events)
        for match in matches:
            self._observer.count("rule_matches", rule=match.key.rule_id)
        return matches

    def _results(self, report: Report, events: Sequence[Event], matches: Sequence[Match]) -> list[Output]:
        """Return what one understood report sends on: its new matches go before its retractions."""
        self._observer.count("events", len(events))
        for event in events:
            self._observer.observe("event_age_seconds", (report.received_at - event.occurred_at).total_seconds())
        taken_back = retractions(self._memory.get(report.id), report, matches)
        return [
            Output(Topic.EVENTS, report.id, EventsOfReport(report=header_of(report), events=tuple(events))),
            *(Output(Topic.MATCHES, match.key.text, match) for match in matches),
            *(Output(Topic.MATCHES, taken.key.text, taken) for taken in taken_back),
        ]

    def _time_marks(self, records: Sequence[Record]) -> list[Output]:
        ticks = [record.message.at for record in records if isinstance(record.message, Tick)]
        if not ticks:
            return []
        mark = TimeMark(origin=self.origin, at=max(ticks))
        return [Output(Topic.MATCHES, self.origin, mark, partition) for partition in range(self._partitions)]

    def _forgotten(self, records: Sequence[Record]) -> list[str]:
        """Return the reports whose memory is past its days: looked for once a day of stream time."""
        now = max((record.message.at for record in records if isinstance(record.message, Tick)), default=None)
        if now is None or (self._pruned_on and now - self._pruned_on < timedelta(days=1)):
            return []
        return [key for key, memory in self._memory.items() if is_forgotten(memory, now=now, days=MEMORY_DAYS)]

    def _forget(self, records: Sequence[Record]) -> None:
        for key in self._forgotten(records):
            del self._memory[key]
        ticks = [record.message.at for record in records if isinstance(record.message, Tick)]
        if ticks and (self._pruned_on is None or max(ticks) - self._pruned_on >= timedelta(days=1)):
            self._pruned_on = max(ticks)

    def _unreadable(self, report: Report, fault: Exception) -> Output:
        self._observer.count("dead_letters", origin=self._session.topic)
        self._observer.error(
            "A report could not be read and was set aside; see dead-letters.",
            report=report.id,
            source=report.source.id,
            cause=str(fault),
        )
        return _set_aside(report_letter(self.origin, str(fault), report))

    def _broken(self, record: Record, unreadable: Unreadable) -> Output:
        self._observer.count("dead_letters", origin=record.topic)
        origin = f"{record.topic}/{record.partition}@{record.offset}"
        self._observer.error("A record could not be decoded and was set aside; see dead-letters.", origin=origin)
        return _set_aside(unreadable_letter(origin, unreadable))


def _set_aside(letter: DeadLetter) -> Output:
    return Output(Topic.DEAD_LETTERS, letter.origin, letter)
