"""A rule's `match` to a condition tree: the table of its keys, `any`, `all`, `not`, `use`, and the defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from alerts.domain.event import HAPPENING
from alerts.domain.place import PlaceRole
from alerts.ruleset import build_places, build_report, build_values
from alerts.ruleset.conditions import (
    REPORT_CONDITIONS,
    Admin1Is,
    AgeIs,
    All,
    AnyOf,
    Condition,
    CountryIs,
    Inside,
    Near,
    Not,
    OrUnknown,
    PlaceIs,
    RoleIs,
    StatusIs,
    asserted,
    leaves,
)
from alerts.ruleset.diagnostics import did_you_mean
from alerts.ruleset.nodes import Entry, Fields, Items, Node
from alerts.ruleset.reading import boolean, kind_of, mapping, one_or_more
from alerts.ruleset.vocabulary import Vocabulary

Build = Callable[[Node, Vocabulary], Condition | None]

KEYS: Mapping[str, Build] = {
    "type": build_values.event_type,
    "status": build_values.status,
    "role": build_values.role,
    "actor": build_values.actor,
    "target": build_values.target,
    "place": build_places.place,
    "country": build_places.country,
    "admin1": build_places.admin1,
    "near": build_places.near,
    "inside": build_places.inside,
    "quantity": build_values.quantity,
    "text": build_report.report_text,
    "source": build_report.source,
    "language": build_report.language,
    "claimed": build_values.claimed,
    "disputed": build_values.disputed,
    "confidence": build_values.confidence,
    "age": build_values.age,
    "starts": build_values.starts,
    "attributes": build_values.attributes,
}
COMBINING = ("any", "all", "not", "use", "or_unknown")
PATTERNS = ("count", "sum", "max", "change", "surge", "new", "absence", "sequence", "movement", "state")
NOT_YET = ("where", *PATTERNS, "sources", "for")
MATCH_KEYS = (*KEYS, *COMBINING)

_POSITIONAL = (PlaceIs, CountryIs, Admin1Is, Near, Inside)
_HAPPENING = StatusIs(key="status", expected="happening", statuses=HAPPENING, by_default=True)
_AT = RoleIs(key="role", expected="at", roles=frozenset({PlaceRole.AT}))


def match(node: Node, vocabulary: Vocabulary, *, what: str = "match") -> Condition | None:
    """Compile a mapping of conditions, all of which must hold, with the default status and role where none is asked."""
    tree = conditions(node, vocabulary, what=what)
    if tree is None or is_on_reports(tree):
        return tree
    tree = _with_default(tree, StatusIs, _HAPPENING)
    if any(isinstance(leaf, _POSITIONAL) for leaf in asserted(tree)):
        tree = _with_default(tree, RoleIs, _AT)
    return tree


def is_on_reports(tree: Condition) -> bool:
    """Return whether a tree asks for text, source and language only."""
    return all(isinstance(leaf, REPORT_CONDITIONS) for leaf in leaves(tree))


def is_default(tree: Condition) -> bool:
    """Return whether a tree holds nothing that its author wrote."""
    return all(leaf in (_HAPPENING, _AT) for leaf in leaves(tree))


def conditions(node: Node, vocabulary: Vocabulary, *, what: str) -> Condition | None:
    """Compile a mapping of conditions without defaults; None when nothing sound is left of it."""
    if isinstance(node, Fields):
        refuse_not_yet(node, NOT_YET, vocabulary)
    known = (*MATCH_KEYS, *NOT_YET)
    entries = mapping(node, known, vocabulary.problems, what=what)
    if entries is None:
        return None
    built = [_built(entry, vocabulary) for entry in entries.values() if entry.key.value in MATCH_KEYS[:-1]]
    parts = tuple(part for part in built if part)
    if not parts:
        if not entries:
            vocabulary.problems.error(node.at, "empty-match", f"{what} asks for nothing", "name a `type`, for instance")
        return None
    tree = parts[0] if len(parts) == 1 else All(key="all", conditions=parts)
    wants_unknown = entries.get("or_unknown")
    if wants_unknown and boolean(wants_unknown.value, vocabulary.problems, what="or_unknown"):
        return OrUnknown(key="or_unknown", condition=tree)
    return tree


def refuse_not_yet(node: Fields, names: tuple[str, ...], vocabulary: Vocabulary) -> None:
    """Note every key of the rule language that this version cannot keep: a rule is never run without a part of it."""
    for name in names:
        if name in node.entries:
            message = f"`{name}` is not supported yet, and the rule means something else without it"
            vocabulary.problems.error(node.entries[name].key.at, "not-supported-yet", message)


def _built(entry: Entry, vocabulary: Vocabulary) -> Condition | None:
    name, node = entry.key.value, entry.value
    if name in KEYS:
        return KEYS[name](node, vocabulary)
    if name == "use":
        return _used(node, vocabulary)
    if name == "not":
        return _negated(entry, vocabulary)
    return _combined(entry, vocabulary)


def _combined(entry: Entry, vocabulary: Vocabulary) -> Condition | None:
    name, node = entry.key.value, entry.value
    if not isinstance(node, Items) or not node.items:
        message = f"`{name}` takes a list of conditions, found {kind_of(node)}"
        vocabulary.problems.error(node.at, "wrong-kind", message, f"as in {name}: [{{type: flood}}, {{type: storm}}]")
        return None
    parts = [conditions(item, vocabulary, what=f"a part of `{name}`") for item in node.items]
    found = tuple(part for part in parts if part)
    if not found:
        return None
    if name == "any":
        return AnyOf(key="any", conditions=found)
    return All(key="all", conditions=found)


def _negated(entry: Entry, vocabulary: Vocabulary) -> Condition | None:
    parts = [conditions(item, vocabulary, what="`not`") for item in one_or_more(entry.value)]
    found = tuple(part for part in parts if part)
    if not found:
        return None
    if any(isinstance(part, OrUnknown) for part in found):
        hint = "put `or_unknown: true` beside `not`, not inside it"
        vocabulary.problems.warning(entry.key.at, "or-unknown-inside-not", "this stays quiet on unknown values", hint)
    nots = tuple(Not(key="not", condition=part) for part in found)
    return nots[0] if len(nots) == 1 else All(key="all", conditions=nots)


def _used(node: Node, vocabulary: Vocabulary) -> Condition | None:
    found = [_filter(name.value, name, vocabulary) for name in vocabulary.texts(node, what="use")]
    parts = tuple(part for part in found if part)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(key="all", conditions=parts)


def _filter(name: str, at: Node, vocabulary: Vocabulary) -> Condition | None:
    if name not in vocabulary.filters:
        hint = did_you_mean(name, vocabulary.filters) or "name it under `filters:`"
        vocabulary.problems.error(at.at, "unknown-filter", f"no filter is called `{name}`", hint)
        return None
    if name not in vocabulary.compiled_filters:
        vocabulary.compiled_filters[name] = None  # a filter that uses itself finds nothing here
        found = conditions(vocabulary.filters[name].value, vocabulary, what=f"filter {name}")
        vocabulary.compiled_filters[name] = found
    found = vocabulary.compiled_filters[name]
    if found is None:
        vocabulary.problems.error(at.at, "unusable-filter", f"filter `{name}` has faults of its own, or uses itself")
    return found


def _with_default(tree: Condition, kind: type[Condition], default: Condition) -> Condition:
    """Add a default to every way for a tree to hold that does not ask for its kind. A `not` does not ask."""
    if isinstance(tree, OrUnknown):
        return replace(tree, condition=_with_default(tree.condition, kind, default))
    if isinstance(tree, AnyOf) and any(_asks(part, kind) for part in tree.conditions):
        return replace(tree, conditions=tuple(_with_default(part, kind, default) for part in tree.conditions))
    if not _asks(tree, kind):
        return _and(tree, default)
    if isinstance(tree, All) and not any(isinstance(part, kind) for part in tree.conditions):
        asking = next(part for part in tree.conditions if _asks(part, kind))
        parts = (_with_default(part, kind, default) if part is asking else part for part in tree.conditions)
        return replace(tree, conditions=tuple(parts))
    return tree


def _asks(tree: Condition, kind: type[Condition]) -> bool:
    if isinstance(tree, All | AnyOf):
        return any(_asks(part, kind) for part in tree.conditions)
    if isinstance(tree, OrUnknown):
        return _asks(tree.condition, kind)
    return isinstance(tree, kind)


def _and(tree: Condition, more: Condition) -> Condition:
    if isinstance(tree, All):
        return replace(tree, conditions=(*tree.conditions, more))
    return All(key="all", conditions=(tree, more))


def split_age(tree: Condition) -> tuple[Condition | None, AgeIs | None]:
    """Take an upper bound of `age` out of the top of a tree: what is older matches, and is recorded as too old."""
    parts = tree.conditions if isinstance(tree, All) else (tree,)
    ages = [part for part in parts if isinstance(part, AgeIs) and _only_upper(part)]
    if not ages:
        return tree, None
    rest = tuple(part for part in parts if part is not ages[0])
    if not rest:
        return None, ages[0]
    return (rest[0] if len(rest) == 1 else All(key="all", conditions=rest)), ages[0]


def _only_upper(part: AgeIs) -> bool:
    return part.wanted.at_least is None and part.wanted.more_than is None
