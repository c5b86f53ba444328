"""The life of one alert: (track, input, time) to (track, changes). Every function here is a step of that life.

A step never depends on who is told; routing follows the changes that come out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from alerts.correlation.evidence import admit, is_reprint, latest_moment, order
from alerts.correlation.fold import fold
from alerts.correlation.track import EndedLife, Track
from alerts.domain.alert import Alert, AlertChange, AlertState, ChangeKind, ChangeReason
from alerts.domain.event import HAPPENING
from alerts.domain.match import AlertKey, Effect, HeldBack, Match, MatchRetraction, RetractionCause
from alerts.ruleset.rule import Notify, Rule, Stage

# How long after its own ending a match may still be on its way: what a slow parse of a long report takes, generously.
OVERTAKING_MAX = timedelta(minutes=10)


class Step(NamedTuple):
    """A track after an input, and the changes that the input made."""

    track: Track
    changes: tuple[AlertChange, ...] = ()


_ENDED_STATE = {
    ChangeKind.RESOLVED: AlertState.RESOLVED,
    ChangeKind.EXPIRED: AlertState.EXPIRED,
    ChangeKind.RETRACTED: AlertState.RETRACTED,
}

_CAUSE_REASON = {
    RetractionCause.CORRECTED: ChangeReason.CORRECTED,
    RetractionCause.WITHDRAWN: ChangeReason.WITHDRAWN,
}


def new_track(key: AlertKey, rule: Rule) -> Track:
    """Return the state of a key that nothing has been heard of."""
    return Track(key=key, state_digest=rule.state_digest, shadow=rule.stage is Stage.SHADOW)


def on_match(track: Track, match: Match, rule: Rule) -> Step:
    """Take in one match that was not held back (a shadowed rule's matches live their life as well)."""
    assert match.held_back in {None, HeldBack.SHADOW}, match.held_back
    if match.effect is Effect.ENDS:
        return _end_by(track, match)
    if match.effect is Effect.DISPUTES:
        return _dispute(track, match, rule)
    if track.alert is None and _belongs_to_last(track, match):
        return Step(_join_last(track, match))
    if track.alert is None and _ended_before_it_was_told(track, match):
        return _open_and_end(track, match, rule)
    return _support(track, match, rule)


def on_retraction(track: Track, retraction: MatchRetraction, rule: Rule) -> Step:
    """Take back one match that its corrected or withdrawn report no longer gives."""
    if track.last and track.last.end_match and track.last.end_match.id == retraction.match_id:
        return _take_back_end(track, retraction, rule)
    supports = tuple(match for match in track.supports if match.id != retraction.match_id)
    disputes = tuple(match for match in track.disputes if match.id != retraction.match_id)
    last = _without(track.last, retraction) if track.last else None
    shorter = replace(track, supports=supports, disputes=disputes, last=last)
    if track.alert is None or (supports == track.supports and disputes == track.disputes):
        return Step(shorter)
    reason = _CAUSE_REASON[retraction.cause]
    if not supports:
        return _end(shorter, ChangeKind.RETRACTED, reason, at=retraction.at, ended_by=retraction.at)
    return _refresh(shorter, rule, at=retraction.at, corrected=reason)


def due_at(track: Track, rule: Rule) -> datetime | None:
    """Return when the passing of time next changes this alert; None when it never does."""
    if track.alert is None:
        return None
    moments = (_expires_at(track, rule), _reminder_at(track, rule))
    return min((moment for moment in moments if moment is not None), default=None)


def on_time(track: Track, rule: Rule, now: datetime) -> Step:
    """Let time pass up to `now`. What falls due carries its due time, however late `now` is."""
    changes: list[AlertChange] = []
    while (due := due_at(track, rule)) is not None and due <= now:
        assert track.alert is not None
        if due == _expires_at(track, rule):
            track, made = _end(track, ChangeKind.EXPIRED, ChangeReason.NOT_SUPPORTED, at=due, ended_by=due)
            changes.extend(made)
            break
        track, made = _remind(track, rule, now)
        changes.extend(made)
    return Step(track, tuple(changes))


def on_rule_gone(track: Track, at: datetime) -> Step:
    """End an alert because its rule was removed."""
    return _stop_watching(track, ChangeReason.RULE_REMOVED, at)


def on_rule_changed(track: Track, rule: Rule, at: datetime) -> Step:
    """End an alert whose rule now asks for something else: evidence for the old question proves nothing of the new."""
    step = _stop_watching(track, ChangeReason.RULE_CHANGED, at)
    return Step(replace(step.track, state_digest=rule.state_digest), step.changes)


def _stop_watching(track: Track, reason: ChangeReason, at: datetime) -> Step:
    if track.alert is None:
        return Step(track)
    return _end(track, ChangeKind.EXPIRED, reason, at=at, ended_by=at)


def _support(track: Track, match: Match, rule: Rule) -> Step:
    supports, dropped = admit(track.supports, match)
    grown = replace(
        track,
        supports=supports,
        dropped_supports=track.dropped_supports + dropped,
        shadow=rule.stage is Stage.SHADOW,
    )
    if track.alert is None:
        return _open(replace(grown, supports=(match,)), rule, at=match.report.received_at)
    return _refresh(grown, rule, at=match.report.received_at)


def _open(track: Track, rule: Rule, *, at: datetime) -> Step:
    born = replace(track, lives=track.lives + 1, disputes=(), told=(), notified_at=at, early_end=None)
    alert = fold(born, rule)
    change = AlertChange(kind=ChangeKind.OPENED, reason=ChangeReason.FIRST_MATCH, at=at, alert=alert)
    return Step(replace(born, alert=alert), (change,))


def _refresh(track: Track, rule: Rule, *, at: datetime, corrected: ChangeReason | None = None) -> Step:
    """Fold the evidence anew; make a change of it when the rule's `notify` asks for one."""
    assert track.alert is not None
    alert = fold(track, rule)
    reason = _material_change(track.alert, alert)
    if reason and corrected:
        reason = corrected
    if reason is None and rule.alert.notify is Notify.EVERY and alert != track.alert:
        reason = corrected or ChangeReason.MORE_EVIDENCE
    if reason is None or rule.alert.notify is Notify.NONE:
        return Step(replace(track, alert=alert))
    alert = replace(alert, revision=track.alert.revision + 1)
    change = AlertChange(kind=ChangeKind.UPDATED, reason=reason, at=at, alert=alert)
    return Step(replace(track, alert=alert, notified_at=at), (change,))


def _material_change(before: Alert, after: Alert) -> ChangeReason | None:
    """Return the first material difference that a reader must hear of, or None."""
    if after.severity != before.severity:
        return ChangeReason.SEVERITY_CHANGED
    if after.disputed != before.disputed:
        return ChangeReason.DISPUTED_CHANGED
    if after.claimed != before.claimed:
        return ChangeReason.CLAIMED_CHANGED
    if _is_happening(after) != _is_happening(before):
        return ChangeReason.STATUS_CHANGED
    if after.sources > before.sources:
        return ChangeReason.NEW_SOURCE
    return None


def _is_happening(alert: Alert) -> bool:
    """Return whether it occurred or goes on: between these two, wording decides, and nobody needs to hear of it."""
    return alert.status in HAPPENING


def _dispute(track: Track, match: Match, rule: Rule) -> Step:
    if track.alert is None:
        return Step(track)
    disputes = order([*track.disputes, match])[-16:]
    return _refresh(replace(track, disputes=disputes), rule, at=match.report.received_at)


def _end_by(track: Track, match: Match) -> Step:
    """Resolve by an `until` match, unless newer evidence says that the thing goes on: newest occurrence wins."""
    if track.alert is None:
        early = max(filter(None, (track.early_end, match)), key=lambda end: (latest_moment(end), end.id))
        return Step(replace(track, early_end=early))
    moment = latest_moment(match)
    if any(latest_moment(support) > moment for support in track.supports):
        return Step(track)
    at = match.report.received_at
    return _end(track, ChangeKind.RESOLVED, ChangeReason.UNTIL_MATCHED, at=at, ended_by=moment, by=match)


def _end(
    track: Track,
    kind: ChangeKind,
    reason: ChangeReason,
    *,
    at: datetime,
    ended_by: datetime,
    by: Match | None = None,
) -> Step:
    assert track.alert is not None
    alert = replace(
        track.alert,
        state=_ENDED_STATE[kind],
        revision=track.alert.revision + 1,
        ended_at=at,
        expires_at=None,
    )
    change = AlertChange(kind=kind, reason=reason, at=at, alert=alert)
    last = EndedLife(alert=alert, ended_by=ended_by, supports=track.supports, end_match=by)
    return Step(replace(track, alert=None, supports=(), disputes=(), last=last), (change,))


def _belongs_to_last(track: Track, match: Match) -> bool:
    """Return whether a match speaks of the life that is over: it happened before the end, or copies its evidence."""
    if track.last is None or track.last.alert.state is AlertState.RETRACTED:
        return False
    if latest_moment(match) < track.last.ended_by:
        return True
    return any(is_reprint(match, of=support) for support in track.last.supports)


def _ended_before_it_was_told(track: Track, match: Match) -> bool:
    """Return whether the end of what a match speaks of overtook it on the way here.

    Two reports of one minute are read beside each other, and the later may be read first. An ending heard of longer
    ago than that is not news of this match's life: it begins one of its own.
    """
    if track.early_end is None:
        return False
    behind = abs(match.report.received_at - track.early_end.report.received_at)
    return behind <= OVERTAKING_MAX and latest_moment(match) < latest_moment(track.early_end)


def _open_and_end(track: Track, match: Match, rule: Rule) -> Step:
    """Tell both steps, as if they had come in order."""
    assert track.early_end is not None
    opened = _support(track, match, rule)
    ended = _end_by(opened.track, track.early_end)
    return Step(ended.track, (*opened.changes, *ended.changes))


def _join_last(track: Track, match: Match) -> Track:
    assert track.last is not None
    supports, _dropped = admit(track.last.supports, match)
    return replace(track, last=replace(track.last, supports=supports))


def _without(last: EndedLife, retraction: MatchRetraction) -> EndedLife:
    return replace(last, supports=tuple(match for match in last.supports if match.id != retraction.match_id))


def _take_back_end(track: Track, retraction: MatchRetraction, rule: Rule) -> Step:
    """The report that ended a life was withdrawn: what it ended goes on, as a new life with the old evidence."""
    assert track.last is not None
    last = replace(track.last, end_match=None)
    if track.alert is not None or not last.supports:
        return Step(replace(track, last=last))
    reborn = replace(track, last=last, supports=last.supports)
    return _open(reborn, rule, at=retraction.at)


def _expires_at(track: Track, rule: Rule) -> datetime | None:
    """Return when the alert expires by the rule as it is now: a longer `expire_after` holds for open alerts too."""
    if track.alert is None or rule.alert.expire_after is None:
        return None
    return track.alert.last_seen_at + rule.alert.expire_after


def _reminder_at(track: Track, rule: Rule) -> datetime | None:
    if rule.alert.repeat_every is None or track.notified_at is None:
        return None
    return track.notified_at + rule.alert.repeat_every


def _remind(track: Track, rule: Rule, now: datetime) -> Step:
    """Remind once for all reminders that fell due up to `now`: nobody wants a night's worth at once."""
    assert track.alert is not None
    assert rule.alert.repeat_every is not None
    assert track.notified_at is not None
    latest = min(now, _expires_at(track, rule) or now)
    missed = max(1, (latest - track.notified_at) // rule.alert.repeat_every)
    at = track.notified_at + missed * rule.alert.repeat_every
    alert = replace(track.alert, revision=track.alert.revision + 1)
    change = AlertChange(kind=ChangeKind.REMINDED, reason=ChangeReason.REPEAT, at=at, alert=alert)
    return Step(replace(track, alert=alert, notified_at=at), (change,))
