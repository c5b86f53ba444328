"""The readers of development sets: tiny files of our own words, in the sets' formats."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bench.corpora import __main__ as corpora
from bench.corpora import context, petrarch, plover, re3d, wikievents
from bench.corpora.codes import as_plover_codes, categories, category_of, country_of, current, quads
from bench.corpora.figures import ByLabel, Scored
from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.taxonomy import PLOVER_CATEGORIES
from tests.extraction.reader import events

LABELS = st.frozensets(st.sampled_from("ABCDE"))


def write(folder: Path, path: str, *lines: object) -> Path:
    """Write a file, what is no string as JSON; return its path."""
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), encoding="utf-8")
    return file


@given(st.lists(st.tuples(LABELS, LABELS), max_size=6))
def test_f1_lies_between_precision_and_recall(pairs: list[tuple[frozenset[str], frozenset[str]]]) -> None:
    scored = Scored()
    for gold, found in pairs:
        scored.sets(gold, found)
    low, high = sorted((scored.precision, scored.recall))
    assert 0 <= low <= scored.f1 + 1e-9
    assert scored.f1 <= high + 1e-9 <= 1 + 1e-9


@given(LABELS, LABELS)
def test_labels_add_up_to_the_total(gold: frozenset[str], found: frozenset[str]) -> None:
    by_label = ByLabel()
    by_label.add(gold, found)
    parts = by_label.labels.values()
    total = by_label.total
    assert (total.hit, total.gold, total.found) == tuple(
        sum(getattr(part, name) for part in parts) for name in ("hit", "gold", "found")
    )


def test_a_missed_label_says_what_was_found_instead_and_its_words() -> None:
    by_label = ByLabel()
    by_label.add(frozenset({"PROTEST"}), frozenset({"ASSAULT"}), ["marched"])
    by_label.add(frozenset({"PROTEST"}), frozenset())
    line = by_label.lines(misses=True)[0]
    assert line.startswith("  PROTEST")
    assert "ASSAULT 1" in line
    assert "nothing 1" in line
    assert "marched:1" in line


def test_every_root_of_cameo_but_statements_has_a_category() -> None:
    roots = {f"{root:02}": category_of(f"{root:02}0") for root in range(1, 21)}
    assert roots.pop("01") is None
    assert set(roots.values()) < PLOVER_CATEGORIES
    assert [category_of(code) for code in ("0871", "081", "345", "---")] == ["RETREAT", "CONCEDE", None, None]


def test_older_categories_are_read_as_their_successors() -> None:
    older = ("FIGHT", "DEMAND", "DISAPPROVE", "INVESTIGATE", "AID")
    assert [current(name) for name in older] == ["ASSAULT", "REQUEST", "ACCUSE", "ACCUSE", "AID"]


def test_each_category_is_of_one_of_four_quad_classes() -> None:
    assert len(quads(PLOVER_CATEGORIES)) == 4
    assert all(len(quads({category})) == 1 for category in PLOVER_CATEGORIES)


def test_only_actors_of_a_country_have_one() -> None:
    assert [country_of(code) for code in ("NORGOV", "SWE", "IGOUNO", "---REB", "")] == ["NO", "SE", None, None, None]


def a_record(event: str, text: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "eventText": "", "text": text, "target": "", "source": None, **more}


def test_plover_counts_category_parties_place_and_dead(tmp_path: Path) -> None:
    text = "Rebels killed 12 soldiers in an ambush near Gao in Mali."
    rebels, soldiers = {"actorText": "rebels", "code": "MLIREB"}, {"actorText": "Malian soldiers", "code": "MLIMIL"}
    file = write(
        tmp_path,
        plover.PATH,
        [
            {"event": "DOCUMENT", "eventText": "about this file"},
            a_record("FIGHT", text, source=[rebels], target=[soldiers], eventLoc={"name": "Gao"}, dead="12"),
            a_record("DEMAND", "The choir sang in the old hall.", source=[{"actorText": "bakers", "code": "NOR"}]),
        ],
    )
    figures = plover.score(file)
    total = figures.categories.total
    assert (total.hit, total.gold, total.found) == (1, 2, 1)
    assert (figures.actor_heads.right, figures.actor_heads.of) == (1, 1)
    assert (figures.target_heads.right, figures.target_heads.of) == (1, 1)
    assert (figures.places.right, figures.named.right, figures.tolls.right) == (1, 1, 1)
    assert (figures.unread.right, figures.unread.of) == (1, 1)
    assert figures.categories.labels["REQUEST"].recall == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Norwegian navy", "the navy of Norway", True),
        ("President Lind", "Lind", True),
        ("fishermen", "angry fishermen", True),
        ("rebel army", "rebel council", False),
        ("", "army", False),
    ],
)
def test_names_with_a_head_in_common_are_one(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert plover.same_head(one, other) is same


PETRARCH = """<?xml version='1.0'?>
<Validation>
# no comment, and no element either
<Sentences>
<Sentence category="TEST" date="20150304" id="A_1" evaluate="true"/>
<EventCoding eventcode="040" sourcecode="NOR" targetcode="SWEGOV" />
<!-- <EventCoding eventcode="190" sourcecode="NOR" targetcode="SWE" /> -->
<Text>
Norway's prime minister met
her Swedish counterpart &amp; ministers in Oslo.
</Text>
<Parse>
1\tNorway\tNorway
</Parse></Sentence>
<Sentence id = "A_2" date = "no day">
<EventCoding noevents="True"></EventCoding>
<Text>The bakery opens at eight.</Text>
</Sentence>
<Sentence id="A_3"><EventCoding eventcode="904" sourcecode="XYZ" targetcode="ABC"></EventCoding>
<Text>The choir sang.</Text></Sentence>
"""


def test_petrarch_is_read_though_it_is_no_xml(tmp_path: Path) -> None:
    first, second, third = petrarch.sentences_of(write(tmp_path, "records.xml", PETRARCH))
    assert first.text == "Norway's prime minister met her Swedish counterpart & ministers in Oslo."
    assert first.codings == (petrarch.Coding("040", "NOR", "SWEGOV"),)
    assert first.published == datetime(2015, 3, 4, 12, tzinfo=UTC)
    assert (second.codings, second.published) == ((), None)
    assert third.codings[0].category is None


def test_petrarch_counts_category_and_countries(tmp_path: Path) -> None:
    figures = petrarch.score(write(tmp_path, "records.xml", PETRARCH))
    total = figures.categories.total
    assert (total.hit, total.gold, total.found) == (1, 1, 1)
    assert (figures.both.right, figures.both.of) == (1, 1)
    assert figures.left_out == 1


SENTENCES = ["Bomb in Gao market", "A bomb killed three traders at a market in Gao on Tuesday .", "Traders talked ."]


def a_document() -> dict[str, Any]:
    tokens = [[[word, 0, 0] for word in sentence.split()] for sentence in SENTENCES]
    place = {"entity_id": "t", "role": "Place", "text": "Gao"}
    mentions = [("Life.Die.Unspecified", 6, [place]), ("Contact.Contact.Unspecified", 18, [])]
    return {
        "doc_id": "own",
        "sentences": list(zip(tokens, SENTENCES, strict=True)),
        "event_mentions": [
            {"event_type": kind, "trigger": {"start": at, "end": at + 1, "text": ""}, "arguments": arguments}
            for kind, at, arguments in mentions
        ],
    }


def test_wikievents_triggers_stand_where_their_words_are(tmp_path: Path) -> None:
    (document,) = wikievents.documents_of(write(tmp_path, "dev.jsonl", a_document(), ""))
    start, end = document.spans()[6]
    assert document.text()[start:end] == "killed"
    assert [mention.family for mention in document.event_mentions] == ["Life.Die", None]


def test_wikievents_deaths_are_found_as_a_figure_with_a_place(tmp_path: Path) -> None:
    figures = wikievents.score(write(tmp_path, "dev.jsonl", a_document()))
    died = figures.families["Life.Die"]
    assert (died.hit, died.gold) == (1, 1)
    assert figures.triggers.gold == 1
    assert (figures.places.hit, figures.places.right, figures.places.found) == (1, 1, 1)


def test_re3d_judges_names_of_places_and_quantities(tmp_path: Path) -> None:
    text = "The camp near Gao in Mali holds 40 tents."
    spans = [("Location", "The camp"), ("Location", "Gao in Mali"), ("Location", "Gao"), ("Quantity", "40")]
    entities = [
        {"documentId": "d", "type": kind, "begin": text.index(value), "end": text.index(value) + len(value)}
        | {"value": value}
        for kind, value in spans
    ]
    write(tmp_path, "re3d/CENTCOM/documents.json", {"_id": "d", "text": text})
    write(tmp_path, "re3d/CENTCOM/entities.json", *entities)
    figures = re3d.score(tmp_path / "re3d")
    assert (figures.names.hit, figures.names.gold) == (1, 1)
    assert (figures.names.right, figures.names.found) == (2, 2)
    assert (figures.quantities.right, figures.quantities.of) == (1, 1)


SPANS = st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda pair: (pair[0], sum(pair)))


@given(st.lists(SPANS, max_size=8))
def test_innermost_spans_hold_none_of_the_others(spans: list[tuple[int, int]]) -> None:
    kept = re3d.innermost(spans)
    assert bool(kept) is bool(spans)
    assert not any(one != o and one[0] <= o[0] and o[1] <= one[1] for one in kept for o in spans)


def test_context_judges_denied_and_plain_phrases(tmp_path: Path) -> None:
    rows = [
        "1\t \tbroken wrist\tShe has no BROKEN WRIST.\tNegated\tRecent\tPatient\tnegated\trecent\tpatient",
        "2\t \tsore throat\tHe has a SORE THROAT.\tAffirmed\tRecent\tPatient\taffirmed\trecent\tpatient",
        "3\t \tfever\tThis sentence lacks the word.\tAffirmed\tRecent\tPatient\taffirmed\trecent\tpatient",
    ]
    file = write(tmp_path, "results.txt", *rows)
    first, second = context.items_of(file)
    assert first.text[first.start : first.end] == "broken wrist"
    assert second.text == "He has a sore throat."
    figures = context.score(file)
    assert figures.items == 2
    assert (figures.negated.hit, figures.negated.gold, figures.negated.found) == (1, 1, 1)
    assert figures.historical.found == 0


def test_absent_sets_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bench.corpora", str(tmp_path)])
    corpora.main()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert all("SKIPPED" in line for line in lines)


def test_categories_of_what_happened_leave_out_what_is_only_feared() -> None:
    found = events("Residents fear that rebels will attack Gao.")
    assert categories(found) == {"ASSAULT"}
    assert not categories(found, happening=True)


@pytest.mark.parametrize(
    ("text", "coded"),
    [
        ("Norway will withdraw its troops from Mali next week.", {"AGREE"}),
        ("Rebels attacked Gao on Tuesday.", {"ASSAULT"}),
        ("Residents fear that rebels will attack Gao.", set()),
    ],
)
def test_what_is_planned_is_agreed_to_in_plovers_terms(text: str, coded: set[str]) -> None:
    assert as_plover_codes(events(text)) == coded
