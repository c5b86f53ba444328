"""A plug-in extractor in processes of its own: a model may hold the interpreter, crash, or never end.

What goes over the pipes is msgpack: a list of reports to the worker, and back `{"found": [[event, ...], ...]}` or
`{"fault": "what it raised"}`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Self

import msgspec

from alerts.adapters.plugin_events import asked, told
from alerts.adapters.plugins import Read, open_plugin, told_fault
from alerts.adapters.worker_process import Work, WorkerFailed, WorkerProcesses, own_streams, serve
from alerts.config import Settings
from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.pipeline.ports import ExtractionFailed, Observer

# After so many batches in a row that failed whole and report by report, it is not the texts: until a batch succeeds,
# reports are not tried alone, which takes a deadline each.
_BROKEN_AFTER = 3

_REPORTS = msgspec.msgpack.Decoder(list[dict[str, object]])
_ENCODER = msgspec.msgpack.Encoder()


class _Answer(msgspec.Struct):
    found: list[object] | None = None
    fault: str | None = None


_ANSWER = msgspec.msgpack.Decoder(_Answer)


class PluginReader(WorkerProcesses):
    """A pool of workers that read texts by an installed plug-in; implements the TextReader port.

    Args:
        name: The name of its entry point.
        processes: How many of its processes run.
        observer: Told when one is replaced.
        deadline: What a batch may take; and each report alone, when the batch failed.
        start_deadline: What it may take to load.
    """

    def __init__(
        self, name: str, observer: Observer, *, processes: int, deadline: timedelta, start_deadline: timedelta
    ) -> None:
        work = Work(
            name=f"extractor {name}",
            command=["-m", "alerts.adapters.plugin_process", name],
            restarts="extractor_restarts",
            labels={"extractor": name},
            start_deadline=start_deadline,
        )
        super().__init__(processes, work, observer)
        self.name = name
        self._deadline = deadline
        self._failed_batches = 0

    @classmethod
    def of(cls, name: str, settings: Settings, observer: Observer) -> Self:
        """Return the processes of one plug-in that settings ask for."""
        return cls(
            name,
            observer,
            processes=settings.extractor_processes,
            deadline=timedelta(seconds=settings.extractor_seconds),
            start_deadline=timedelta(seconds=settings.extractor_start_seconds),
        )

    async def read(self, reports: Sequence[Report]) -> Sequence[tuple[Event, ...] | Exception]:
        """Return each report's events, or the fault for which it could not be read.

        A batch that fails is tried again report by report, so that one text costs only itself.
        """
        try:
            answers = await self._ask(reports)
        except ExtractionFailed as fault:
            return await self._alone(reports, fault)
        self._failed_batches = 0
        return [self._told(answer, report) for answer, report in zip(answers, reports, strict=True)]

    async def _alone(
        self, reports: Sequence[Report], fault: ExtractionFailed
    ) -> Sequence[tuple[Event, ...] | Exception]:
        if len(reports) == 1 or self._failed_batches >= _BROKEN_AFTER:
            self._failed_batches += 1
            return [fault] * len(reports)
        found = [await self._one(report) for report in reports]
        hopeless = all(isinstance(one, Exception) for one in found)
        self._failed_batches = self._failed_batches + 1 if hopeless else 0
        return found

    async def _one(self, report: Report) -> tuple[Event, ...] | Exception:
        try:
            (answer,) = await self._ask([report])
        except ExtractionFailed as fault:
            return fault
        return self._told(answer, report)

    def _told(self, answer: object, report: Report) -> tuple[Event, ...] | Exception:
        try:
            return told(answer, report, extractor=self.name)
        except ExtractionFailed as fault:
            return fault

    async def _ask(self, reports: Sequence[Report]) -> Sequence[object]:
        try:
            question = _ENCODER.encode([asked(report) for report in reports])
            answer = _ANSWER.decode(await self.ask(question, deadline=self._deadline))
        except (WorkerFailed, msgspec.MsgspecError, UnicodeError) as fault:
            raise ExtractionFailed(f"the extractor {self.name}: {fault}") from fault
        if answer.found is None:
            raise ExtractionFailed(f"the extractor {self.name}: {answer.fault}")
        if len(answer.found) != len(reports):
            raise ExtractionFailed(
                f"the extractor {self.name} gave {len(answer.found)} lists of events for {len(reports)} reports"
            )
        return answer.found


def answer_with(read: Read, question: bytes) -> bytes:
    """Return a plug-in's answer to one frame; what it raises is an answer too."""
    try:
        return _ENCODER.encode({"found": read(_REPORTS.decode(question))})
    except Exception as fault:  # whatever a foreign function raises
        return _ENCODER.encode({"fault": told_fault(fault)})


def _main() -> None:
    name = sys.argv[1]
    streams = own_streams()
    read = open_plugin(name)
    serve(lambda question: answer_with(read, question), *streams)


if __name__ == "__main__":
    _main()
