"""A toll told in the next sentence is that of its cause."""

from __future__ import annotations

import pytest

from alerts.domain.event import Status
from tests.extraction.reader import events


@pytest.mark.parametrize(
    ("text", "cause", "status", "killed"),
    [
        ("Shells hit a market in Omdurman. Nine people died.", "shelling_artillery_missile_attack", "occurred", 9),
        (
            "A suicide bomber blew himself up at a post in Bannu. Four soldiers were killed.",
            "suicide_bomb",
            "occurred",
            4,
        ),
        ("On 18 April, an army lorry struck an IED near Ayorou. Two soldiers died.", None, "historical", 2),
    ],
)
def test_a_bare_toll_is_given_to_the_event_before_it(text: str, cause: str | None, status: str, killed: int) -> None:
    (event,) = events(text)

    assert cause is None or event.type == cause
    assert event.status is Status(status)
    assert [(q.kind, q.value) for q in event.quantities] == [("killed", killed)]


def test_a_day_in_front_of_carrying_out_is_no_carrying_on() -> None:
    (event,) = events("On 3 December 2024, Russian forces carried out an airstrike on Vovchansk.")

    assert event.status is Status.OCCURRED
