"""Packs: what takes force, what does not, and every fault told at once at its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alerts.ruleset import match_tree, rules
from alerts.ruleset.compiler import compile_packs
from alerts.ruleset.conditions import All, PartyIs
from alerts.ruleset.diagnostics import Level, RuleProblem
from alerts.ruleset.nodes import SourceFile
from alerts.ruleset.rendering import as_github, as_json, as_sarif, as_text
from tests.golden.compare import assert_golden
from tests.matching.builders import compiled, rule_text, rules_of
from tests.ruleset.world import SmallGazetteer

FAULTY = Path(__file__).parent / "faulty.yaml"


def faulty() -> tuple[SourceFile, tuple[RuleProblem, ...]]:
    file = SourceFile(path="rules/faulty.yaml", text=FAULTY.read_text(encoding="utf-8"))
    return file, compile_packs([file], SmallGazetteer()).problems


def codes_of(match: str, **more: str) -> list[str]:
    """The codes of a rule's faults, warnings aside."""
    problems = compiled(rule_text(match, **more)).problems
    return [problem.code for problem in problems if problem.level is Level.ERROR]


def test_every_fault_of_a_file_is_told_at_once_as_a_compiler_tells_it() -> None:
    file, problems = faulty()

    assert_golden("check.txt", as_text(problems, {file.path: file.text}) + "\n")


def test_every_problem_points_at_the_words_that_it_speaks_of() -> None:
    """The caret's first column lies inside the line, on something that is written."""
    file, problems = faulty()
    lines = file.text.split("\n")

    assert problems
    assert all(lines[problem.line - 1][problem.column - 1].strip() for problem in problems)


def test_the_formats_of_ci_systems_carry_the_same_problems() -> None:
    _, problems = faulty()

    listed = json.loads(as_json(problems))["problems"]
    (run,) = json.loads(as_sarif(problems, version="1"))["runs"]
    commands = as_github(problems).split("\n")

    assert [p["code"] for p in listed] == [result["ruleId"] for result in run["results"]] == [p.code for p in problems]
    assert len(commands) == len(problems)
    assert all(command.startswith(("::error file=rules/faulty.yaml,line=", "::warning file=")) for command in commands)


@pytest.mark.parametrize("key", [*match_tree.PATTERNS, "sources", "for"])
def test_a_pattern_that_is_not_supported_yet_is_refused(key: str) -> None:
    """Never ignored: a rule without its count would fire on the first report."""
    assert codes_of("type: flood", keys=f"{key}: {{at_least: 5}}") == ["not-supported-yet"]
    assert "not-supported-yet" in codes_of(f"{{type: flood, {key}: 5}}")


def test_cel_is_refused_where_it_stands() -> None:
    assert codes_of('{type: flood, where: "true"}') == ["not-supported-yet"]


def test_unknown_keys_are_refused_with_a_suggestion() -> None:
    problems = compiled(rule_text("type: flood", alert="{expire_atfer: 48h}")).problems

    found = next(problem for problem in problems if problem.code == "unknown-key")

    assert found.hint == "did you mean `expire_after`?"


@pytest.mark.parametrize(
    ("match", "code"),
    [
        ("near: {place: Tripoli, km: 10}", "ambiguous-place"),
        ("near: {place: ['Homs, SY', SY], km: 10}", "unquoted-comma"),
        ("near: {place: Syria, km: 10}", "not-a-spot"),
        ("near: {place: Homz, km: 10}", "unknown-place"),
        ("near: {place: 'Homs, SY'}", "distance"),
        ("near: {place: 'Homs, SY', km: 5, mi: 3}", "distance"),
        ("near: {place: 'Homs, SY', point: {lat: 1, lon: 1}, km: 5}", "one-reference"),
        ("near: {place: 'Homs, SY', km: 30000}", "out-of-range"),
        ("near: {sites: $depots, km: 5}", "unknown-sites"),
        ("near: $nowhere", "unknown-area"),
        ("inside: {type: Polygon, coordinates: [[[0,0],[1,1],[0,1],[1,0],[0,0]]]}", "bad-shape"),
        ("inside: {type: Polygon, coordinates: [[[0,0],[1,1],[0,1]]]}", "bad-shape"),
        ("inside: {type: Polygon, coordinates: [[[1,100],[2,100],[2,101],[1,100]]]}", "bad-shape"),
        ("inside: {file: nothing.geojson}", "unknown-file"),
        ("country: Atlantis", "unknown-country"),
        ("type: armed_clas", "unknown-type"),
        ("status: happend", "unknown-word"),
        ("actor: $oposition", "unknown-list"),
        ("use: official", "unknown-filter"),
        ("quantity: {displaced: {at_least: 1e5}}", "not-a-number"),
        ("quantity: {displaced: {}}", "empty-comparison"),
        ("quantity: {displaced: {at_least: 5, at_most: 4}}", "never-holds"),
        ("confidence: {at_least: 60}", "out-of-range"),
        ("age: {at_most: 7}", "not-a-duration"),
        ("starts: {in_next: 24:00}", "not-a-duration"),
        ("claimed: yes", "not-a-boolean"),
        ("text: {regex: '(?=x)'}", "bad-pattern"),
        ("any: {type: flood}", "wrong-kind"),
        ("{}", "empty-match"),
        ("age: {at_most: 7d}", "empty-match"),
    ],
)
def test_a_fault_has_its_code(match: str, code: str) -> None:
    assert codes_of(match) == [code]


