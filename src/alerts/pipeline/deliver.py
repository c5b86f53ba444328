"""DELIVER: deliveries to endpoints. Rows with a due time in its state, never sleeping consumers.

A delivery is durable in the state before its first try starts; what is in flight at a kill is tried again under the
same id. Tries run beside each other; one task reads, one loop folds and commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.delivery import answers, queue
from alerts.delivery.outcomes import Answer
from alerts.delivery.pending import PendingDelivery
from alerts.delivery.queue import EndpointQueue
from alerts.domain.alert import ChangeKind
from alerts.domain.ids import DeliveryId, EndpointId
from alerts.domain.subscription import Attempt, Delivery, Endpoint, Outcome
from alerts.pipeline.commits import commit_patiently
from alerts.pipeline.dead_letters import set_aside
from alerts.pipeline.messages import Topic, Unreadable
from alerts.pipeline.ports import (
    Clock,
    Epoch,
    Observer,
    Output,
    PartitionSession,
    Record,
    Sender,
    StateChange,
    SubscriptionSource,
)

BATCH_MAX = 100

# Tries in flight to one endpoint, and to all endpoints of a partition. On one core signing and posting is bound by the
# processor at about 16 at once; more only makes each slower.
_AT_ONCE = 4
_AT_ONCE_IN_ALL = 32

# While so many wait for an endpoint that takes them, no more are read: they wait in the log, which has room. Only a
# dead endpoint's queue grows on to its bound, so that it holds up no other.
_CROWD = queue.PENDING_MAX // 2

_READ_WAIT = timedelta(seconds=5)
_IDLE_WAIT = timedelta(seconds=1)

# Steps that follow from a report, so that the time since then is the product's own latency.
_PROMPT = frozenset({ChangeKind.OPENED, ChangeKind.UPDATED, ChangeKind.RESOLVED, ChangeKind.RETRACTED})


@dataclass(frozen=True, slots=True)
class _Answered:
    """A try that has ended."""

    delivery: Delivery
    answer: Answer


class DeliverStage:
    """DELIVER on one partition of `deliveries`."""

    def __init__(
        self,
        session: PartitionSession,
        *,
        sender: Sender,
        subscriptions: SubscriptionSource,
        clock: Clock,
        observer: Observer,
        jitter: Callable[[], float],
    ) -> None:
        self._session = session
        self._sender = sender
        self._subscriptions = subscriptions
        self._clock = clock
        self._observer = observer
        self._jitter = jitter
        self._queues: dict[EndpointId, EndpointQueue] = {}
        self._position = 0
        self._inbox = _inbox()
        self._tries: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._complaints: dict[EndpointId, str] = {}
        self._measured_at: datetime | None = None

    async def run(self) -> None:
        """Restore, then work until the session is lost or the task is cancelled."""
        await self.restore()
        await self.work()

    async def work(self) -> None:
        """Work until the session is lost or the task is cancelled. What was in flight before is due again."""
        self._queues = {endpoint: queue.landed(one) for endpoint, one in self._queues.items()}
        self._inbox = _inbox()
        reading = asyncio.create_task(self._read(), name=f"deliver-read-{self._session.partition}")
        try:
            while True:
                self._start_due()
                self._hold_back_readers()
                await self._fold(await self._next())
                self._measure()
        finally:
            for task in (reading, *self._tries):
                task.cancel()
            await asyncio.gather(reading, *self._tries, return_exceptions=True)

    async def restore(self) -> None:
        """Take up the state of the last commit: what was in flight is due again."""
        restored = await self._session.restore()
        self._position = restored.position
        self._queues = queue.restored(restored.state.values())

    async def _read(self) -> None:
        """Bring records to the inbox; a lost session ends the loop through it as well."""
        while True:
            await self._room.wait()
            try:
                records = await self._session.read(max_records=BATCH_MAX, wait=_READ_WAIT)
            except Exception as fault:
                await self._inbox.put(fault)
                raise
            if records:
                # One batch ahead of the queues and no more; the loop says when there is room for the next.
                self._room.clear()
                await self._inbox.put(records)

    async def _next(self) -> list[Sequence[Record] | _Answered]:
        """Return everything that came, or nothing once something falls due.

        Raises:
            SessionLost: The reading task found that the partition is another's.
        """
        try:
            async with asyncio.timeout(self._wait()):
                first = await self._inbox.get()
        except TimeoutError:
            return []
        came = [first, *(self._inbox.get_nowait() for _ in range(self._inbox.qsize()))]
        faults = [item for item in came if isinstance(item, Exception)]
        items = [item for item in came if not isinstance(item, Exception)]
        if faults and not items:
            raise faults[0]
        for fault in faults:
            # What came before is folded first: an answer that is dropped means another try.
            self._inbox.put_nowait(fault)
        return items

    def _hold_back_readers(self) -> None:
        """Let the reading task go on, or not: see `_CROWD`."""
        now = self._clock.now()
        if any(len(one.pending) >= _CROWD and _takes(one, now) for one in self._queues.values()):
            self._room.clear()
        else:
            self._room.set()

    def _wait(self) -> float:
        """Return the seconds until something falls due, at most a second: subscriptions may change meanwhile."""
        moments = [
            moment for one in self._queues.values() if (moment := queue.next_due_at(one, at_once=_AT_ONCE)) is not None
        ]
        soonest = min(moments, default=None)
        if soonest is None or len(self._tries) >= _AT_ONCE_IN_ALL:
            return _IDLE_WAIT.total_seconds()
        now = self._clock.now()
        return min(max((soonest - now).total_seconds(), 0.005), _IDLE_WAIT.total_seconds())

    def _start_due(self) -> None:
        now = self._clock.now()
        for endpoint in self._endpoints().values():
            one = self._queues.get(endpoint.id)
            if one is None:
                continue
            one = queue.with_url(one, endpoint.url)
            room = _AT_ONCE_IN_ALL - len(self._tries)
            for row in queue.due(one, now, at_once=_AT_ONCE)[: max(room, 0)]:
                one = queue.started(one, row.delivery.id)
                self._start(endpoint, row)
            self._queues[endpoint.id] = one

    def _start(self, endpoint: Endpoint, row: PendingDelivery) -> None:
        task = asyncio.create_task(self._try(endpoint, row.delivery), name=f"deliver-{row.delivery.id}")
        self._tries.add(task)
        task.add_done_callback(self._tries.discard)

    async def _try(self, endpoint: Endpoint, delivery: Delivery) -> None:
        if self._session.lost:
            return
        answer = await self._sender.send(endpoint, delivery, now=self._clock.now())
        await self._inbox.put(_Answered(delivery, answer))

    async def _fold(self, came: Sequence[Sequence[Record] | _Answered]) -> None:
        """Fold what came into the queues and commit; a change of a subscription can end deliveries by itself."""
        before = dict(self._queues)
        now = self._clock.now()
        attempts: list[Attempt] = []
        letters = [self._set_aside(record) for item in came if not isinstance(item, _Answered) for record in item]
        for item in came:
            attempts += self._answered(item, now) if isinstance(item, _Answered) else self._arrived(item, now)
        attempts += self._abandoned(now)
        changes = _changes(before, self._queues)
        if came or changes:
            outputs = [Output(Topic.ATTEMPTS, attempt.endpoint_id, attempt) for attempt in attempts]
            await self._commit(changes, [*outputs, *(letter for letter in letters if letter)])

    def _set_aside(self, record: Record) -> Output | None:
        """Return the dead letter of a record that is no delivery; None for one that is."""
        if isinstance(record.message, Unreadable):
            return set_aside(record, record.message, self._observer)
        if not isinstance(record.message, Delivery):
            self._observer.error("A record of the deliveries topic is not one; it was passed over.", key=record.key)
        return None

    def _arrived(self, records: Sequence[Record], now: datetime) -> list[Attempt]:
        attempts: list[Attempt] = []
        for record in records:
            self._position = record.offset + 1
            if not isinstance(record.message, Delivery):
                continue
            endpoint = record.message.endpoint_id
            one, ended = queue.enqueue(self._queue(endpoint), record.message, now)
            self._queues[endpoint] = one
            attempts += ended
        self._observer.count("records", len(records), stage="deliver")
        return attempts

    def _answered(self, answered: _Answered, now: datetime) -> Sequence[Attempt]:
        delivery, answer = answered.delivery, answered.answer
        endpoint = self._endpoints().get(delivery.endpoint_id)
        one = self._queue(delivery.endpoint_id)
        if endpoint is None:
            self._queues[delivery.endpoint_id] = queue.called_off(one, delivery.id)
            return ()
        step = answers.record(one, delivery.id, answer, endpoint=endpoint, now=now, jitter=self._jitter())
        self._queues[delivery.endpoint_id] = step.queue
        self._tell(delivery, answer, step.attempts)
        return step.attempts

    def _abandoned(self, now: datetime) -> list[Attempt]:
        """End what waits for an endpoint whose subscription is gone; nothing of it is in flight any more."""
        attempts: list[Attempt] = []
        for endpoint in self._queues.keys() - self._endpoints().keys():
            one = self._queues[endpoint]
            if not one.pending or one.in_flight:
                continue
            attempts += [
                _gave_up(row.delivery.id, endpoint, now, "its subscription was removed") for row in one.pending
            ]
            self._queues[endpoint] = queue.new_queue(endpoint)
        return attempts

    def _tell(self, delivery: Delivery, answer: Answer, attempts: Sequence[Attempt]) -> None:
        self._observer.observe("delivery_attempt_duration_seconds", answer.duration.total_seconds())
        for attempt in attempts:
            self._observer.count("delivery_attempts", outcome=str(attempt.outcome))
        if answer.outcome is Outcome.DELIVERED and delivery.change.kind in _PROMPT:
            waited = self._clock.now() - delivery.change.at
            self._observer.observe("delivery_latency_seconds", waited.total_seconds())
        self._complain(delivery.endpoint_id, answer)

    def _complain(self, endpoint: EndpointId, answer: Answer) -> None:
        """Tell the operator of a failure when it begins or changes, not at each try."""
        complaint = None if answer.outcome is Outcome.DELIVERED else f"{answer.status} {answer.error}"
        before = self._complaints.pop(endpoint, None)
        if complaint is None:
            return
        self._complaints[endpoint] = complaint
        if complaint != before:
            self._observer.warn(
                "An endpoint does not take what is sent to it; deliveries are tried again by its policy.",
                endpoint=endpoint,
                status=answer.status,
                cause=answer.error,
            )

    async def _commit(self, changes: Sequence[StateChange], outputs: Sequence[Output]) -> None:
        epoch = Epoch(position=self._position, state_changes=changes, outputs=outputs)
        await commit_patiently(self._session, epoch, self._observer)

    def _measure(self) -> None:
        """Say what waits, also while nothing happens to it: at most once a second."""
        now = self._clock.now()
        if self._measured_at and now - self._measured_at < _IDLE_WAIT:
            return
        self._measured_at = now
        for endpoint, one in self._queues.items():
            oldest = min((row.queued_at for row in one.pending), default=now)
            self._observer.gauge("pending_deliveries", len(one.pending), endpoint=endpoint)
            self._observer.gauge("oldest_pending_delivery_seconds", (now - oldest).total_seconds(), endpoint=endpoint)

    def _queue(self, endpoint: EndpointId) -> EndpointQueue:
        return self._queues.get(endpoint) or queue.new_queue(endpoint)

    def _endpoints(self) -> Mapping[EndpointId, Endpoint]:
        return {one.endpoint.id: one.endpoint for one in self._subscriptions.current()}


def _inbox() -> asyncio.Queue[Sequence[Record] | _Answered | Exception]:
    return asyncio.Queue(_AT_ONCE_IN_ALL + 1)


def _takes(one: EndpointQueue, now: datetime) -> bool:
    """Return whether an endpoint takes deliveries, as far as is known."""
    paused = one.health.paused_until is not None and one.health.paused_until > now
    return one.health.failures == 0 and not paused and one.health.gone_url is None


def _changes(
    before: Mapping[EndpointId, EndpointQueue], after: Mapping[EndpointId, EndpointQueue]
) -> list[StateChange]:
    """Return the rows that differ between two states of all queues."""
    changes: list[StateChange] = []
    for endpoint, one in after.items():
        old = before.get(endpoint) or queue.new_queue(endpoint)
        if old is not one:
            changes += [StateChange(key, value) for key, value in queue.row_changes(old, one).items()]
    return changes


def _gave_up(delivery: DeliveryId, endpoint: EndpointId, now: datetime, error: str) -> Attempt:
    return Attempt(
        delivery_id=delivery,
        endpoint_id=endpoint,
        number=0,
        attempted_at=now,
        outcome=Outcome.GAVE_UP,
        duration_seconds=0.0,
        error=error,
    )
