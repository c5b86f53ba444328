"""Rules and subscriptions in force, from the compacted topics that `alerts rules push` and its like write.

A pack's record takes force as a whole at the moment that it names, on every worker. A tombstone takes a pack out of
force; a record that cannot be read leaves the last good one.
"""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from alerts.adapters import wire
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.compacted import CompactedTopic
from alerts.adapters.kafka.topics import RULES, SUBSCRIPTIONS
from alerts.adapters.memory import settle
from alerts.adapters.records import RawRecord
from alerts.adapters.subscriptions import LoadedSubscriptions, subscriptions_of
from alerts.adapters.webhooks import Keys
from alerts.domain.subscription import Subscription
from alerts.matching.matcher import Matcher
from alerts.pipeline.messages import PushedFiles
from alerts.pipeline.ports import Clock, Effective, Observer
from alerts.pipeline.rules_in_force import VERSIONS_MAX, RulesInForce
from alerts.ruleset.actors import ActorNames
from alerts.ruleset.nodes import SourceFile
from alerts.ruleset.places import PlaceNames
from alerts.ruleset.rule import RuleSet

_TYPE = "pushed_files"

# How far behind the cluster a worker's view may be before it stops taking work. A push takes force at least five
# seconds after it was written (`--effective-in`), so that every worker knows of it by then.
VIEW_MAX_AGE = timedelta(seconds=4)


def pushed_record(pushed: PushedFiles) -> RawRecord:
    """Return the record that puts files into force."""
    headers = (
        *wire.own_headers(_TYPE),
        ("ce_id", f"{pushed.id}.{pushed.version}".encode()),
        ("ce_time", pushed.effective_at.isoformat().encode()),
    )
    return RawRecord(key=pushed.id.encode(), value=wire.encode(pushed).value, headers=headers)


class Change(NamedTuple):
    """What one record changes: files to put into force, or none for what goes."""

    id: str
    pushed: PushedFiles | None
    effective_at: datetime


def changes_of(records: Sequence[Any], observer: Observer) -> Iterator[Change]:
    """Read records of a pushed topic; those that cannot be read are told of and change nothing."""
    for raw in records:
        try:
            yield _change(raw)
        except ValueError as error:
            observer.count("rules_reloads", outcome="fault")
            observer.error(
                "A record of a pushed topic cannot be read; what it names stays as it was. Push it again.",
                at=f"{raw.topic}/{raw.partition}@{raw.offset}",
                cause=str(error)[:500],
            )


def _change(raw: Any) -> Change:
    """Return what a record changes.

    Raises:
        ValueError: It is not one that `alerts ... push` writes, nor a tombstone.
    """
    name = (raw.key or b"").decode("utf-8")
    if raw.value is None:
        return Change(name, None, datetime.fromtimestamp(raw.timestamp / 1000, UTC))
    pushed = wire.decode(_TYPE, raw.value)
    assert isinstance(pushed, PushedFiles)
    if pushed.id != name:
        raise ValueError(f'the key is "{name}", the record is of "{pushed.id}"')
    return Change(name, pushed if pushed.files else None, pushed.effective_at)