@pytest.mark.parametrize(
    ("alert", "code"),
    [
        ("{by: [place], expire_after: 1d}", "bare-place"),
        ("{by: [distance_km], expire_after: 1d}", "volatile-by"),
        ("{by: [near.place], expire_after: 1d}", "no-near"),
        ("{by: [plaace.town], expire_after: 1d}", "unknown-by"),
        ("{}", "missing-expiry"),
        ("{expire_after: 0h}", "out-of-range"),
        ('{expire_after: 1d, summary: "{actr}"}', "unknown-path"),
        ('{expire_after: 1d, summary: "{actor"}', "bad-template"),
    ],
)
def test_an_alerts_life_is_checked_too(alert: str, code: str) -> None:
    assert codes_of("type: flood", alert=alert) == [code]


def test_an_unknown_path_is_underlined_inside_its_summary() -> None:
    text = rule_text("type: flood", alert='{expire_after: 1d, summary: "Flood at {plaice}"}')

    problem = next(p for p in compiled(text).problems if p.code == "unknown-path")

    line = text.split("\n")[problem.line - 1]
    assert line[problem.column - 1 :][: problem.width] == "plaice"


def test_an_ambiguous_place_lists_what_to_pin_and_a_pin_is_taken() -> None:
    """C22: Tripoli is in Lebanon and in Libya; the author says which."""
    problem = next(
        p for p in compiled(rule_text("near: {place: Tripoli, km: 10}")).problems if p.code == "ambiguous-place"
    )

    assert "geonames:266826 (Tripoli, North, LB)" in problem.hint
    assert "geonames:2210247 (Tripoli, Tripoli, LY)" in problem.hint
    assert not codes_of('near: {place: "geonames:2210247", km: 10}')


@pytest.mark.parametrize(
    "match",
    [
        "{type: flood, all: [{type: armed_clash}]}",
        "{type: flood, not: {type: hazard}}",
        "{type: flood, not: {status: happening}}",
        "{claimed: true, all: [{claimed: false}]}",
        "any: [{type: flood, not: {type: flood}}, {status: planned, all: [{status: denied}]}]",
    ],
)
def test_a_rule_that_can_never_fire_is_warned_of(match: str) -> None:
    assert "never-fires" in {problem.code for problem in compiled(rule_text(match)).problems}


@pytest.mark.parametrize(
    "match", ["{type: hazard, not: {type: flood}}", "{type: flood, any: [{country: SY}, {country: IL}]}"]
)
def test_a_rule_that_can_fire_is_not(match: str) -> None:
    assert "never-fires" not in {problem.code for problem in compiled(rule_text(match)).problems}


def test_a_pack_may_span_files_and_use_names_across_them() -> None:
    names = "pack: p\nlists: {foes: [HTS]}\nowner: desk\n"
    text = rule_text("actor: $foes")

    (rule,) = rules_of(compiled(text, names)).rules.values()

    assert (rule.id, rule.owner) == ("p/r", "desk")


def test_a_bad_pack_does_not_spoil_a_good_one() -> None:
    good = rule_text("type: flood")
    bad = rule_text("type: flod").replace("pack: p", "pack: q")

    compilation = compiled(good, bad)

    assert compilation.ruleset is not None
    assert list(compilation.ruleset.rules) == ["p/r"]
    assert {pack.id: pack.is_good for pack in compilation.packs.values()} == {"p": True, "q": False}
    assert not compilation.is_sound


def test_half_a_file_spoils_its_own_pack_only() -> None:
    """C38: a pack whose second file stops in the middle does not take force; the others do."""
    half = "pack: q\nrules:\n  - id: x\n    title: 'cut o"

    compilation = compiled(rule_text("type: flood"), half, "pack: q\nowner: somebody\n", "pack:")

    assert compilation.packs["p"].is_good
    assert not compilation.packs["q"].is_good
    assert compilation.unclaimed == ("3.yaml",)


