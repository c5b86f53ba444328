"""Rules as the stages read them: checked, places resolved, lists and filters expanded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from alerts.domain.ids import RuleId
from alerts.domain.match import Severity
from alerts.ruleset.conditions import AgeIs, Condition


class Notify(StrEnum):
    """Which updates of an open alert are sent."""

    MATERIAL = "material"
    EVERY = "every"
    NONE = "none"


class Stage(StrEnum):
    """Whether a rule's alerts leave the house."""

    ACTIVE = "active"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveritySteps:
    """The severity of a match: that of the most severe step whose condition holds, else the default."""

    default: Severity = Severity.WARNING
    steps: tuple[tuple[Severity, Condition], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """How a rule's alerts live.

    `by` are identity fields in file order. `expire_after` counts from the last supporting report; it is None only
    where `until` is given. `summary` is a template with `{path}` fields.
    """

    by: tuple[str, ...]
    expire_after: timedelta | None
    until: Condition | None = None
    notify: Notify = Notify.MATERIAL
    repeat_every: timedelta | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule in force.

    `id` is `<pack>/<id>`. `state_digest` is a digest of what the state of its alerts depends on: `match`, pattern and
    `by`, as compiled; title, why, labels, severity and lifetimes are not in it. `age` is not in `match`: an event
    that is too old is recorded, not sent. A rule `on_reports` asks for text and source only and holds once a report.
    """

    id: RuleId
    pack: str
    title: str
    match: Condition
    alert: AlertPolicy
    state_digest: str
    severity: SeveritySteps = field(default_factory=SeveritySteps)
    why: str = ""
    owner: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    stage: Stage = Stage.ACTIVE
    known_gaps: str = ""
    age: AgeIs | None = None
    """How old an event may be to be sent; None for any age."""
    age_by_default: bool = True
    """The author did not write `age`: an event that the rule asks for as historical is then not too old."""
    on_reports: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """All rules in force, by id, with a version: a digest of every file they came from."""

    version: str
    rules: Mapping[RuleId, Rule]
