"""One rule: its texts, its match, the life of its alerts, its examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from alerts.domain.ids import RuleId
from alerts.domain.match import Severity
from alerts.ruleset import examples, identity, lints, match_tree, templates
from alerts.ruleset.conditions import AgeIs, Comparison, Condition
from alerts.ruleset.diagnostics import did_you_mean
from alerts.ruleset.digests import state_digest
from alerts.ruleset.examples import Example
from alerts.ruleset.nodes import Entry, Fields, Node, Position, Text
from alerts.ruleset.reading import duration, kind_of, mapping, one_or_more, text, words
from alerts.ruleset.rule import AlertPolicy, Notify, Rule, SeveritySteps, Stage
from alerts.ruleset.vocabulary import Vocabulary

RULE_KEYS = (
    "id",
    "title",
    "why",
    "owner",
    "severity",
    "match",
    "alert",
    "labels",
    "stage",
    "examples",
    "known_gaps",
)
ALERT_KEYS = ("by", "expire_after", "until", "notify", "repeat_every", "summary")
NOT_YET = (
    "count",
    "sum",
    "max",
    "change",
    "surge",
    "new",
    "absence",
    "sequence",
    "movement",
    "state",
    "sources",
    "for",
)
SEVERITY_WORDS = {severity.word: severity for severity in Severity}
NOTIFY_WORDS = {notify.value: notify for notify in Notify}
STAGE_WORDS = {stage.value: stage for stage in Stage}
_RULE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_TITLE_MAX = 200

AGE_DEFAULT = AgeIs(key="age", expected="at most 7 d", wanted=Comparison(at_most=168.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule with the examples that its author wrote beside it."""

    rule: Rule
    examples: tuple[Example, ...]


