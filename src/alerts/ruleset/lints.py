"""What is allowed in a rule and most likely not meant: warnings, one reason each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, product

from alerts.domain.event import Status
from alerts.domain.taxonomy import ancestors
from alerts.ruleset.conditions import (
    AgeIs,
    All,
    AnyOf,
    AttributeIs,
    Comparison,
    Condition,
    ConfidenceIs,
    CountryIs,
    FlagIs,
    LanguageIs,
    Not,
    RoleIs,
    SourceIs,
    StartsIs,
    StatusIs,
    TypeIs,
    asserted,
)
from alerts.ruleset.diagnostics import Problems
from alerts.ruleset.examples import Example, Wanted
from alerts.ruleset.nodes import Position
from alerts.ruleset.reading import is_empty
from alerts.ruleset.rule import Rule

# Ways to hold that are looked at; a rule with more is taken to be able to fire.
_WAYS_MAX = 256


def check(rule: Rule, examples: Sequence[Example], own: Position, match: Position, problems: Problems) -> None:
    """Note what looks wrong in one rule; `own` is the position of its id, `match` that of its match."""
    wanted = {example.wanted for example in examples}
    if Wanted.QUIET not in wanted:
        hint = "show what must not fire it: `quiet: [{text: ..., because: status}]`"
        problems.warning(own, "no-quiet-example", "no example shows what leaves this rule quiet", hint)
    if Wanted.FIRES not in wanted:
        problems.warning(
            own, "no-firing-example", "no example shows what fires this rule", "add `fires: [{text: ...}]`"
        )
    if never_holds(rule.match):
        hint = "look for conditions that exclude each other, the default status `happening` included"
        problems.warning(match, "never-fires", "this rule can never fire: its conditions contradict each other", hint)
    if any(isinstance(leaf, StartsIs) for leaf in asserted(rule.match)) and not _asks_planned(rule.match):
        hint = "add `status: planned`"
        problems.warning(
            match, "starts-without-planned", "`starts` speaks of planned events; this rule asks for others", hint
        )


def _asks_planned(tree: Condition) -> bool:
    return any(isinstance(leaf, StatusIs) and Status.PLANNED in leaf.statuses for leaf in asserted(tree))


def never_holds(tree: Condition) -> bool:
    """Return whether a contradiction can be proved in every way for a tree to hold."""
    ways = list(islice(_ways(tree), _WAYS_MAX + 1))
    return len(ways) <= _WAYS_MAX and all(_contradicts(way) for way in ways)


def _ways(tree: Condition) -> Iterable[tuple[Condition, ...]]:
    """Yield the conjunctions of which a tree is the disjunction."""
    if isinstance(tree, AnyOf):
        for part in tree.conditions:
            yield from _ways(part)
    elif isinstance(tree, All):
        for ways in product(*(list(islice(_ways(part), _WAYS_MAX)) for part in tree.conditions)):
            yield tuple(leaf for way in ways for leaf in way)
    else:
        yield (tree,)


def _contradicts(way: tuple[Condition, ...]) -> bool:
    negated = {leaf.condition for leaf in way if isinstance(leaf, Not)}
    if any(leaf in negated for leaf in way):
        return True
    return any(_exclude(a, b) for index, a in enumerate(way) for b in way[index + 1 :])


def _exclude(a: Condition, b: Condition) -> bool:
    """Return whether two conditions cannot both hold."""
    if isinstance(b, Not):
        return _implies(a, b.condition)
    if isinstance(a, Not):
        return _implies(b, a.condition)
    if isinstance(a, TypeIs) and isinstance(b, TypeIs):
        return not any(_below(x, b.names) or _below(y, a.names) for x in a.names for y in b.names)
    if isinstance(a, StatusIs) and isinstance(b, StatusIs):
        return a.statuses.isdisjoint(b.statuses)
    if isinstance(a, RoleIs) and isinstance(b, RoleIs):
        return a.roles.isdisjoint(b.roles)
    if isinstance(a, FlagIs) and isinstance(b, FlagIs):
        return a.flag is b.flag and a.value is not b.value
    if isinstance(a, LanguageIs) and isinstance(b, LanguageIs):
        return a.languages.isdisjoint(b.languages)
    if isinstance(a, SourceIs) and isinstance(b, SourceIs):
        return a.field is b.field and a.values.isdisjoint(b.values)
    pair = _bounds_of_one(a, b)
    return pair is not None and is_empty(_both(*pair))


def _implies(a: Condition, b: Condition) -> bool:
    """Return whether `b` holds wherever `a` does, so that `a` and `not b` never hold together."""
    if isinstance(a, TypeIs) and isinstance(b, TypeIs):
        return all(_below(name, b.names) for name in a.names)
    if isinstance(a, StatusIs) and isinstance(b, StatusIs):
        return a.statuses <= b.statuses
    if isinstance(a, CountryIs) and isinstance(b, CountryIs):
        return a.codes <= b.codes
    return a == b


def _below(name: str, names: frozenset[str]) -> bool:
    return not names.isdisjoint(ancestors(name))


def _bounds_of_one(a: Condition, b: Condition) -> tuple[Comparison, Comparison] | None:
    """Return two comparisons of one single value, or None. Quantities are several: two figures may fit two bounds."""
    for kind in (ConfidenceIs, AgeIs, StartsIs):
        if isinstance(a, kind) and isinstance(b, kind):
            return a.wanted, b.wanted
    if isinstance(a, AttributeIs) and isinstance(b, AttributeIs) and a.path == b.path:
        return a.wanted, b.wanted
    return None


def _both(a: Comparison, b: Comparison) -> Comparison:
    return Comparison(
        at_least=_most(a.at_least, b.at_least, max),
        more_than=_most(a.more_than, b.more_than, max),
        at_most=_most(a.at_most, b.at_most, min),
        less_than=_most(a.less_than, b.less_than, min),
    )


def _most(a: float | None, b: float | None, choose: Callable[[Iterable[float]], float]) -> float | None:
    given = [value for value in (a, b) if value is not None]
    return choose(given) if given else None
