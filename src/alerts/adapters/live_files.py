"""The rules of a folder, read again when its files change.

A change is seen by content, not by a file's times: a swapped symbolic link counts, a touched file does not. What does
not compile leaves the last good in force, pack by pack, and says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from alerts.adapters.files import read_packs
from alerts.adapters.memory import settle
from alerts.domain.errors import SettingsProblem
from alerts.matching.matcher import Matcher
from alerts.pipeline.ports import Clock, Effective, Observer
from alerts.pipeline.rules_in_force import CompiledRules, RulesInForce, version_of
from alerts.ruleset.actors import ActorNames
from alerts.ruleset.diagnostics import RuleProblem
from alerts.ruleset.places import PlaceNames
from alerts.ruleset.rule import RuleSet


class LiveRules:
    """Follows a folder of packs; implements the RuleSource and MatcherSource ports.

    What is read takes force at once, by the wall clock.
    """

    def __init__(self, folder: Path, *, clock: Clock, observer: Observer) -> None:
        self._folder = folder
        self._clock = clock
        self._observer = observer
        self._names: tuple[PlaceNames, ActorNames] | None = None
        self._rules = RulesInForce(observer=observer)
        self._seen: str | None = None

    def timeline(self) -> Sequence[Effective]:
        """Return the versions that are known, the oldest first."""
        return self._rules.timeline()

    def current(self) -> RuleSet:
        """Return the rule set in force now."""
        return self._rules.current()

    def matcher_at(self, moment: datetime) -> Matcher:
        """Return the matcher of the version in force at a moment."""
        return self._rules.matcher_at(moment)

    @property
    def problems(self) -> Sequence[RuleProblem]:
        """The faults of the files as last read."""
        return self._rules.problems

    def start(self, places: PlaceNames, actors: ActorNames) -> None:
        """Read the rules for the first time; packs with faults are named and stay out of force.

        Args:
            places: What resolves the place names in rules.
            actors: What knows actors by their other names.

        Raises:
            SettingsProblem: The folder cannot be read.
        """
        self._names = (places, actors)
        self.reload()

    def reload(self) -> bool:
        """Look at the files; take every good pack of a changed folder into force. Return whether anything changed.

        Raises:
            SettingsProblem: The folder cannot be read.
        """
        compiled = self._read()
        if compiled is not None:
            self._take(compiled)
        return compiled is not None

    async def follow(self, every: timedelta) -> None:
        """Look at the files again and again, until cancelled."""
        while True:
            await self._clock.sleep(every)
            try:
                compiled = await asyncio.to_thread(self._read)
            except (SettingsProblem, OSError) as fault:
                self._observer.warn("The rule files cannot be read; the last good stay in force.", cause=str(fault))
                continue
            if compiled is not None:
                # Beside the stages, not in the thread: no report is matched between this moment and the taking.
                self._take(compiled)

    def _take(self, compiled: CompiledRules) -> None:
        self._rules.take(compiled, effective_at=self._clock.now())
        settle()

    def _read(self) -> CompiledRules | None:
        """Return the rules of a changed folder, ready to take force; None when nothing changed."""
        files = read_packs(self._folder)
        seen = version_of(files)
        if seen == self._seen:
            return None
        assert self._names is not None, "not started"
        self._seen = seen
        places, actors = self._names
        return self._rules.compiled(files, places, actors)
