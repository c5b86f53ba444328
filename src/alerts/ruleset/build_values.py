"""Conditions on what, who, whether, how many and how sure: everything of an event but its place."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.domain.event import HAPPENING, QUANTITY_KINDS, Scope, Status
from alerts.domain.place import PLACE_KINDS, PlaceRole
from alerts.domain.taxonomy import BRANCHES, EVENT_TYPES, GROUPS, expand, is_known_name
from alerts.ruleset.build_places import countries
from alerts.ruleset.conditions import (
    AgeIs,
    All,
    AttributeIs,
    Comparison,
    Condition,
    ConfidenceIs,
    Flag,
    FlagIs,
    PartyIs,
    PartySelector,
    QuantityIs,
    RoleIs,
    Side,
    StartsIs,
    StatusIs,
    TypeIs,
)
from alerts.ruleset.diagnostics import did_you_mean
from alerts.ruleset.nodes import Entry, Fields, Node, Text
from alerts.ruleset.reading import (
    Measure,
    boolean,
    comparison,
    count,
    hours,
    kind_of,
    mapping,
    number,
    one_or_more,
    ordering,
    plain_hours,
    said,
    share,
    words,
)
from alerts.ruleset.vocabulary import Vocabulary

STATUS_WORDS: dict[str, frozenset[Status]] = {
    "happening": HAPPENING,
    **{status.value: frozenset({status}) for status in Status},
    "any": frozenset(Status),
}
ROLE_WORDS: dict[str, frozenset[PlaceRole]] = {
    **{role.value: frozenset({role}) for role in PlaceRole},
    "any": frozenset(PlaceRole),
}
PARTY_KINDS: frozenset[str] = PLACE_KINDS | frozenset(
    """state_forces police government rebel_group militia armed_group criminal_group peacekeepers political_opposition
    civilian refugees protesters aid_worker journalist health_worker prisoners politician international_organisation
    aid_agency company union media person""".split()
)
QUANTITY_KEYS = ("at_least", "more_than", "at_most", "less_than", "between", "is")
FIGURE_KEYS = (*QUANTITY_KEYS, "window", "scope", "projections", "unit", "persons_per_household")
SCOPE_WORDS = {scope.value: scope for scope in Scope}


def event_type(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `type`: types, branches, groups."""
    names = vocabulary.texts(node, what="type")
    known = [name for name in names if known_type(name, vocabulary)]
    if not known:
        return None
    expanded = expand((name.value for name in known), vocabulary.groups)
    return TypeIs(key="type", expected=" or ".join(name.value for name in known), names=expanded)


def known_type(name: Text, vocabulary: Vocabulary) -> bool:
    """Return whether a rule may name a type, or note that it may not."""
    if is_known_name(name.value) or name.value in vocabulary.groups:
        return True
    near = did_you_mean(name.value, [*EVENT_TYPES, *BRANCHES, *GROUPS, *vocabulary.groups])
    hint = near or "docs/rules.md lists the types; what a structured source calls its own is custom/..."
    vocabulary.problems.error(name.at, "unknown-type", f"no event type is called `{name.value}`", hint)
    return False