def test_a_rule_or_a_name_defined_twice_is_a_fault() -> None:
    text = rule_text("type: flood")

    compilation = compiled(text, text, "pack: p\nlists: {a: [x]}\n", "pack: p\nlists: {a: [y]}\n")

    found = [problem.message for problem in compilation.problems if problem.code == "defined-twice"]
    assert len(found) == 2
    assert any("0.yaml line 4" in message for message in found)


def test_a_pack_in_two_folders_is_a_fault() -> None:
    other = SourceFile(path="elsewhere/a.yaml", text="pack: p\nowner: x\n")

    assert "pack-in-two-folders" in {p.code for p in compiled(rule_text("type: flood"), more=[other]).problems}


def test_filters_that_use_each_other_in_a_circle_are_refused() -> None:
    compilation = compiled(rule_text("use: a", more="filters: {a: {use: b}, b: {use: a}}"))

    assert "unusable-filter" in {problem.code for problem in compilation.problems}


def test_two_spellings_of_one_meaning_have_one_digest() -> None:
    """Order of a list, units and names of a place do not change what alerts hang on."""

    def digest(match: str) -> str:
        (rule,) = rules_of(compiled(rule_text(match))).rules.values()
        return rule.state_digest

    assert digest('{type: [flood, storm], near: {place: "Homs, SY", km: 1.852}}') == digest(
        "{type: [storm, flood], near: {place: 'geonames:169577', nm: 1}}"
    )


def test_the_version_is_a_digest_of_every_file() -> None:
    first, second = (compiled(rule_text("type: flood"), f"pack: p\nowner: {who}\n").ruleset for who in ("a", "b"))

    assert first is not None
    assert second is not None
    assert first.version != second.version


def test_severity_labels_and_the_rest_are_read() -> None:
    keys = """
        why: It matters.
        labels: {region: mena, theme: NO}
        stage: shadow
        severity: {default: info, critical: {quantity: {killed: {at_least: 50}}}}
        known_gaps: Small towns.
        """
    alert = "{by: [actor, place.town], expire_after: 90min, notify: every, repeat_every: 1d}"

    (rule,) = rules_of(compiled(rule_text("type: flood", alert=alert, keys=keys))).rules.values()

    assert (rule.why, rule.labels, rule.stage.value) == ("It matters.", {"region": "mena", "theme": "NO"}, "shadow")
    assert (rule.alert.by, str(rule.alert.expire_after)) == (("actor", "place.town"), "1:30:00")
    assert [severity.word for severity, _ in rule.severity.steps] == ["critical"]


def test_every_key_that_is_not_supported_yet_is_refused_and_none_that_is() -> None:
    assert not set(rules.NOT_YET) & set(rules.RULE_KEYS)
    assert not set(match_tree.NOT_YET) & set(match_tree.MATCH_KEYS)


class FewActors:
    """A lexicon of one actor."""

    def canonical(self, name: str) -> str | None:
        return "Hayat Tahrir al-Sham" if name in {"HTS", "Hayat Tahrir al-Sham"} else None

    def suggest(self, name: str) -> str | None:
        return "Hayat Tahrir al-Sham" if name.startswith("Hayat") else None


def test_an_alias_means_its_actor_and_a_misspelt_one_is_warned_of() -> None:
    text = rule_text('actor: [HTS, "Hayat Tahrir al-Shaam", Israel, "Some Brigade"]')

    compilation = compile_packs([SourceFile(path="0.yaml", text=text)], SmallGazetteer(), actors=FewActors())

    (rule,) = rules_of(compilation).rules.values()
    (condition, _) = rule.match.conditions if isinstance(rule.match, All) else (None, None)
    assert isinstance(condition, PartyIs)
    assert condition.wanted[0].names == {"hts", "hayat tahrir al-sham"}
    assert [(p.code, p.hint) for p in compilation.problems if p.code == "unknown-actor"] == [
        ("unknown-actor", 'did you mean "Hayat Tahrir al-Sham"?')
    ]


def test_a_rule_without_a_title_still_has_its_other_faults_told() -> None:
    text = "pack: p\nrules:\n  - id: r\n    match: {type: flod}\n    alert: {expire_atfer: 1d}\n"

    found = {problem.code for problem in compiled(text).problems}

    assert {"missing-key", "unknown-type", "unknown-key", "missing-expiry"} <= found
