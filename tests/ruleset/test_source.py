"""YAML as rules read it: every scalar as text, positions exact, traps named, nothing unbounded."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.ruleset.diagnostics import Problems, RuleProblem
from alerts.ruleset.nodes import Fields, Items, Node, Plain, SourceFile, Text, plain
from alerts.ruleset.source import ALIASED_MAX, CHARACTERS_MAX, DEPTH_MAX, read


def read_text(text: str) -> tuple[Node | None, list[RuleProblem]]:
    problems = Problems()
    return read(SourceFile(path="r.yaml", text=text), problems), list(problems.found)


def problem_of(text: str) -> RuleProblem:
    """The only problem of a text."""
    _, (problem,) = read_text(text)
    return problem


@pytest.mark.parametrize("word", ["NO", "on", "1_000", "12:30", "1.0", "0x1f", "~", "null", "2024-01-01", ".inf", "="])
def test_every_scalar_stays_the_text_that_was_written(word: str) -> None:
    node, problems = read_text(f"a: {word}")

    assert not problems
    assert node is not None
    assert plain(node) == {"a": word}


@pytest.mark.parametrize(
    ("text", "code", "column", "hint"),
    [
        ("a: {place: Homs, SY}", "unquoted-comma", 18, '"Homs, SY"'),
        ("a: {at_least: 100,000}", "unquoted-comma", 19, "100000"),
        ("a: “Homs”", "curly-quotes", 4, "straight"),
        ("a: Homs #3", "comment-cuts-value", 9, "quotes"),
        ("a: {actor} reported", "yaml-syntax", 4, "quotes"),
        ("a: @desk", "yaml-syntax", 4, "@"),
        ("a: *desk", "unknown-alias", 4, "alias"),
        ("a: !desk x", "yaml-tag", 4, "tag"),
        ("a: >5 km", "yaml-syntax", 4, "folded"),
        ("a: `x`", "yaml-syntax", 4, "`"),
        ("a: %x", "yaml-syntax", 4, "%"),
        ('a: "x', "yaml-syntax", 4, "not closed"),
        ("a: b: c", "yaml-syntax", 5, "quotes"),
        ("a: x\u00a0y", "no-break-space", 4, "plain spaces"),
        ("a: 1\na: 2", "duplicate-key", 1, "one list"),
        ("<<: {a: 1}", "merge-key", 1, "filter"),
        ("a: 1\n---\nb: 1", "second-document", 1, "file of its own"),
        ("a: \x01", "bad-character", 4, "remove"),
        ("a: \ud800", "bad-character", 4, "remove"),
        ("&a [*a]", "unknown-alias", 5, "alias"),
        ("? [x]\n: 1", "key-not-text", 3, "quotes"),
        ("", "empty-file", 1, ""),
        ("# nothing", "empty-file", 1, ""),
    ],
)
def test_a_trap_is_named_where_it_stands_with_the_way_out(text: str, code: str, column: int, hint: str) -> None:
    problems = read_text(text)[1]

    found = next((problem for problem in problems if problem.code == code), None)

    assert found is not None, problems
    assert (found.column, hint in found.hint) == (column, True)


def test_a_tab_is_named() -> None:
    assert problem_of("a:\n\t- x").code == "tab"


def test_tabs_inside_a_text_are_the_authors() -> None:
    node, problems = read_text("a: |\n  x\n  \ty\n")

    assert not problems
    assert node is not None
    assert plain(node) == {"a": "x\n\ty\n"}


def test_a_comment_after_a_value_is_no_trap() -> None:
    assert not read_text("a: Homs # the city\nb: 1 #")[1]


def test_a_duplicate_key_names_the_line_of_the_first() -> None:
    assert "line 2" in problem_of("x:\n  a: 1\n  b: 2\n  a: 3").message


def test_nested_aliases_are_counted_before_they_are_written_out() -> None:
    """A billion laughs in a dozen lines is refused, and quickly."""
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    problem = problem_of("\n".join(lines))

    assert problem.code == "too-large"
    assert f"{ALIASED_MAX:,}" in problem.message


def test_an_alias_stands_for_what_its_anchor_holds() -> None:
    node, problems = read_text("a: &x [1, 2]\nb: *x")

    assert not problems
    assert node is not None
    assert plain(node) == {"a": ["1", "2"], "b": ["1", "2"]}


def test_depth_and_size_are_bounded() -> None:
    assert problem_of("[" * (DEPTH_MAX + 1)).code == "too-deep"
    assert problem_of("a: " + "x" * CHARACTERS_MAX).code == "too-large"


KEYS = st.text(st.sampled_from("abcdefgh_-"), min_size=1, max_size=6).filter(lambda key: key[0] != "-")
SCALARS = st.text(
    st.characters(
        codec="utf-8", categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u00a0\u202f\u2007“”„‟‘’‚‛«»"
    ),
    max_size=12,
)
TREES: st.SearchStrategy[Plain] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=4), st.sampled_from([True, False, None]), st.integers(2, 6))
def test_formatting_changes_nothing(tree: dict[str, Plain], flow: bool | None, indent: int) -> None:  # noqa: FBT001
    """Block or flow, narrow or wide: the same tree is read."""
    text = yaml.safe_dump(tree, default_flow_style=flow, indent=indent, allow_unicode=True, default_style='"')

    node, problems = read_text(text)

    assert not problems
    assert node is not None
    assert plain(node) == tree


@settings(deadline=None)
@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=4), st.integers(0, 3))
def test_positions_point_at_what_was_written(tree: dict[str, Plain], blank: int) -> None:
    """Every text starts where its position says, whatever stands above it."""
    text = "\n" * blank + "# é comment\n" + yaml.safe_dump(tree, allow_unicode=True, default_style='"', width=10_000)
    lines = text.split("\n")

    node, _ = read_text(text)

    assert node is not None
    for scalar in scalars(node):
        assert lines[scalar.at.line - 1][scalar.at.column - 1] == '"'


def scalars(node: Node) -> list[Text]:
    if isinstance(node, Text):
        return [node]
    parts = node.items if isinstance(node, Items) else [e.value for e in node.entries.values()]
    keys = [entry.key for entry in node.entries.values()] if isinstance(node, Fields) else []
    return keys + [found for part in parts for found in scalars(part)]
