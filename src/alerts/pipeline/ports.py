"""What the stages need of the world. Both runtimes, embedded and Kafka, stand behind these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alerts.delivery.outcomes import Answer
from alerts.domain.errors import AlertsError
from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.domain.subscription import Delivery, Endpoint, Subscription
from alerts.extraction.tree import Tree
from alerts.pipeline.messages import Message, Unreadable
from alerts.ruleset.rule import RuleSet


class SessionLost(Exception):
    """The partition was revoked or taken over: its state here is worth nothing any more."""


class StoreFull(Exception):
    """The store cannot keep another record; nothing of the refused call was kept."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an input topic. `offset` rises within (topic, partition); it may leave numbers out."""

    topic: str
    partition: int
    offset: int
    key: str
    message: Message | Unreadable


@dataclass(frozen=True, slots=True)
class Output:
    """One record to append. It goes to the partition of its key, unless `partition` names one (time marks)."""

    topic: str
    key: str
    message: Message
    partition: int | None = None


@dataclass(frozen=True, slots=True)
class StateChange:
    """A new value of one state key; None deletes it."""

    key: str
    value: object | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What a batch of input made: it is committed whole or not at all. `position` is the next offset to read."""

    position: int
    state_changes: Sequence[StateChange] = ()
    outputs: Sequence[Output] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """Where a partition stood at its last commit."""

    position: int
    state: Mapping[str, object]


class PartitionSession(Protocol):
    """One stage's hold on one partition of its input topic, from assignment to loss."""

    @property
    def topic(self) -> str:
        """The input topic."""
        ...

    @property
    def partition(self) -> int:
        """The input partition."""
        ...

    @property
    def lost(self) -> bool:
        """Whether the partition was revoked or fenced; every further call raises SessionLost."""
        ...

    async def restore(self) -> Restored:
        """Return position and state as of the last commit."""
        ...

    async def read(self, *, max_records: int, wait: timedelta) -> Sequence[Record]:
        """Return the next records after what was read before; none when nothing came within `wait`."""
        ...

    async def commit(self, epoch: Epoch) -> None:
        """Make position, state and results durable together.

        Raises:
            SessionLost: The partition is another worker's now. Nothing was written.
            StoreFull: There is no room. Nothing was written, and the same epoch may be tried again.
        """
        ...


class Log(Protocol):
    """Appends from outside the stages: accepted reports, ticks, dead letters of the HTTP port."""

    async def append(self, outputs: Sequence[Output]) -> None:
        """Make records durable, all or none, before returning.

        Raises:
            StoreFull: There is no room; nothing was kept.
        """
        ...


class Clock(Protocol):
    """The wall clock, and waiting by it."""

    def now(self) -> datetime:
        """Return the present as aware UTC."""
        ...

    async def sleep(self, wait: timedelta) -> None:
        """Return after `wait`."""
        ...


class ParseFailed(Exception):
    """The parser died of a text or did not finish it by its deadline."""


class TextParser(Protocol):
    """Parses texts in processes of its own, so that the event loop never waits for grammar."""

    async def parse(self, texts: Sequence[str]) -> Sequence[Tree]:
        """Return one tree a text, in order.

        Raises:
            ParseFailed: The batch broke the parser or ran past its deadline. The parser is whole again.
        """
        ...


BUILTIN = "builtin"
"""The name of the extractor that ships."""


class ExtractionFailed(AlertsError):
    """An extractor could not read a report; the message names it and says why."""


class TextReader(Protocol):
    """Reads the text of reports: ours, or a team's own extractor behind a plug-in."""

    @property
    def name(self) -> str:
        """Under which the operator knows it."""
        ...

    async def read(self, reports: Sequence[Report]) -> Sequence[tuple[Event, ...] | Exception]:
        """Return each report's events, or the fault for which it could not be read."""
        ...


class Sender(Protocol):
    """Signs and posts one delivery."""

    async def send(self, endpoint: Endpoint, delivery: Delivery, *, now: datetime) -> Answer:
        """Return how the try ended; never raises for anything the endpoint or the network does."""
        ...


@dataclass(frozen=True, slots=True)
class Effective:
    """A rule set, and the moment from which it is in force."""

    since: datetime
    ruleset: RuleSet


class RuleSource(Protocol):
    """The rules in force, over time."""

    def timeline(self) -> Sequence[Effective]:
        """Return the rule sets that are known, the oldest first; never empty.

        The oldest one known stands for all time before it as well.
        """
        ...

    def current(self) -> RuleSet:
        """Return the newest rule set."""
        ...


class SubscriptionSource(Protocol):
    """The subscriptions in force."""

    def current(self) -> Sequence[Subscription]:
        """Return the subscriptions in force now."""
        ...


class Observer(Protocol):
    """Where the stages say what they did; metrics and logs stand behind it."""

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to a counter of the catalogue."""
        ...

    def observe(self, name: str, value: float) -> None:
        """Record a value in a histogram of the catalogue."""
        ...

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Set a gauge of the catalogue."""
        ...

    def warn(self, sentence: str, **fields: object) -> None:
        """Tell the operator that something needs attention; nothing was lost."""
        ...

    def error(self, sentence: str, **fields: object) -> None:
        """Tell the operator that something was lost or set aside."""
        ...