def compiled(pack: str, node: Node, owner: str | None, vocabulary: Vocabulary) -> CompiledRule | None:
    """Compile one rule; None when what is left of it after its faults is not a rule."""
    problems = vocabulary.problems
    if isinstance(node, Fields):
        match_tree.refuse_not_yet(node, NOT_YET, vocabulary)
    entries = mapping(node, (*RULE_KEYS, *NOT_YET), problems, what="a rule", required=("id", "title", "match"))
    if entries is None:
        return None
    # Every part is read before any is given up, so that all faults come at once.
    own_id = _id(entries["id"].value, vocabulary) if "id" in entries else None
    title = _line(entries["title"].value, vocabulary, what="title") if "title" in entries else None
    tree, age = _match(entries["match"], vocabulary) if "match" in entries else (None, None)
    parts = _parts(entries, tree, node.at, vocabulary)
    found = examples.examples(entries.get("examples"), vocabulary)
    if own_id is None or title is None or tree is None:
        return None
    rule = Rule(
        id=RuleId(f"{pack}/{own_id.value}"),
        pack=pack,
        title=title,
        match=tree,
        state_digest=state_digest(tree, parts.alert.by),
        alert=parts.alert,
        severity=parts.severity,
        labels=parts.labels,
        stage=parts.stage,
        why=parts.prose.get("why", ""),
        owner=parts.prose.get("owner", owner),
        known_gaps=parts.prose.get("known_gaps", ""),
        age=age or AGE_DEFAULT,
        age_by_default=age is None,
        on_reports=match_tree.is_on_reports(tree),
    )
    lints.check(rule, found, own_id.at, entries["match"].key.at, problems)
    return CompiledRule(rule=rule, examples=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a rule says besides its id, title and match."""

    alert: AlertPolicy
    severity: SeveritySteps
    labels: Mapping[str, str]
    stage: Stage
    prose: Mapping[str, str]


def _parts(entries: Mapping[str, Entry], tree: Condition | None, at: Position, vocabulary: Vocabulary) -> _Parts:
    prose = {name: _prose(entries, name, vocabulary) for name in ("why", "owner", "known_gaps")}
    return _Parts(
        alert=_alert(entries.get("alert"), tree, at, vocabulary),
        severity=_severity(entries.get("severity"), vocabulary),
        labels=_labels(entries.get("labels"), vocabulary),
        stage=_stage(entries.get("stage"), vocabulary),
        prose={name: said for name, said in prose.items() if said},
    )


def _match(entry: Entry, vocabulary: Vocabulary) -> tuple[Condition | None, AgeIs | None]:
    tree = match_tree.match(entry.value, vocabulary)
    if tree is None:
        return None, None
    rest, age = match_tree.split_age(tree)
    if rest is None or match_tree.is_default(rest):
        message = "match asks for nothing but age"
        vocabulary.problems.error(entry.key.at, "empty-match", message, "name a `type`, for instance")
        return None, age
    return rest, age


def _id(node: Node, vocabulary: Vocabulary) -> Text | None:
    found = text(node, vocabulary.problems, what="id")
    if found and not _RULE_ID.fullmatch(found.value):
        hint = "small letters, digits, - and _, as in forces-near-homs"
        vocabulary.problems.error(found.at, "bad-id", f"`{found.value}` cannot be the id of a rule", hint)
        return None
    return found


def _line(node: Node, vocabulary: Vocabulary, *, what: str) -> str | None:
    found = text(node, vocabulary.problems, what=what)
    if found and len(found.value) > _TITLE_MAX:
        vocabulary.problems.error(found.at, "too-large", f"{what} has {len(found.value)} characters, {_TITLE_MAX} fit")
        return None
    return " ".join(found.value.split()) if found else None


def _prose(entries: Mapping[str, Entry], name: str, vocabulary: Vocabulary) -> str | None:
    if name not in entries:
        return None
    found = text(entries[name].value, vocabulary.problems, what=name)
    return found.value.strip() if found else None


def _severity(entry: Entry | None, vocabulary: Vocabulary) -> SeveritySteps:
    """Compile `critical`, or `{default: warning, critical: {quantity: ...}}`."""
    problems = vocabulary.problems
    if entry is None:
        return SeveritySteps()
    if not isinstance(entry.value, Fields):
        found = words(entry.value, SEVERITY_WORDS, problems, what="severity")
        return SeveritySteps(default=found[0]) if found else SeveritySteps()
    entries = mapping(entry.value, ("default", *SEVERITY_WORDS), problems, what="severity") or {}
    found = words(entries["default"].value, SEVERITY_WORDS, problems, what="severity") if "default" in entries else ()
    steps = [
        (severity, match_tree.conditions(entries[word].value, vocabulary, what=f"severity {word}"))
        for word, severity in sorted(SEVERITY_WORDS.items(), key=lambda pair: -pair[1])
        if word in entries
    ]
    default = found[0] if found else Severity.WARNING
    return SeveritySteps(default=default, steps=tuple((severity, tree) for severity, tree in steps if tree))


def _labels(entry: Entry | None, vocabulary: Vocabulary) -> Mapping[str, str]:
    if entry is None:
        return {}
    if not isinstance(entry.value, Fields):
        message = f"labels map names to texts, found {kind_of(entry.value)}"
        vocabulary.problems.error(entry.value.at, "wrong-kind", message, "as in labels: {region: mena}")
        return {}
    found = {
        name: text(label.value, vocabulary.problems, what=f"label {name}")
        for name, label in entry.value.entries.items()
    }
    return {name: value.value for name, value in found.items() if value}


def _stage(entry: Entry | None, vocabulary: Vocabulary) -> Stage:
    found = words(entry.value, STAGE_WORDS, vocabulary.problems, what="stage") if entry else ()
    return found[0] if found else Stage.ACTIVE


def _alert(owner: Entry | None, tree: Condition | None, at: Position, vocabulary: Vocabulary) -> AlertPolicy:
    """Compile `alert`; `at` is where the rule begins."""
    problems = vocabulary.problems
    entries = (mapping(owner.value, ALERT_KEYS, problems, what="alert") if owner else None) or {}
    until = match_tree.match(entries["until"].value, vocabulary, what="until") if "until" in entries else None
    expire_after = duration(entries["expire_after"].value, problems) if "expire_after" in entries else None
    if not {"expire_after", "until"} & entries.keys():
        hint = "add `expire_after: 48h` under `alert:`, or `until:` with what ends it"
        problems.error(owner.key.at if owner else at, "missing-expiry", "nothing ends this rule's alerts", hint)
    notify = words(entries["notify"].value, NOTIFY_WORDS, problems, what="notify") if "notify" in entries else ()
    repeat = duration(entries["repeat_every"].value, problems) if "repeat_every" in entries else None
    return AlertPolicy(
        by=_by(entries["by"].value, tree, vocabulary) if "by" in entries else _default_by(tree),
        expire_after=expire_after,
        until=until,
        notify=notify[0] if notify else Notify.MATERIAL,
        repeat_every=repeat,
        summary=_summary(entries["summary"].value, vocabulary) if "summary" in entries else "",
    )


def _default_by(tree: Condition | None) -> tuple[str, ...]:
    return identity.default_by(tree, on_reports=match_tree.is_on_reports(tree)) if tree else ()


def _by(node: Node, tree: Condition | None, vocabulary: Vocabulary) -> tuple[str, ...]:
    problems = vocabulary.problems
    found = [text(item, problems, what="by") for item in one_or_more(node)]
    for name in found:
        if name is None:
            continue
        if name.value not in identity.BY_FIELDS:
            code, message, hint = _not_by(name.value)
            problems.error(name.at, code, message, hint)
        elif name.value in identity.VOLATILE:
            message = f"`{name.value}` differs from report to report: one happening would open several alerts"
            problems.warning(name.at, "volatile-by", message, "leave it out unless that is meant")
        elif name.value == "near.place" and tree and not identity.has_near(tree):
            problems.error(name.at, "no-near", "`near.place` means nothing in a rule without `near` or `inside`")
    return tuple(dict.fromkeys(name.value for name in found if name))


def _not_by(name: str) -> tuple[str, str, str]:
    if name == "place":
        levels = ", ".join(identity.PLACE_LEVELS)
        return "bare-place", "`place` alone does not say how finely places are told apart", f"write one of {levels}"
    if name.split(".", maxsplit=1)[0] in identity.NEVER_BY or name in identity.NEVER_BY:
        message = f"`{name}` changes with every report: an alert's identity cannot hang on it"
        return "volatile-by", message, "by takes what stays the same, as in [place.town, actor]"
    return "unknown-by", f"`by` cannot name `{name}`", did_you_mean(name, identity.BY_FIELDS)


def _summary(node: Node, vocabulary: Vocabulary) -> str:
    problems = vocabulary.problems
    found = text(node, problems, what="summary")
    if found is None:
        return ""
    if len(found.value) > templates.LENGTH_MAX:
        problems.error(found.at, "too-large", f"a summary may have {templates.LENGTH_MAX:,} characters")
        return ""
    try:
        parts = templates.parse(found.value)
    except templates.TemplateProblem as fault:
        problems.error(_within(found, fault.offset, 1), "bad-template", str(fault))
        return ""
    for part in parts:
        if isinstance(part, templates.Field) and not templates.is_known(part.path):
            hint = did_you_mean(part.path, templates.PATHS)
            at = _within(found, part.offset + 1, len(part.path))
            problems.error(at, "unknown-path", f"a summary cannot name `{part.path}`", hint)
    return found.value


def _within(found: Text, offset: int, width: int) -> Position:
    """Return the position of a part of a text; the text's own where escapes or line breaks move what follows."""
    shift = 1 if found.quoted else 0
    if len(found.value) + 2 * shift != found.at.width:
        return found.at
    return Position(found.at.path, found.at.line, found.at.column + offset + shift, max(1, width))
