"""Whatever a rule file holds, the compiler answers with rules or with problems, and never falls over."""

from __future__ import annotations

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.domain.event import QUANTITY_KINDS
from alerts.matching.matcher import Matcher
from alerts.ruleset import build_places, build_report, build_values, example_events, examples, match_tree, packs, rules
from alerts.ruleset.compiler import compile_packs
from alerts.ruleset.diagnostics import Level
from alerts.ruleset.nodes import Plain, SourceFile
from alerts.ruleset.reading import COMPARISON_KEYS
from alerts.ruleset.rendering import as_github, as_json, as_sarif, as_text
from alerts.ruleset.sites import COLUMNS
from tests.matching.builders import a_report, an_event
from tests.ruleset.world import HOMS, SmallGazetteer

KEYS = st.sampled_from(
    [
        *packs.PACK_KEYS,
        *rules.RULE_KEYS,
        *rules.ALERT_KEYS,
        *match_tree.MATCH_KEYS,
        *build_places.NEAR_KEYS,
        *build_places.AREA_KEYS,
        *build_report.TEXT_KEYS,
        *build_values.FIGURE_KEYS,
        *sorted(QUANTITY_KINDS),
        *COMPARISON_KEYS,
        *COLUMNS,
        *examples.EXAMPLE_KEYS,
        *examples.REPORT_KEYS,
        *example_events.EVENT_KEYS,
        "fires",
        "quiet",
        "default",
        "critical",
        "a",
    ]
)
PLAIN_WORDS = """flood armed_clash Homs Tripoli SY $a $b a happening any toward 5 -3 1e9 0.5 7d 24:00 true no near.place
    place place.town geonames:169577 Polygon {actor} {x wire opened near 100,000 status""".split()
WORDS = st.sampled_from([*PLAIN_WORDS, "", "Homs, SY", "(?=x)", "a\nb", "x" * 300, "\u00a0", "“x”"])
TREES: st.SearchStrategy[Plain] = st.recursive(
    WORDS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=25,
)


def rule_of(match: Plain, alert: Plain, rest: dict[str, Plain]) -> Plain:
    return {"id": "r", "title": "t", "match": match, "alert": alert, **rest}


FILES = st.one_of(
    TREES,
    st.builds(
        lambda rules, more: {"pack": "p", **more, "rules": rules},
        st.lists(
            st.one_of(TREES, st.builds(rule_of, TREES, TREES, st.dictionaries(KEYS, TREES, max_size=3))), max_size=2
        ),
        st.dictionaries(st.sampled_from(packs.PACK_KEYS[1:-1]), TREES, max_size=3),
    ),
)


@settings(max_examples=500, deadline=None)
@given(FILES, st.sampled_from([True, False, None]))
def test_any_tree_compiles_or_is_explained(tree: Plain, flow: bool | None) -> None:  # noqa: FBT001
    """No exception; problems lie inside the file; what compiles can match; all formats can print it."""
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True)
    lines = text.split("\n")

    compilation = compile_packs([SourceFile(path="a.yaml", text=text)], SmallGazetteer())

    for problem in compilation.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
    assert compilation.is_sound is not any(p.level is Level.ERROR for p in compilation.problems)
    for render in (as_json, as_github):
        assert isinstance(render(compilation.problems), str)
    assert as_sarif(compilation.problems, version="1")
    assert isinstance(as_text(compilation.problems, {"a.yaml": text}), str)
    if compilation.ruleset:
        Matcher(compilation.ruleset).match(a_report("Homs flood"), [an_event("flood", place=HOMS), an_event()])


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=120), st.text(st.sampled_from("pack: \n-{}[]&*!|>'\"#%@`,?:\t a1"), max_size=80))
def test_any_text_is_read_or_explained(anything: str, yamlish: str) -> None:
    """Text that is hardly YAML, or not at all."""
    for text in (anything, yamlish, "pack: p\n" + yamlish):
        compilation = compile_packs([SourceFile(path="a.yaml", text=text)], SmallGazetteer())

        assert compilation.is_sound is not any(p.level is Level.ERROR for p in compilation.problems)
        assert compilation.is_sound or compilation.problems
        assert isinstance(as_text(compilation.problems, {"a.yaml": text}), str)
