"""What the parser misreads by rule is mended, and what it reads rightly stays."""

from __future__ import annotations

import pytest

from alerts.adapters.parser import SpacyParser
from alerts.extraction.mending import mended
from alerts.extraction.tree import Tree


@pytest.fixture(scope="module")
def parser() -> SpacyParser:
    return SpacyParser()


def objects(tree: Tree) -> list[str]:
    return [
        tree.text[start:end] for start, end, dep in zip(tree.start, tree.end, tree.dep, strict=True) if dep == "dobj"
    ]


@pytest.mark.parametrize(
    ("text", "object_"),
    [
        ("Sudan's army recaptured Wad Madani.", "Madani"),
        ("The army recaptured Goma.", "Goma"),
        ("The army retook Wad Madani.", "Madani"),
        ("Government troops retook Sevare on Saturday.", "Sevare"),
    ],
)
def test_a_name_behind_a_verb_is_its_object(parser: SpacyParser, text: str, object_: str) -> None:
    (tree,) = parser.parse([text])

    assert objects(mended(tree)) == [object_]


@pytest.mark.parametrize("text", ["The army attacked Monday.", "Troops withdrew Sunday.", "The rebels left in March."])
def test_a_day_stays_a_time(parser: SpacyParser, text: str) -> None:
    (tree,) = parser.parse([text])

    assert mended(tree) == tree


def test_a_stand_in_leaves_text_and_lemma_as_they_are(parser: SpacyParser) -> None:
    (tree,) = parser.parse(["The army retook Goma."])

    assert tree.text == "The army retook Goma."
    assert "retake" in tree.lemma


def test_a_verb_has_the_subject_of_the_verb_that_helps_it(parser: SpacyParser) -> None:
    (tree,) = parser.parse(["The town of Kadugli remains surrounded by fighters of the SPLM-N."])

    whole = mended(tree)

    words = [whole.text[start:end] for start, end in zip(whole.start, whole.end, strict=True)]
    assert words[whole.head[words.index("town")]] == "surrounded"


@pytest.mark.parametrize(
    ("text", "verb", "governor"),
    [
        ("Troops took the hill; the governor denied any losses.", "took", "took"),
        ("Relatives say men in plain clothes took the boy away; he has not been seen since.", "took", "say"),
    ],
)
def test_what_stands_behind_a_semicolon_governs_nothing_before_it(
    parser: SpacyParser, text: str, verb: str, governor: str
) -> None:
    (tree,) = parser.parse([text])

    whole = mended(tree)

    words = [whole.text[start:end] for start, end in zip(whole.start, whole.end, strict=True)]
    assert words[whole.head[words.index(verb)]] == governor


def test_a_coders_label_governs_nothing(parser: SpacyParser) -> None:
    (tree,) = parser.parse(["Agreement: On 26 November 2024, Israel and Lebanon agreed to a 60-day ceasefire."])

    whole = mended(tree)

    words = [whole.text[start:end] for start, end in zip(whole.start, whole.end, strict=True)]
    verb = words.index("agreed")
    assert whole.head[verb] == verb
    assert whole.head[words.index("Agreement")] == verb
