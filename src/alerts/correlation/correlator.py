"""The reducer that TRACK runs for one key: which step of an alert's life an input is, and what was held back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from alerts.correlation.life import (
    Step,
    due_at,
    new_track,
    on_match,
    on_retraction,
    on_rule_changed,
    on_rule_gone,
    on_time,
)
from alerts.correlation.track import Track
from alerts.domain.alert import AlertChange, Suppression
from alerts.domain.match import HeldBack, Match, MatchRetraction
from alerts.ruleset.rule import RuleSet


class Folded(NamedTuple):
    """A key's state after one input; the changes it made, and what was held back with its reason."""

    track: Track | None
    changes: tuple[AlertChange, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


def take(track: Track | None, message: Match | MatchRetraction, ruleset: RuleSet) -> Folded:
    """Fold one match or retraction into the state of its key.

    A match of a rule that is no longer in force, or that has changed what it asks for since, is held back.
    """
    rule = ruleset.rules.get(message.key.rule_id)
    if isinstance(message, MatchRetraction):
        if rule is None or track is None:
            return Folded(track)
        return _public(on_retraction(track, message, rule))
    if rule is None:
        return Folded(track, suppressions=(_held(message, "rule_removed"),))
    if message.state_digest != rule.state_digest:
        return Folded(track, suppressions=(_held(message, "rule_changed"),))
    if message.held_back not in {None, HeldBack.SHADOW}:
        return Folded(track, suppressions=(_held(message, str(message.held_back)),))
    return _public(on_match(track or new_track(message.key, rule), message, rule))


def follow_rules(track: Track, ruleset: RuleSet, at: datetime) -> Folded:
    """Bring one key's state in line with the rules now in force: an alert whose rule left or changed ends."""
    rule = ruleset.rules.get(track.key.rule_id)
    if rule is None:
        return _public(on_rule_gone(track, at))
    if rule.state_digest != track.state_digest:
        return _public(on_rule_changed(track, rule, at))
    return Folded(track)


def _public(step: Step) -> Folded:
    """Return a step's changes, or, for a rule in its shadow stage, the record of what would have been sent."""
    if not step.track.shadow:
        return Folded(step.track, step.changes)
    shadowed = tuple(
        Suppression(
            rule_id=change.alert.key.rule_id,
            reason=str(HeldBack.SHADOW),
            at=change.at,
            alert_id=change.alert.id,
            detail={"change": str(change.kind), "title": change.alert.title},
        )
        for change in step.changes
    )
    return Folded(step.track, suppressions=shadowed)


def pass_time(track: Track, ruleset: RuleSet, now: datetime) -> Folded:
    """Let time pass for one key up to `now`."""
    rule = ruleset.rules.get(track.key.rule_id)
    return _public(on_time(track, rule, now)) if rule else Folded(track)


def next_due(track: Track, ruleset: RuleSet) -> datetime | None:
    """Return when time next changes this key's alert; None when it never does."""
    rule = ruleset.rules.get(track.key.rule_id)
    return due_at(track, rule) if rule else None


def _held(match: Match, reason: str) -> Suppression:
    return Suppression(
        rule_id=match.key.rule_id,
        reason=reason,
        at=match.report.received_at,
        detail={"match": match.id, "report": match.report.id, "key": match.key.text},
    )