def status(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `status`."""
    found = words(node, STATUS_WORDS, vocabulary.problems, what="status")
    if not found:
        return None
    written = " or ".join(item.value for item in one_or_more(node) if isinstance(item, Text))
    return StatusIs(key="status", expected=written, statuses=frozenset().union(*found))


def role(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `role`."""
    found = words(node, ROLE_WORDS, vocabulary.problems, what="role")
    if not found:
        return None
    roles = frozenset[PlaceRole]().union(*found)
    return RoleIs(key="role", expected=" or ".join(r.value for r in PlaceRole if r in roles), roles=roles)


def actor(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `actor`."""
    return _party(Side.ACTOR, node, vocabulary)


def target(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `target`."""
    return _party(Side.TARGET, node, vocabulary)


def _party(side: Side, node: Node, vocabulary: Vocabulary) -> Condition | None:
    wanted: list[PartySelector] = []
    said_names: list[str] = []
    for item in one_or_more(node):
        if isinstance(item, Fields):
            selector, described = _described(side, item, vocabulary)
            wanted.append(selector)
            said_names.append(described)
        else:
            for name in vocabulary.texts(item, what=side.value):
                wanted.append(_by_name(name, vocabulary))
                said_names.append(name.value)
    if not wanted:
        return None
    return PartyIs(key=side.value, expected=" or ".join(said_names), side=side, wanted=tuple(wanted))


def _by_name(name: Text, vocabulary: Vocabulary) -> PartySelector:
    return PartySelector(names=vocabulary.actor_names(name), state=vocabulary.country_code(name.value))


def _described(side: Side, node: Fields, vocabulary: Vocabulary) -> tuple[PartySelector, str]:
    """Compile `{kind: ..., country: ..., name: ...}`: every part must fit."""
    entries = mapping(node, ("name", "kind", "country"), vocabulary.problems, what=side.value) or {}
    names = frozenset[str]()
    shown = []
    if "name" in entries:
        given = vocabulary.texts(entries["name"].value, what="name")
        names = names.union(*(vocabulary.actor_names(name) for name in given))
        shown.append(" or ".join(name.value for name in given))
    known = {kind: kind for kind in sorted(PARTY_KINDS)}
    kinds = words(entries["kind"].value, known, vocabulary.problems, what="kind") if "kind" in entries else ()
    codes = countries(entries["country"].value, vocabulary) if "country" in entries else frozenset()
    shown += [" or ".join(kinds)] if kinds else []
    shown += [f"of {' or '.join(sorted(codes))}"] if codes else []
    return PartySelector(names=names, kinds=frozenset(kinds), countries=codes), " ".join(shown)


def quantity(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `quantity`: `{displaced: {at_least: 100000}}`; several kinds must all hold."""
    entries = mapping(node, sorted(QUANTITY_KINDS), vocabulary.problems, what="quantity")
    figures = [_figure(entry, vocabulary) for entry in (entries or {}).values()]
    found = tuple(figure for figure in figures if figure)
    if not found:
        return None
    return found[0] if len(found) == 1 else All(key="all", conditions=found)


def _figure(entry: Entry, vocabulary: Vocabulary) -> Condition | None:
    problems, kind, node = vocabulary.problems, entry.key.value, entry.value
    what = f"quantity {kind}"
    if not isinstance(node, Fields):
        wanted = ordering(node, Measure(number), problems, what=what)
        return _quantity(kind, wanted, None, {}, vocabulary) if wanted else None
    entries = mapping(node, FIGURE_KEYS, problems, what=what)
    bounds = {name: part for name, part in (entries or {}).items() if name in QUANTITY_KEYS}
    if entries is None or not bounds:
        problems.error(node.at, "empty-comparison", f"{what} compares with nothing", "as in {at_least: 100000}")
        return None
    wanted = ordering(Fields(entries=bounds, at=node.at), Measure(number), problems, what=what)
    span = Measure(hours)
    window = ordering(entries["window"].value, span, problems, what="window") if "window" in entries else None
    return _quantity(kind, wanted, window, entries, vocabulary) if wanted else None


def _quantity(
    kind: str, wanted: Comparison, window: Comparison | None, rest: Mapping[str, Entry], vocabulary: Vocabulary
) -> Condition:
    problems = vocabulary.problems
    scopes = {Scope.NEW, Scope.TOTAL}
    if "scope" in rest:
        scopes = set(words(rest["scope"].value, SCOPE_WORDS, problems, what="scope"))
    if "projections" in rest and boolean(rest["projections"].value, problems, what="projections"):
        scopes.add(Scope.PROJECTION)
    units = {"people": False, "households": True}
    unit = words(rest["unit"].value, units, problems, what="unit") if "unit" in rest else ()
    each = count(rest["persons_per_household"].value, problems) if "persons_per_household" in rest else None
    expected = f"{said(wanted)} {kind}" + (f" in {_said_hours(window)}" if window else "")
    return QuantityIs(
        key="quantity",
        expected=expected,
        kind=kind,
        wanted=wanted,
        window_hours=window,
        scopes=frozenset(scopes),
        households=any(unit),
        persons_per_household=each,
    )


def claimed(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `claimed`."""
    return _flag(Flag.CLAIMED, node, vocabulary)


def disputed(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `disputed`."""
    return _flag(Flag.DISPUTED, node, vocabulary)


def _flag(flag: Flag, node: Node, vocabulary: Vocabulary) -> Condition | None:
    value = boolean(node, vocabulary.problems, what=flag.value)
    return None if value is None else FlagIs(key=flag.value, expected=str(value).lower(), flag=flag, value=value)


def confidence(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `confidence`."""
    wanted = ordering(node, Measure(share), vocabulary.problems, what="confidence")
    return ConfidenceIs(key="confidence", expected=said(wanted), wanted=wanted) if wanted else None


def age(node: Node, vocabulary: Vocabulary) -> AgeIs | None:
    """Compile `age`."""
    if isinstance(node, Text):
        hint = "as in age: {at_most: 7d}"
        vocabulary.problems.error(node.at, "wrong-kind", f"age compares a span of time, found {kind_of(node)}", hint)
        return None
    wanted = ordering(node, Measure(hours), vocabulary.problems, what="age")
    return AgeIs(key="age", expected=_said_hours(wanted), wanted=wanted) if wanted else None


def starts(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `starts`: `{in_next: 48h}`."""
    entries = mapping(node, ("in_next",), vocabulary.problems, what="starts", required=("in_next",))
    span = hours(entries["in_next"].value, vocabulary.problems) if entries else None
    if span is None:
        return None
    wanted = Comparison(at_least=0.0, at_most=span)
    return StartsIs(key="starts", expected=f"in the next {plain_hours(span)}", wanted=wanted)


def attributes(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `attributes`: comparisons by dotted path."""
    if not isinstance(node, Fields) or not node.entries:
        message = f"attributes maps a field's path to a comparison, found {kind_of(node)}"
        vocabulary.problems.error(node.at, "wrong-kind", message, "as in attributes: {mag_type: mww}")
        return None
    found = []
    for path, entry in node.entries.items():
        wanted = comparison(entry.value, vocabulary.problems, what=path)
        if wanted:
            found.append(AttributeIs(key="attributes", expected=f"{path} {said(wanted)}", path=path, wanted=wanted))
    if not found:
        return None
    return found[0] if len(found) == 1 else All(key="all", conditions=tuple(found))


def _said_hours(wanted: Comparison) -> str:
    bounds = (("at least", wanted.at_least), ("more than", wanted.more_than))
    above = (("at most", wanted.at_most), ("less than", wanted.less_than))
    return " and ".join(f"{word} {plain_hours(bound)}" for word, bound in (*bounds, *above) if bound is not None)
