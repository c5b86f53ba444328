"""`POST /v1/reports`: what was accepted is durable before the answer, which says of each item what became of it.

202: all were accepted. 207: some were; the others are named and set aside as dead letters. 4xx: none was, and none is
kept. A request sent again adds nothing, so that a client that is in doubt sends again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from alerts.adapters.http_bodies import Intake
from alerts.adapters.http_problems import Refused, encoded
from alerts.adapters.report_bodies import BodyRefused, Fault, Item, read_body
from alerts.adapters.report_reading import Understood, read_report
from alerts.domain.report import Report
from alerts.pipeline.ports import Clock, Observer, StoreFull

Accept = Callable[[Sequence[Report]], Awaitable[None]]
DeadLetter = Callable[[str, str, bytes], Awaitable[None]]

ORIGIN = "http"

# Smaller bodies are read faster than a thread is woken.
_IN_THREAD_BYTES = 64 * 1024

# Dead letters on their way to the store at once.
_LETTERS_AT_ONCE = 64

# Named in the sentence of a partly accepted batch; `results` names all.
_LINES_NAMED_MAX = 20


@dataclass(frozen=True, slots=True)
class _Read:
    """One item with the report it holds, or with its faults."""

    item: Item
    outcome: Understood | tuple[Fault, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        return () if isinstance(self.outcome, Understood) else self.outcome


class ReportsPort:
    """Takes posted reports.

    Args:
        intake: Reads bodies within bounds.
        accept: Makes reports durable before it returns; raises StoreFull.
        dead_letter: Sets something aside by origin, cause and content.
        clock: Stamps `received_at`.
        observer: Counts what was received and refused.
    """

    def __init__(
        self, *, intake: Intake, accept: Accept, dead_letter: DeadLetter, clock: Clock, observer: Observer
    ) -> None:
        self._intake = intake
        self._accept = accept
        self._dead_letter = dead_letter
        self._clock = clock
        self._observer = observer
        self._parsing = asyncio.Semaphore(2)

    async def post(self, request: web.Request) -> web.Response:
        """Answer one request.

        Raises:
            Refused: None of it was accepted.
        """
        async with self._intake.body(request) as content:
            is_batch, reads = await self._read(content, _media_type(request))
            if not reads:
                raise Refused(400, "empty-body", "the list holds no report")
            good = [read.outcome.report for read in reads if isinstance(read.outcome, Understood)]
            bad = [read for read in reads if read.faults]
            if not good:
                raise _nothing_accepted(bad, is_batch=is_batch)
            await self._keep(good)
            self._count_refused(bad)
            await self._set_aside(bad)
            return _answer(reads, bad)

    async def _read(self, content: bytes, media_type: str) -> tuple[bool, list[_Read]]:
        received_at = self._clock.now()
        if len(content) < _IN_THREAD_BYTES:
            return _reads(content, media_type, received_at)
        async with self._parsing:
            return await asyncio.to_thread(_reads, content, media_type, received_at)

    async def _keep(self, reports: Sequence[Report]) -> None:
        try:
            await self._accept(reports)
        except StoreFull as fault:
            detail = "the store has no room; nothing of this request was accepted: try again later"
            raise Refused(507, "store-full", detail, headers={"Retry-After": "30"}) from fault
        self._observer.count("reports_received", len(reports))

    def _count_refused(self, bad: Sequence[_Read]) -> None:
        for read in bad:
            self._observer.count("reports_refused", reason=read.faults[0].code)

    async def _set_aside(self, bad: Sequence[_Read]) -> None:
        for start in range(0, len(bad), _LETTERS_AT_ONCE):
            letters = (self._letter(read) for read in bad[start : start + _LETTERS_AT_ONCE])
            await asyncio.gather(*letters)

    async def _letter(self, read: _Read) -> None:
        cause = "; ".join(f"{fault.pointer or 'report'}: {fault.detail}" for fault in read.faults[:5])
        try:
            await self._dead_letter(ORIGIN, cause, read.item.content)
        except StoreFull:
            # The good ones are kept already and the answer names this one: the client still has it.
            self._observer.warn("A refused report could not be set aside: the store has no room.", cause=cause)


def _media_type(request: web.Request) -> str:
    return request.headers.get("Content-Type", "").split(";", 1)[0].strip()


def _reads(content: bytes, media_type: str, received_at: datetime) -> tuple[bool, list[_Read]]:
    try:
        body = read_body(content, media_type)
    except BodyRefused as refused:
        raise Refused(refused.status, refused.code, str(refused)) from None
    return body.is_batch, [_Read(item, read_report(item, received_at=received_at)) for item in body.items]


def _nothing_accepted(bad: Sequence[_Read], *, is_batch: bool) -> Refused:
    statuses = {fault.status for read in bad for fault in read.faults}
    errors = [_where(read.item, is_batch=is_batch) | _said(fault) for read in bad for fault in read.faults]
    first = bad[0].faults[0]
    detail = f"none of the {len(bad)} reports can be read; see errors" if is_batch else _sentence(first)
    return Refused(statuses.pop() if len(statuses) == 1 else 422, first.code, detail, errors=errors)


def _answer(reads: Sequence[_Read], bad: Sequence[_Read]) -> web.Response:
    body: dict[str, object] = {"accepted": len(reads) - len(bad), "refused": len(bad)}
    if bad:
        body["detail"] = _partly(reads, bad)
    body["results"] = [_result(read) for read in reads]
    return web.Response(status=207 if bad else 202, body=encoded(body), content_type="application/json")


def _partly(reads: Sequence[_Read], bad: Sequence[_Read]) -> str:
    names = ", ".join(_name(read.item) for read in bad[:_LINES_NAMED_MAX])
    more = f" and {len(bad) - _LINES_NAMED_MAX} more" if len(bad) > _LINES_NAMED_MAX else ""
    return (
        f"{len(reads) - len(bad)} of {len(reads)} reports were accepted; refused and set aside: {names}{more}. "
        "Send only those again; what was accepted is kept."
    )


def _name(item: Item) -> str:
    return f"line {item.line}" if item.line else f"item {item.index}"


def _result(read: _Read) -> Mapping[str, object]:
    where = _where(read.item, is_batch=True)
    if not isinstance(read.outcome, Understood):
        return where | {"status": "refused", "errors": [_said(fault) for fault in read.outcome]}
    report = read.outcome.report
    told = {"status": "accepted", "id": report.id, "source": report.source.id, "source_item_id": report.source_item_id}
    return where | told | {"warnings": list(read.outcome.warnings)}


def _where(item: Item, *, is_batch: bool) -> dict[str, object]:
    where: dict[str, object] = {}
    if is_batch:
        where["index"] = item.index
    if is_batch and item.line:
        where["line"] = item.line
    return where


def _said(fault: Fault) -> dict[str, object]:
    return {"pointer": fault.pointer, "code": fault.code, "detail": fault.detail}


def _sentence(fault: Fault) -> str:
    return f"{fault.pointer}: {fault.detail}" if fault.pointer else fault.detail
