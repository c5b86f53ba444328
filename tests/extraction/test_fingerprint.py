"""What makes two texts copies, and two events one happening."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.event import Event, Party, Status
from alerts.domain.ids import EventId, ReportId
from alerts.domain.place import Place, Precision
from alerts.domain.resemblance import are_copies, containment, resemblance
from alerts.extraction.fingerprint import (
    PERMUTATIONS,
    fingerprint,
    shingle_count,
    signature,
)
from tests.extraction.reader import PUBLISHED

_STORY = (
    "Rebels seized the town of Rastan on Thursday after two days of fighting that killed dozens of people and drove "
    "thousands from their homes, residents and aid workers said by telephone from the nearby city of Homs."
)
_HAMA = Place(
    name="Hama", lat=35.13, lon=36.75, precision=Precision.TOWN, radius_km=5, kind="town", geonames_id=1, country="SY"
)


def _event(**changes: object) -> Event:
    event = Event(
        id=EventId("e_1"),
        report_id=ReportId("r_1"),
        type="armed_clash",
        status=Status.OCCURRED,
        occurred_at=PUBLISHED,
        place=_HAMA,
        actors=(Party(name="rebels", kind="rebel_group"),),
    )
    return replace(event, **changes)  # type: ignore[arg-type]


@given(st.text(alphabet=st.characters(), max_size=200))
def test_a_text_is_like_itself(text: str) -> None:
    """Any text with a word has a full signature, the same each time; one without has none."""
    own = signature(text)

    assert len(own) in (0, PERMUTATIONS)
    assert own == signature(text)
    assert resemblance(own, own) == (1.0 if own else 0.0)


def test_signatures_are_pinned() -> None:
    """A stored signature stays comparable: the seed and the algorithm are part of the format."""
    assert signature("Rebels seized Hama")[:3] == signature("rebels, SEIZED hama!")[:3]
    assert resemblance(signature(_STORY), signature(_STORY.replace("Thursday", "Friday"))) > 0.7


def test_another_story_is_unlike() -> None:
    """Texts without a phrase in common score near zero."""
    other = "A magnitude 6.1 quake struck near Kathmandu, the geological survey reported on Tuesday evening local time."

    assert resemblance(signature(_STORY), signature(other)) < 0.1


def test_a_quoted_story_is_contained() -> None:
    """A wire story inside a longer text is found by containment, which similarity alone misses."""
    longer = _STORY + " " + " ".join(f"Analysts number {i} added their own view of it." for i in range(12))

    jaccard = resemblance(signature(_STORY), signature(longer))
    sizes = {"size_a": shingle_count(_STORY), "size_b": shingle_count(longer)}

    assert jaccard < 0.5
    assert containment(jaccard, **sizes) > 0.7
    assert are_copies(signature(_STORY), signature(longer), **sizes)


def test_two_newsrooms_words_for_one_clash_share_a_fingerprint() -> None:
    """Type family, place, day and side make the key; the exact type and the names do not."""
    other = _event(type="advance", actors=(Party(name="fighters", kind="militia"),))

    assert fingerprint(_event()) == fingerprint(other)


def test_another_day_or_side_is_another_fingerprint() -> None:
    """A day later, or the army instead of rebels, is another happening."""
    later = _event(occurred_at=PUBLISHED + timedelta(days=1))
    army = _event(actors=(Party(name="army", kind="state_forces"),))

    assert len({fingerprint(_event()), fingerprint(later), fingerprint(army)}) == 3