class InForce(ABC):
    """What a pushed topic holds, applied change by change; says how old the view is."""

    def __init__(self, cluster: Cluster, topic: str, *, clock: Clock, observer: Observer) -> None:
        self._topic = CompactedTopic(cluster, topic, clock=clock, observer=observer)
        self._clock = clock
        self._observer = observer
        self._pushed: dict[str, PushedFiles] = {}
        self._as_of = datetime.min.replace(tzinfo=UTC)
        self._looked = asyncio.Condition()

    async def start(self) -> None:
        """Take in all that the topic holds, as soon as the cluster answers."""
        await self._take(*await self._topic.answer())

    async def run(self) -> None:
        """Follow the topic until cancelled."""
        await self._topic.follow(self._take)

    async def close(self) -> None:
        """Stop reading the topic."""
        await self._topic.close()

    async def fresh(self) -> None:
        """Return once this view is young enough that whatever is in force now is in it."""
        async with self._looked:
            await self._looked.wait_for(lambda: self._clock.now() - self._as_of < VIEW_MAX_AGE)

    @property
    def is_fresh(self) -> bool:
        """Whether `fresh` would return at once."""
        return self._clock.now() - self._as_of < VIEW_MAX_AGE

    async def _take(self, records: Sequence[Any], as_of: datetime) -> None:
        steps = _by_moment(changes_of(records, self._observer))
        for number, (moment, changes) in enumerate(steps):
            self._apply(changes)
            if number >= len(steps) - VERSIONS_MAX:
                await self._in_force_from(moment)
        async with self._looked:
            self._as_of = as_of
            self._looked.notify_all()

    def _apply(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._pushed.pop(change.id, None)
            if change.pushed is not None:
                self._pushed[change.id] = change.pushed

    @abstractmethod
    async def _in_force_from(self, moment: datetime) -> None:
        """Put what is pushed now into force from a moment on."""


class PushedRules(InForce):
    """The rules of the cluster; implements the RuleSource and MatcherSource ports."""

    def __init__(
        self, cluster: Cluster, places: PlaceNames, actors: ActorNames, *, clock: Clock, observer: Observer
    ) -> None:
        super().__init__(cluster, RULES, clock=clock, observer=observer)
        self._names = (places, actors)
        self._rules = RulesInForce(observer=observer)

    def timeline(self) -> Sequence[Effective]:
        """Return the versions that are known, the oldest first."""
        return self._rules.timeline()

    def current(self) -> RuleSet:
        """Return the newest rule set."""
        return self._rules.current()

    def matcher_at(self, moment: datetime) -> Matcher:
        """Return the matcher of the version in force at a moment."""
        return self._rules.matcher_at(moment)

    async def _in_force_from(self, moment: datetime) -> None:
        files = [
            SourceFile(path=file.path, text=file.text)
            for _id, pushed in sorted(self._pushed.items())
            for file in pushed.files
        ]
        compiled = await asyncio.to_thread(self._rules.compiled, files, *self._names)
        self._rules.take(compiled, effective_at=moment)
        settle()


class PushedSubscriptions(InForce):
    """The subscriptions of the cluster, with the secrets of this worker; implements the SubscriptionSource port."""

    def __init__(self, cluster: Cluster, secrets: Path, *, clock: Clock, observer: Observer) -> None:
        super().__init__(cluster, SUBSCRIPTIONS, clock=clock, observer=observer)
        self._secrets = secrets
        self._loaded = LoadedSubscriptions()

    def current(self) -> Sequence[Subscription]:
        """Return the subscriptions in force now."""
        return self._loaded.subscriptions

    def keys(self) -> Keys:
        """Return the signing keys in force now, by endpoint."""
        return self._loaded.keys

    async def _in_force_from(self, moment: datetime) -> None:
        texts = {file.path: file.text for pushed in self._pushed.values() for file in pushed.files}
        loaded = await asyncio.to_thread(subscriptions_of, texts, self._secrets, os.environ)
        self._loaded = loaded.after(self._loaded)
        self._observer.gauge("subscriptions_loaded", len(self._loaded.subscriptions))
        for problem in loaded.problems:
            sentence = "A subscription has a fault; it stays as it last was, the others are in force."
            self._observer.warn(sentence, fault=str(problem))


def _by_moment(changes: Iterator[Change]) -> Sequence[tuple[datetime, Sequence[Change]]]:
    """Return runs of changes that take force at one moment, in the order of the log."""
    steps: list[tuple[datetime, list[Change]]] = []
    for change in changes:
        if steps and steps[-1][0] == change.effective_at:
            steps[-1][1].append(change)
        else:
            steps.append((change.effective_at, [change]))
    return steps


def files_in_force(changes: Iterator[Change]) -> Mapping[str, PushedFiles]:
    """Return what changes come to."""
    held: dict[str, PushedFiles] = {}
    for change in changes:
        held.pop(change.id, None)
        if change.pushed is not None:
            held[change.id] = change.pushed
    return held
