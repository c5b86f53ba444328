"""What counts as a number, what it comes to, and what bounds it."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.event import Comparator, Scope
from alerts.extraction.mentions import NumberPhrase
from alerts.extraction.number_words import value
from alerts.extraction.numbers import find_numbers


def only(text: str) -> NumberPhrase:
    """Return the one number of a text."""
    (phrase,) = find_numbers(text)
    return phrase


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 villagers", 12),
        ("1,234,567 people", 1_234_567),
        ("2.5 million people", 2_500_000),
        ("300k people", 300_000),
        ("12.4m people", 12_400_000),
        ("four hundred and seven people", 407),
        ("twenty-five people", 25),
        ("one hundred and sixteen people", 116),
        ("a hundred and five people", 105),
        ("half a dozen people", 6),
        ("two hundred thousand and fifty people", 200_050),
        ("half a million people", 500_000),
        ("one and a half million people", 1_500_000),
        ("a dozen people", 12),
        ("two dozen people", 24),
        ("more than a hundred people", 100),
        ("three lakh people", 300_000),
        ("One soldier died", 1),
        ("2014 people were hurt", 2014),
    ],
)
def test_figures_and_words_come_to_their_value(text: str, expected: float) -> None:
    """A number is the same in digits, in words and in between."""
    assert only(text).value == expected


@pytest.mark.parametrize(
    ("text", "comparator"),
    [
        ("over 5,000 people", Comparator.MORE_THAN),
        ("more than 5,000 people", Comparator.MORE_THAN),
        ("just over 5,000 people", Comparator.MORE_THAN),
        ("at least 5,000 people", Comparator.AT_LEAST),
        ("no fewer than 5,000 people", Comparator.AT_LEAST),
        ("5,000+ people", Comparator.AT_LEAST),
        ("5,000 or more people", Comparator.AT_LEAST),
        ("nearly 5,000 people", Comparator.ABOUT),
        ("some 5,000 people", Comparator.ABOUT),
        ("up to 5,000 people", Comparator.AT_MOST),
        ("as many as 5,000 people", Comparator.AT_MOST),
        ("fewer than 5,000 people", Comparator.LESS_THAN),
        ("5,000 people", Comparator.EXACTLY),
    ],
)
def test_comparator_words_bound_the_number(text: str, comparator: Comparator) -> None:
    """The comparator is part of the phrase, on either side of the number."""
    found = only(text)

    assert (found.value, found.comparator) == (5000, comparator)
    assert text[found.start : found.end] == text.removesuffix(" people")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("between 5 and 10 soldiers", 5, 10),
        ("5-10 soldiers", 5, 10),
        ("5 to 10 soldiers", 5, 10),
        ("from 10 to 20 villages", 10, 20),
        ("1 to 1.5 million people", 1_000_000, 1_500_000),
        ("between 100 and 200 thousand people", 100_000, 200_000),
    ],
)
def test_a_range_gives_both_ends(text: str, low: float, high: float) -> None:
    """The upper end's magnitude holds for the lower end as well."""
    found = only(text)

    assert (found.value, found.high, found.comparator) == (low, high, Comparator.BETWEEN)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Hundreds of fighters", 200, 999),
        ("dozens of homes", 24, 99),
        ("tens of thousands fled", 20_000, 99_999),
        ("hundreds of thousands fled", 200_000, 999_999),
        ("several dozen people", 24, 108),
        ("a couple hundred people", 200, 300),
        ("several people", 3, 9),
        ("A few soldiers", 2, 5),
    ],
)
def test_vague_amounts_are_ranges_and_say_so(text: str, low: float, high: float) -> None:
    """Hundreds are 200 to 999, never exactly one hundred."""
    found = only(text)

    assert (found.value, found.high, found.vague) == (low, high, True)


@pytest.mark.parametrize(
    "text",
    [
        "an aid package of $5 million",
        "5 million dollars",
        "€20",
        "support fell by 5%",
        "12 per cent",
        "in 2014",
        "between 2011 and 2014",
        "on 3 March",
        "March 3",
        "a 12-year-old boy",
        "aged 30",
        "30 years old",
        "at 5:30",
        "5 pm",
        "for 24 hours",
        "within 5 km of the town",
        "10 miles away",
        "a magnitude 6.1 quake",
        "a 6.1-magnitude quake",
        "the 12th Brigade",
        "the M5 highway",
        "Su-25 jets and S-300 missiles",
        "Resolution 2254",
        "won 2-1",
        "version 3.2.1",
        "no one was hurt",
        "a woman, 45, survived",
        "between 5 May and 12 May",
        "the 7 October attack",
        "two-thirds of them",
        "1 in 5 people",
        "the Group of 20",
        "the 2024 Olympics",
        "one of the men",
    ],
)
def test_numbers_that_count_nothing_stay_out(text: str) -> None:
    """Money, shares, dates, ages, times, lengths, names and scores are no counts."""
    assert find_numbers(text) == ()


def test_two_numbers_that_and_joins_are_two() -> None:
    """Only "between" makes a range of "and"."""
    assert [found.value for found in find_numbers("12 men and 30 women")] == [12, 30]


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("another 40 people fled", Scope.NEW),
        ("40 more were hurt", Scope.NEW),
        ("a total of 900 people fled", Scope.TOTAL),
        ("The death toll rose to 900.", Scope.TOTAL),
        ("900 people so far", Scope.TOTAL),
        ("the number could rise to 1.5 million", Scope.PROJECTION),
        ("is expected to reach 1.5 million", Scope.PROJECTION),
        ("900 people fled", None),
    ],
)
def test_words_beside_a_number_say_what_it_covers(text: str, scope: Scope | None) -> None:
    """New, total or forecast, where the words say so."""
    assert only(text).scope is scope


@given(st.integers(min_value=0, max_value=999_999_999))
def test_grouped_figures_are_read_back(number: int) -> None:
    """A figure with commas is its own value."""
    assert value(f"{number:,}") == number


@given(st.text(alphabet=string.printable + "İßéÀ€–—  ", max_size=200))
def test_phrases_lie_in_the_text_in_order_and_apart(text: str) -> None:
    """Spans are never empty, never overlap and never leave the text."""
    end = 0
    for phrase in find_numbers(text):
        assert end <= phrase.start < phrase.end <= len(text)
        assert any(char.isalnum() for char in text[phrase.start : phrase.end])
        end = phrase.end


@pytest.mark.parametrize("piece", ["1", "a", "-", "one ", "hundred and ", "1,000 ", "5 to ", "over ", "$", "of "])
def test_hostile_text_takes_time_by_its_length(piece: str) -> None:
    """100 kB of one thing is read within seconds, on a busy machine too."""
    text = piece * (100_000 // len(piece))
    began = time.perf_counter()

    find_numbers(text)

    assert time.perf_counter() - began < 10
