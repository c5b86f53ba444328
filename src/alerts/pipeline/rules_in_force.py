"""The rules in force over time: pack files in, versions with their matchers out, wherever the files come from.

A pack with a fault stays as it last was, and says so; the others take force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from alerts.domain.ids import digest
from alerts.matching.matcher import Matcher
from alerts.pipeline.ports import Effective, Observer
from alerts.pipeline.timeline import in_force
from alerts.ruleset.actors import ActorNames
from alerts.ruleset.compiler import Compilation, Pack, compile_packs
from alerts.ruleset.diagnostics import Level, RuleProblem
from alerts.ruleset.nodes import SourceFile
from alerts.ruleset.places import PlaceNames
from alerts.ruleset.rule import RuleSet

# Versions that are kept for reports which were received under them and are read late. Each holds its matcher, which is
# the size of its rules; further back the oldest one known stands in.
VERSIONS_MAX = 8

EMPTY = RuleSet(version="none", rules={})
_NOTHING = Effective(datetime.min.replace(tzinfo=UTC), EMPTY)
_NO_MATCHER = Matcher(EMPTY)


@dataclass(frozen=True, slots=True)
class CompiledRules:
    """What files came to, ready to take force."""

    ruleset: RuleSet
    matcher: Matcher
    packs: dict[str, Pack]
    problems: Sequence[RuleProblem]
    is_sound: bool


def version_of(files: Sequence[SourceFile]) -> str:
    """Return the version that files make: a digest of what they hold and where."""
    return digest((part for file in files for part in (file.path, file.text)), size_bytes=8)


class RulesInForce:
    """Versions of the rules, each with the moment from which it is in force.

    Implements the RuleSource and MatcherSource ports. Before anything took force, there are no rules.
    """

    def __init__(self, *, observer: Observer) -> None:
        self._observer = observer
        self._packs: dict[str, Pack] = {}
        # One name for all, so that no reader sees the rules of one moment with the matcher of another.
        self._versions: tuple[tuple[Effective, Matcher], ...] = ()
        self.problems: Sequence[RuleProblem] = ()

    def timeline(self) -> Sequence[Effective]:
        """Return the versions that are known, the oldest first."""
        return [effective for effective, _matcher in self._versions] or [_NOTHING]

    def current(self) -> RuleSet:
        """Return the newest version."""
        return self.timeline()[-1].ruleset

    def matcher_at(self, moment: datetime) -> Matcher:
        """Return the matcher of the version in force at a moment."""
        effective = in_force(self.timeline(), moment)
        return next((matcher for one, matcher in self._versions if one is effective), _NO_MATCHER)

    def compiled(self, files: Sequence[SourceFile], places: PlaceNames, actors: ActorNames) -> CompiledRules:
        """Compile all packs anew; takes seconds for many rules, touches nothing that is in force.

        Args:
            files: Every file of every pack.
            places: What resolves the place names in rules.
            actors: What knows actors by their other names.
        """
        compilation = compile_packs(files, places, actors=actors)
        packs = self._good(compilation)
        ruleset = RuleSet(
            version=version_of(files), rules={rule.id: rule for pack in packs.values() for rule in pack.rules}
        )
        return CompiledRules(ruleset, Matcher(ruleset), packs, compilation.problems, compilation.is_sound)

    def take(self, compiled: CompiledRules, *, effective_at: datetime) -> None:
        """Put compiled rules into force from a moment on; never before those that were taken before."""
        if self._versions:
            effective_at = max(effective_at, self._versions[-1][0].since)
        effective = Effective(effective_at, compiled.ruleset)
        self._packs = compiled.packs
        self._versions = (*self._versions, (effective, compiled.matcher))[-VERSIONS_MAX:]
        self.problems = compiled.problems
        self._tell(compiled, effective_at)

    def _good(self, compilation: Compilation) -> dict[str, Pack]:
        """Return good packs as they are now, and the last good of those with faults."""
        kept = dict(self._packs) if compilation.unclaimed else {}
        for name, pack in compilation.packs.items():
            if pack.is_good:
                kept[name] = pack
            elif name in self._packs:
                kept[name] = self._packs[name]
        return kept

    def _tell(self, compiled: CompiledRules, effective_at: datetime) -> None:
        self._observer.count("rules_reloads", outcome="ok" if compiled.is_sound else "fault")
        self._observer.gauge("rules_reload_success_timestamp_seconds", effective_at.timestamp())
        self._observer.gauge("rules_loaded", len(compiled.ruleset.rules))
        for problem in compiled.problems:
            if problem.level is Level.ERROR:
                self._observer.warn(
                    "A rule file has a fault; its pack stays as it last was. `alerts check` says more.",
                    at=f"{problem.path}:{problem.line}:{problem.column}",
                    fault=problem.message,
                )
