"""What the demo needs of the runtime that it plays a day on, whichever that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from alerts.adapters.local_receiver import Received
from alerts.entrypoints.sample_day import Post
from alerts.entrypoints.silences import Silence
from alerts.pipeline.messages import Message, Unreadable
from alerts.ruleset.rule import RuleSet


class View(Protocol):
    """Looks at a runtime from outside its stages."""

    async def ends(self, topic: str) -> Mapping[int, int]:
        """Return up to where each partition of a topic is written."""
        ...

    async def has_read(self, stage: str, topic: str, ends: Mapping[int, int]) -> bool:
        """Return whether a stage has committed past given ends of a topic."""
        ...

    async def nothing_to_deliver(self) -> bool:
        """Return whether no delivery waits for its endpoint."""
        ...

    async def messages(self, topic: str) -> list[Message | Unreadable]:
        """Return every record of a topic."""
        ...


class Runtime(Protocol):
    """A runtime that takes reports over HTTP."""

    @property
    def url(self) -> str:
        """Where the next report goes."""
        ...

    @property
    def view(self) -> View:
        """What looks at it."""
        ...

    def ruleset(self) -> RuleSet:
        """Return the rules in force."""
        ...

    async def is_ready(self) -> bool:
        """Return whether work flows."""
        ...

    def check(self) -> None:
        """Raise what ended the runtime, if it has ended."""
        ...

    async def after(self, posted: int, of: int) -> None:
        """Let happen to the runtime what is to happen when so many of its reports are in."""
        ...

    async def stay(self) -> None:
        """Return when the runtime ends."""
        ...


class Show(Protocol):
    """Where the demo shows what happens."""

    def note(self, sentence: str) -> None:
        """Something happens to the runtime."""
        ...

    def begin(self, url: str, posts: Sequence[Post]) -> None:
        """The day begins."""
        ...

    def alert(self, received: Received) -> None:
        """A webhook came whose signature verified."""
        ...

    def end(self, url: str, silent: Sequence[Silence], *, stays: bool) -> None:
        """The day is over."""
        ...
