"""Rules and subscriptions in force, read from folders and read again when the files change.

A change is seen by content, not by a file's times: a swapped symbolic link counts, a touched file does not. What does
not compile leaves the last good in force, pack by pack, and says so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from alerts.adapters.files import read_packs
from alerts.domain.errors import SettingsProblem
from alerts.domain.ids import digest
from alerts.matching.matcher import Matcher
from alerts.pipeline.ports import Clock, Observer
from alerts.ruleset.actors import ActorNames
from alerts.ruleset.compiler import Compilation, Pack, compile_packs
from alerts.ruleset.diagnostics import Level, RuleProblem
from alerts.ruleset.places import PlaceNames
from alerts.ruleset.rule import RuleSet

EMPTY = RuleSet(version="none", rules={})


class LiveRules:
    """The rule set in force, and its matcher; implements the RuleSource and EventMatcher ports."""

    def __init__(self, folder: Path, *, observer: Observer) -> None:
        self._folder = folder
        self._names: tuple[PlaceNames, ActorNames] | None = None
        self._observer = observer
        # One name for both, so that no reader sees the rules of one moment with the matcher of another.
        self._now = (EMPTY, Matcher(EMPTY))
        self._packs: dict[str, Pack] = {}
        self._seen: str | None = None
        self.problems: Sequence[RuleProblem] = ()

    def current(self) -> RuleSet:
        """Return the rule set in force now."""
        return self._now[0]

    @property
    def matcher(self) -> Matcher:
        """The matcher of the rule set in force now."""
        return self._now[1]

    def reload(self) -> bool:
        """Look at the files; take every good pack of a changed folder into force. Return whether anything changed.

        Raises:
            SettingsProblem: The folder cannot be read.
        """
        files = read_packs(self._folder)
        seen = digest((part for file in files for part in (file.path, file.text)), size_bytes=8)
        if seen == self._seen:
            return False
        self._seen = seen
        assert self._names is not None, "not started"
        places, actors = self._names
        compilation = compile_packs(files, places, actors=actors)
        self.problems = compilation.problems
        self._packs = self._in_force(compilation)
        self._take(seen)
        self._observer.count("rules_reloads", outcome="ok" if compilation.is_sound else "fault")
        return True

    def start(self, places: PlaceNames, actors: ActorNames, *, now: datetime) -> None:
        """Read the rules for the first time; packs with faults are named and stay out of force.

        Args:
            places: What resolves the place names in rules.
            actors: What knows actors by their other names.
            now: The wall clock.

        Raises:
            SettingsProblem: The folder cannot be read.
        """
        self._names = (places, actors)
        self.reload()
        self._tell(now)

    async def follow(self, clock: Clock, every: timedelta) -> None:
        """Look at the files again and again, until cancelled."""
        while True:
            await clock.sleep(every)
            try:
                changed = await asyncio.to_thread(self.reload)
            except (SettingsProblem, OSError) as fault:
                self._observer.warn("The rule files cannot be read; the last good stay in force.", cause=str(fault))
                continue
            if changed:
                self._tell(clock.now())

    def _in_force(self, compilation: Compilation) -> dict[str, Pack]:
        """Return good packs as they are now, and the last good of those with faults."""
        kept = dict(self._packs) if compilation.unclaimed else {}
        for name, pack in compilation.packs.items():
            if pack.is_good:
                kept[name] = pack
            elif name in self._packs:
                kept[name] = self._packs[name]
        return kept

    def _take(self, version: str) -> None:
        rules = {rule.id: rule for pack in self._packs.values() for rule in pack.rules}
        ruleset = RuleSet(version=version, rules=rules)
        self._now = (ruleset, Matcher(ruleset))

    def _tell(self, now: datetime) -> None:
        self._observer.gauge("rules_reload_success_timestamp_seconds", now.timestamp())
        self._observer.gauge("rules_loaded", len(self.current().rules))
        for problem in self.problems:
            if problem.level is Level.ERROR:
                self._observer.warn(
                    "A rule file has a fault; its pack stays as it last was. `alerts check` says more.",
                    at=f"{problem.path}:{problem.line}:{problem.column}",
                    fault=problem.message,
                )
