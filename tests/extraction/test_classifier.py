"""The classifier of sentences: what its weights make of words, and how they are learned and kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.classifier import learn
from training.corpus import Sentence, digest_of, parsed, sentences

from alerts.adapters.classifier import open_classifier, read_classifier
from alerts.domain.taxonomy import EVENT_TYPES
from alerts.extraction.classifier import NONE, Classifier, words_of

_TAUGHT = tuple(
    Sentence((label,), None, text)
    for label, text in [
        ("flood", "The river burst its banks and water filled the streets of the town."),
        ("flood", "Water rose to the roofs after the river broke its banks overnight."),
        ("labour_strike", "Workers at the port walked out on Monday over unpaid wages."),
        ("labour_strike", "Teachers walked out and the union said wages were unpaid."),
        ("none", "The town has a port, a river and a school for teachers."),
        ("none", "On Monday the union of the town sings in the school."),
    ]
)


def _learned(folder: Path) -> Classifier:
    learn(_TAUGHT).write(folder / "weights.npz")
    return read_classifier((folder / "weights.npz").read_bytes())


def _margins(classifier: Classifier, text: str) -> dict[str, float]:
    """Return the margin of each type, the likeliest first."""
    found = dict(zip(classifier.labels, map(float, classifier.margins(words_of(text))), strict=True))
    return {label: found[label] for label in sorted(found, key=lambda label: -found[label]) if label != NONE}


def test_it_knows_what_it_was_taught(tmp_path: Path) -> None:
    classifier = _learned(tmp_path)

    margins = {sentence: _margins(classifier, sentence.text) for sentence in _TAUGHT}
    telling = {sentence: found for sentence, found in margins.items() if sentence.types[0] != NONE}

    assert {sentence: next(iter(found)) for sentence, found in telling.items()} == {s: s.types[0] for s in telling}
    least = min(found[sentence.types[0]] for sentence, found in telling.items())
    assert all(max(found.values()) < least for sentence, found in margins.items() if sentence.types[0] == NONE)


def test_the_same_sentences_teach_the_same(tmp_path: Path) -> None:
    assert _margins(_learned(tmp_path), _TAUGHT[0].text) == _margins(_learned(tmp_path), _TAUGHT[0].text)


def test_the_word_that_tells_it_has_the_emphasis(tmp_path: Path) -> None:
    text = words_of("On Monday the union of the town walked out.")

    emphasis = _learned(tmp_path).emphasis(text, "labour_strike")

    assert text.words[emphasis.index(max(emphasis))] in ("walked", "out")


def test_words_begin_where_they_stand_and_numbers_are_alike() -> None:
    text = words_of("Rebels' 12 guns, 1,300 men", offset=100)

    assert text.words == ("rebels'", "#", "guns", "#", "men")
    assert text.starts == (100, 108, 111, 117, 123)


def test_what_ships_was_learned_from_the_sentences_that_ship() -> None:
    """`python -m training.classifier` makes it so again."""
    assert open_classifier().digest == digest_of(sentences())


def test_no_sentence_is_taught_twice() -> None:
    texts = [sentence.text for sentence in sentences()]

    assert len(texts) == len(set(texts))


def test_what_ships_knows_every_type() -> None:
    assert set(open_classifier().labels) == {*EVENT_TYPES, NONE} - {"outage"}


@given(st.lists(st.sampled_from(sorted(open_classifier().rows)[:4000:7]), max_size=30, unique=True))
def test_few_words_are_never_sure(features: list[str]) -> None:
    """No margin of a handful of words is as large as that of a sentence may be, whatever the words."""
    classifier = open_classifier()
    words = [word for word in features if " " not in word][:2]

    margins = _margins(classifier, " ".join(words))

    assert all(margin < 1.0 for margin in margins.values()), (words, margins)


def test_a_text_without_a_known_word_tells_nothing() -> None:
    assert max(_margins(open_classifier(), "zzqx qqzzy xxqv").values()) < 0
    assert max(_margins(open_classifier(), "").values()) < 0


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("flood The river rose.", "expected labels, a tab and a text"),
        ("flod\tThe river rose.", "no event type is called flod"),
        ("flood+storm:maybe\tThe river may rise.", "'maybe' is none of"),
    ],
)
def test_a_line_that_is_no_sentence_says_what_is_wrong_with_it(line: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault) as raised:
        parsed(line, "own.tsv:7")

    assert str(raised.value).startswith("own.tsv:7: ")
