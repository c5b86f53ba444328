"""The first look: which stretches of a report are worth a parse."""

from __future__ import annotations

import pytest

from alerts.adapters.lexicon import open_lexicon
from alerts.extraction.look import FirstLook
from tests.extraction.reader import a_report, extractor


def parsed(text: str) -> tuple[str, ...]:
    return extractor().prepare(a_report(text)).texts


def test_words_of_a_trigger_in_two_sentences_are_no_trigger() -> None:
    """A paragraph of cheerful news is left alone, though its sentences together have a trigger's words."""
    text = (
        "The home side led at the interval and added two more. The bakery has a queue by eight. Her album mixes songs."
    )

    assert parsed(text) == ()
    assert parsed("The bakery has a queue by eight. Rebels captured Hama. Her album mixes songs.") != ()


@pytest.mark.parametrize(
    "text",
    [
        "Gen. Abu Amr took full control of the town.",
        "The U.S. Army took control of the bridge.",
        "Troops under Brig. Musa took, it said, control of it.",
    ],
)
def test_a_sentence_is_not_cut_at_an_abbreviation(text: str) -> None:
    """Where a full stop may not end a sentence the look takes both sides together."""
    assert parsed(text) == (text,)


def test_a_block_is_kept_whole() -> None:
    """The sentences about a trigger's go to the parser with it: pronouns and places are found in them."""
    text = "The town lay quiet at noon. Then rebels captured it. Nobody was hurt by that."

    assert parsed(text) == (text,)


def test_looking_costs_no_more_than_one_pass_over_sentences() -> None:
    """Whatever is said, no character is looked at more than three times: report, block, sentence."""
    sentence = "Prices rose before the end of the talks over control of the firm. "
    lexicon = open_lexicon()
    looked: list[int] = []

    def words(text: str) -> list[str]:
        looked.append(len(text))
        return text.split()

    for size in (10, 100):
        looked.clear()
        FirstLook(sentence * size, lexicon, words).may_hold_event(sentence * size)
        assert size * len(sentence) <= sum(looked) <= 3 * size * len(sentence)


def test_a_frame_that_asks_for_words_asks_for_them_with_every_trigger() -> None:
    """Common words ("said", "on") are triggers of frames that ask for more: without it they are worth no parse."""
    text = "The home side led at the interval, the coach said, and added two more before the end on Monday."

    assert parsed(text) == ()


def test_parts_of_a_hyphenated_word_count() -> None:
    """Parsers take "mine-laden" apart, and so does the look."""
    form = next(form for form, needs in open_lexicon().look.items() if not needs and form.isalpha() and len(form) > 5)

    assert parsed(f"A half-{form} day.") != ()
