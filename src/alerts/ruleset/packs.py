"""One pack: what its files name, then its rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alerts.domain.ids import RuleId
from alerts.domain.taxonomy import GROUPS
from alerts.ruleset import build_places, match_tree, rules, sites
from alerts.ruleset.build_values import known_type
from alerts.ruleset.nodes import Entry, Fields, Items, Node, Text
from alerts.ruleset.reading import kind_of, mapping, text
from alerts.ruleset.rules import CompiledRule
from alerts.ruleset.vocabulary import Vocabulary

PACK_KEYS = ("pack", "owner", "lists", "types", "areas", "sites", "filters", "rules")
NOT_YET = ("silences", "inhibit")
LIST_MAX = 5_000


def rules_of(pack: str, roots: Sequence[Fields], vocabulary: Vocabulary) -> tuple[CompiledRule, ...]:
    """Compile all rules of a pack. Names may be used before they are defined, and in other files of the pack."""
    problems = vocabulary.problems
    for root in roots:
        for name in NOT_YET:
            if name in root.entries:
                problems.error(root.entries[name].key.at, "not-supported-yet", f"`{name}` is not supported yet")
        mapping(root, (*PACK_KEYS, *NOT_YET), problems, what="a rule file")
    _read_lists(roots, vocabulary)
    _read_groups(roots, vocabulary)
    for name, entry in _named(roots, "sites", vocabulary):
        vocabulary.sites[name] = sites.spots(name, entry.value, vocabulary)
    for name, entry in _named(roots, "areas", vocabulary):
        area = build_places.area(name, entry.value, vocabulary)
        if area:
            vocabulary.areas[name] = area
    _read_filters(roots, vocabulary)
    return tuple(_rules(pack, roots, vocabulary))


def _named(roots: Iterable[Fields], section: str, vocabulary: Vocabulary) -> list[tuple[str, Entry]]:
    """Return the entries of one section of every file; a name defined twice is a fault."""
    found: dict[str, Entry] = {}
    for root in roots:
        node = root.get(section)
        if node is None:
            continue
        if not isinstance(node, Fields):
            message = f"`{section}` must be a mapping from names, found {kind_of(node)}"
            vocabulary.problems.error(node.at, "wrong-kind", message)
            continue
        for name, entry in node.entries.items():
            if name in found:
                first = found[name].key.at
                message = f"`{name}` is defined already, in {first.path} line {first.line}"
                vocabulary.problems.error(entry.key.at, "defined-twice", message)
            else:
                found[name] = entry
    return list(found.items())


def _read_lists(roots: Sequence[Fields], vocabulary: Vocabulary) -> None:
    for name, entry in _named(roots, "lists", vocabulary):
        if not isinstance(entry.value, Items):
            message = f"a list must stand here, found {kind_of(entry.value)}"
            vocabulary.problems.error(entry.value.at, "wrong-kind", message, f"as in {name}: [one, two]")
            continue
        if len(entry.value.items) > LIST_MAX:
            vocabulary.problems.error(entry.value.at, "too-large", f"a list may have {LIST_MAX:,} members")
            continue
        members = (text(item, vocabulary.problems, what="a member") for item in entry.value.items)
        vocabulary.lists[name] = tuple(member for member in members if member and not _is_list(member, vocabulary))


def _is_list(member: Text, vocabulary: Vocabulary) -> bool:
    if not member.value.startswith("$"):
        return False
    vocabulary.problems.error(member.at, "list-in-list", "a list cannot hold another list", "write its members out")
    return True


def _read_groups(roots: Sequence[Fields], vocabulary: Vocabulary) -> None:
    for name, entry in _named(roots, "types", vocabulary):
        if name in GROUPS:
            vocabulary.problems.error(entry.key.at, "defined-twice", f"`{name}` is a group that ships already")
            continue
        names = vocabulary.texts(entry.value, what="a type")
        vocabulary.groups[name] = tuple(member.value for member in names if known_type(member, vocabulary))


def _read_filters(roots: Sequence[Fields], vocabulary: Vocabulary) -> None:
    named = _named(roots, "filters", vocabulary)
    vocabulary.filters = dict(named)
    for name, entry in named:
        if name not in vocabulary.compiled_filters:
            vocabulary.compiled_filters[name] = None
            found = match_tree.conditions(entry.value, vocabulary, what=f"filter {name}")
            vocabulary.compiled_filters[name] = found


def _rules(pack: str, roots: Sequence[Fields], vocabulary: Vocabulary) -> Iterable[CompiledRule]:
    owners = [root.entries["owner"].value for root in roots if "owner" in root.entries]
    owner = text(owners[0], vocabulary.problems, what="owner") if owners else None
    seen: dict[RuleId, Node] = {}
    for root in roots:
        for node in _rule_nodes(root, vocabulary):
            compiled = rules.compiled(pack, node, owner.value if owner else None, vocabulary)
            if compiled is None:
                continue
            if compiled.rule.id in seen:
                first = seen[compiled.rule.id].at
                message = f"another rule is called `{compiled.rule.id}`, in {first.path} line {first.line}"
                vocabulary.problems.error(node.at, "defined-twice", message)
            seen.setdefault(compiled.rule.id, node)
            yield compiled


def _rule_nodes(root: Fields, vocabulary: Vocabulary) -> tuple[Node, ...]:
    node = root.get("rules")
    if node is None:
        return ()
    if not isinstance(node, Items):
        message = f"`rules` must be a list, each rule after a `-`, found {kind_of(node)}"
        vocabulary.problems.error(node.at, "wrong-kind", message)
        return ()
    return node.items
