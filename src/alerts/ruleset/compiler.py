"""Rule files to rules: packs are gathered, their names read, each rule compiled; all faults of all files at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import dirname

from alerts.domain.ids import RuleId
from alerts.ruleset import packs, source
from alerts.ruleset.actors import ActorNames
from alerts.ruleset.diagnostics import Problems, RuleProblem, in_order
from alerts.ruleset.digests import version_of
from alerts.ruleset.examples import Example
from alerts.ruleset.nodes import Fields, Node, Position, SourceFile
from alerts.ruleset.places import PlaceNames
from alerts.ruleset.reading import text
from alerts.ruleset.rule import Rule, RuleSet
from alerts.ruleset.vocabulary import Vocabulary

RULE_FILES = (".yaml", ".yml")
# For a file that YAML cannot read: whose pack it spoils.
_PACK_LINE = re.compile(r"^pack:[ ]{1,20}([\w-]{1,80})[ ]{0,20}(?:#.{0,200})?$", re.MULTILINE)
_PACK_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One pack as compiled. `rules` is empty unless `is_good`: a pack takes force whole or not at all."""

    id: str
    paths: tuple[str, ...]
    is_good: bool
    rules: tuple[Rule, ...] = ()
    examples: Mapping[RuleId, tuple[Example, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compilation:
    """What rule files came to. `ruleset` holds the good packs' rules; None when no pack is good.

    `unclaimed` are files with faults that name no pack: whoever knows which pack they were of keeps its last good.
    """

    ruleset: RuleSet | None
    problems: tuple[RuleProblem, ...]
    packs: Mapping[str, Pack]
    unclaimed: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether no file has a fault."""
        return not self.unclaimed and all(pack.is_good for pack in self.packs.values())

    @property
    def examples(self) -> Mapping[RuleId, tuple[Example, ...]]:
        """The examples of every good pack's rules."""
        return {rule: found for pack in self.packs.values() for rule, found in pack.examples.items()}


def compile_packs(files: Sequence[SourceFile], places: PlaceNames, *, actors: ActorNames | None = None) -> Compilation:
    """Compile every pack that `files` hold.

    Args:
        files: Rule files, and the CSV and GeoJSON files that they name; paths relative to one folder.
        places: The gazetteer that resolves place references.
        actors: The lexicon that knows actors' aliases; without it a name means itself only.
    """
    problems = Problems()
    roots: dict[str, list[Fields]] = {}
    broken: dict[str, list[str]] = {}
    for file in files:
        if file.path.endswith(RULE_FILES):
            _sort_in(file, roots, broken, problems)
    by_path = {file.path: file for file in files}
    found: dict[str, Pack] = {}
    for name in sorted({*roots, *broken} - {""}):
        vocabulary = Vocabulary(problems=Problems(), places=places, actors=actors, files=by_path)
        found[name] = _pack(name, roots.get(name, []), broken.get(name, []), vocabulary)
        problems.add(vocabulary.problems)
    rules = {rule.id: rule for pack in found.values() for rule in pack.rules}
    good = any(pack.is_good for pack in found.values())
    return Compilation(
        ruleset=RuleSet(version=version_of(files), rules=rules) if good else None,
        problems=in_order(problems.found),
        packs=found,
        unclaimed=tuple(broken.get("", [])),
    )


def _sort_in(
    file: SourceFile, roots: dict[str, list[Fields]], broken: dict[str, list[str]], problems: Problems
) -> None:
    """Read a file and put it to its pack; one with faults of its own also to the broken ones of that pack."""
    noted = len(problems.found)
    node = source.read(file, problems)
    name = _pack_name(node, file, problems) if node else None
    if isinstance(node, Fields) and name:
        roots.setdefault(name, []).append(node)  # compiled even so, that all its faults come at once
    if len(problems.found) > noted:
        line = _PACK_LINE.search(file.text)
        broken.setdefault(name or (line[1] if line else ""), []).append(file.path)


def _pack_name(node: Node, file: SourceFile, problems: Problems) -> str | None:
    if not isinstance(node, Fields):
        problems.error(node.at, "wrong-kind", "a rule file is a mapping", "begin with `pack: name`, then `rules:`")
        return None
    named = node.get("pack")
    if named is None:
        hint = "the first line names it: `pack: syria`"
        problems.error(Position(file.path, 1, 1), "missing-key", "the file does not say of which pack it is", hint)
        return None
    name = text(named, problems, what="pack")
    if name and not _PACK_ID.fullmatch(name.value):
        hint = "small letters, digits, - and _"
        problems.error(name.at, "bad-id", f"`{name.value}` cannot be the name of a pack", hint)
        return None
    return name.value if name else None


def _pack(name: str, roots: Sequence[Fields], broken: Sequence[str], vocabulary: Vocabulary) -> Pack:
    own = vocabulary.problems
    _check_folder(roots, own)
    compiled = packs.rules_of(name, roots, vocabulary)
    is_good = not broken and not own.has_errors()
    return Pack(
        id=name,
        paths=tuple(sorted({*(root.at.path for root in roots), *broken})),
        is_good=is_good,
        rules=tuple(rule.rule for rule in compiled) if is_good else (),
        examples={rule.rule.id: rule.examples for rule in compiled} if is_good else {},
    )


def _check_folder(roots: Iterable[Fields], problems: Problems) -> None:
    folders: dict[str, Fields] = {}
    for root in roots:
        folders.setdefault(dirname(root.at.path), root)
    for root in list(folders.values())[1:]:
        first = next(iter(folders)) or "the top folder"
        message = f"another file of this pack lies in {first}; a pack stays in one folder"
        problems.error(root.at, "pack-in-two-folders", message, "move the file, or name another pack")
