"""What is said as a deed: threats, demands and refusals, and small words that turn or keep what a sentence tells."""

from __future__ import annotations

import pytest

from alerts.domain.event import Status
from tests.extraction.reader import events, told


@pytest.mark.parametrize(
    ("text", "event_type", "status"),
    [
        (
            "Oslo will bar all timber from Minsk unless he is freed, a minister said.",
            "threaten",
            Status.OCCURRED,
        ),
        ("Eritrea must pull its troops out of Badme, the Ethiopian president said.", "demand", Status.OCCURRED),
        ("Stop the fighting now, the African Union told the generals of Sudan.", "demand", Status.OCCURRED),
        ("Accra recalled its envoy and tore up a treaty signed thirty years ago.", "sanction", Status.OCCURRED),
        ("Nearly every household has left Bunagana since the shelling of the town.", "displacement", Status.OCCURRED),
        ("Six dead as ferry sinks off Conakry", "industrial_accident", Status.OCCURRED),
    ],
)
def test_what_is_said_or_nearly_whole_has_happened(text: str, event_type: str, status: Status) -> None:
    found = events(text)
    assert (event_type, status) in {(event.type, event.status) for event in found}, told(found)


def test_what_was_told_to_stop_has_not_stopped() -> None:
    found = events("Stop the fighting in Khartoum now, the envoy told the army.")
    assert not [e for e in found if e.type == "ceasefire" and e.status in (Status.OCCURRED, Status.ONGOING)], told(
        found
    )


def test_not_one_lorry_is_no_lorry() -> None:
    found = events("Not one aid lorry has been let into Djibo since June.")
    assert [event.type for event in found] == ["aid_blocked"], told(found)


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        ("The death toll in Agadir rose to 2,012, with 1,404 people in a critical state.", 2012),
        ("In Palu the count of the dead climbed to 2,900, with 1,600 of them already buried.", 2900),
        ("The death toll in Khartoum rose to 61, including 14 children.", 61),
    ],
)
def test_a_toll_keeps_its_figure_beside_its_parts(text: str, killed: int) -> None:
    found = events(text)
    figures = [q.value for event in found for q in event.quantities if q.kind == "killed"]
    assert figures == [killed], told(found)


def test_a_capital_acts_for_its_state_and_a_place_does_not() -> None:
    acting, placed = (
        events("Ottawa has offered Haiti 40 generators."),
        events("Generators were shown in Ottawa to Haiti."),
    )
    assert [event.type for event in acting] == ["agreement"], told(acting)
    assert not placed, told(placed)
