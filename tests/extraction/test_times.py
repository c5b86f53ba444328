"""When: words of time against the publication's time."""

import string
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.event import TimePrecision
from alerts.extraction.mentions import TimePhrase
from alerts.extraction.times import find_times

WEDNESDAY = datetime.fromisoformat("2025-01-01T09:00:00+03:00")


def only(text: str, published_at: datetime = WEDNESDAY) -> TimePhrase:
    """Return the one time of a text."""
    (phrase,) = find_times(text, published_at)
    return phrase


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The bridge was struck on Sunday.", "2024-12-29"),
        ("The bridge was struck on Wednesday.", "2025-01-01"),
        ("The capture of the bridge by the rebels on Sunday shocked many.", "2024-12-29"),
        ("They set fire to the bridge on Sunday.", "2024-12-29"),
        ("It was closed due to flooding on Sunday.", "2024-12-29"),
        ("The bridge was struck on Thursday.", "2024-12-26"),
        ("It was struck on 31 December.", "2024-12-31"),
        ("It was struck last Wednesday.", "2024-12-25"),
        ("It was struck late on Tuesday evening.", "2024-12-31"),
        ("It was struck yesterday.", "2024-12-31"),
        ("It was struck overnight.", "2024-12-31"),
        ("It was struck the day before yesterday.", "2024-12-30"),
        ("It was struck on 30. December 2024.", "2024-12-30"),
        ("It was struck today.", "2025-01-01"),
        ("It was struck two days ago.", "2024-12-30"),
        ("It was struck on Dec. 30.", "2024-12-30"),
        ("It was struck on December 30th.", "2024-12-30"),
        ("It was struck on the 30th of December.", "2024-12-30"),
        ("It was struck on 2024-12-30.", "2024-12-30"),
    ],
)
def test_a_past_day_is_the_latest_one(text: str, day: str) -> None:
    """C31: a weekday is the most recent one, the publication's own day among them."""
    found = only(text)

    assert (found.at.date().isoformat(), found.precision) == (day, TimePrecision.DAY)
    assert not found.future
    assert not found.historical


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The crossing will close on Friday.", "2025-01-03"),
        ("The crossing closes next Monday.", "2025-01-06"),
        ("The talks are scheduled for 12 January.", "2025-01-12"),
        ("They plan to leave tomorrow.", "2025-01-02"),
        ("The truce takes effect at 4 am on Friday.", "2025-01-03"),
        ("They will meet in two days.", "2025-01-03"),
        ("They will return on 31 December.", "2025-12-31"),
    ],
)
def test_a_planned_day_lies_ahead(text: str, day: str) -> None:
    """C31: "will", "next" and "scheduled" turn a day to the future, and say so."""
    found = only(text)

    assert (found.at.date().isoformat(), found.future) == (day, True)


@pytest.mark.parametrize(
    "text",
    [
        "in 2014",
        "the 2014 siege",
        "In May 2013",
        "on 3 March",
        "in the 1990s",
        "years ago",
        "two months ago",
        "last year",
    ],
)
def test_over_thirty_days_back_is_history(text: str) -> None:
    """Background is told apart from news."""
    assert only(text).historical


@pytest.mark.parametrize(
    "text", ["since April", "since 2011", "last month", "last week", "in 2025", "over the past year"]
)
def test_what_reaches_the_present_is_no_history(text: str) -> None:
    """A span until now is not history however long ago it began."""
    assert not only(text).historical


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("in just one week", 168),
        ("in the past 24 hours", 24),
        ("over the last two weeks", 336),
        ("within a single day", 24),
        ("in three days", 72),
        ("since Monday", 54),
    ],
)
def test_a_span_that_a_figure_covers_has_its_hours(text: str, hours: float) -> None:
    """The span ends with the publication."""
    found = only(text)

    assert (found.window_hours, found.at) == (hours, WEDNESDAY.astimezone(UTC))


@pytest.mark.parametrize(
    "text", ["They may march on the town.", "5 km", "the 12th Brigade", "2014 people", "it took 20 years"]
)
def test_other_words_are_no_times(text: str) -> None:
    """May and march are verbs, and counts are no years."""
    assert find_times(text, WEDNESDAY) == ()


def test_a_weekday_is_read_from_the_publications_own_calendar() -> None:
    """At one in the morning in Amman it is still yesterday in UTC."""
    found = only("The road was cut today.", datetime.fromisoformat("2025-01-01T01:00:00+03:00"))

    assert found.at.date().isoformat() == "2025-01-01"


def test_a_day_the_calendar_lacks_is_no_time() -> None:
    """31 June of a year is nothing, and no error."""
    assert find_times("on 31 June 2024", WEDNESDAY) == ()


@given(
    st.lists(
        st.sampled_from(("on", "3", "March", "Friday", "2014", "since", "weeks", "ago", "in", "the", "past", "İ", "99"))
    ),
    st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9990, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_any_words_at_any_time_give_ordered_spans(words: list[str], published_at: datetime) -> None:
    """No text and no date raises; spans lie apart, in order, inside the text."""
    text = " ".join(words)
    end = 0
    for phrase in find_times(text, published_at):
        assert end <= phrase.start < phrase.end <= len(text)
        assert phrase.at.tzinfo is UTC
        end = phrase.end


@given(st.text(alphabet=string.printable + "İßé–—", max_size=200))
def test_any_text_is_read(text: str) -> None:
    """No text raises."""
    for phrase in find_times(text, WEDNESDAY):
        assert text[phrase.start : phrase.end].strip()


@pytest.mark.parametrize(
    "piece", ["1", "a", "in ", "a week ", "in the past ", "on ", "3 March ", "2014 ", "will ", "early "]
)
def test_hostile_text_takes_time_by_its_length(piece: str) -> None:
    """100 kB of one thing is read within seconds, on a busy machine too."""
    text = piece * (100_000 // len(piece))
    began = time.perf_counter()

    find_times(text, WEDNESDAY)

    assert time.perf_counter() - began < 10
