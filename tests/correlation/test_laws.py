"""Laws of folding evidence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.correlation.correlator import take
from alerts.correlation.evidence import is_one_voice, voices
from alerts.domain.alert import Alert
from alerts.domain.match import Match, Severity
from tests.support.builders import a_match, a_rule, rules

SIGNATURES = ((), tuple(range(32)), tuple(range(16)) + tuple(range(100, 116)), tuple(range(200, 232)))


@st.composite
def matches(draw: st.DrawFn) -> Match:
    source = draw(st.sampled_from(["a", "b", "c", "d"]))
    return a_match(
        f"{source}/{draw(st.integers(0, 5))}",
        received=f"10:{draw(st.integers(0, 59)):02}",
        owner=draw(st.sampled_from([None, "Group"])),
        severity=draw(st.sampled_from(list(Severity))),
        signature=draw(st.sampled_from(SIGNATURES)),
    )


def _alert(order: list[Match]) -> Alert:
    in_force = rules(a_rule())
    track = None
    for match in order:
        track = take(track, match, in_force).track
    assert track is not None
    assert track.alert is not None
    return track.alert


@given(
    st.lists(matches(), min_size=1, max_size=8, unique_by=lambda match: match.id).flatmap(
        lambda kept: st.tuples(st.just(kept), st.permutations(kept))
    )
)
def test_final_content_does_not_depend_on_the_order_of_arrival(both: tuple[list[Match], list[Match]]) -> None:
    first, second = (_alert(order) for order in both)

    # What lies between (how many updates, when it was opened) may differ with the order; what it says may not.
    assert _content(first) == _content(second)


def _content(alert: Alert) -> tuple[object, ...]:
    return (
        alert.id, alert.severity, alert.summary, alert.status, alert.claimed, alert.sources, alert.reports,
        alert.evidence, alert.expires_at, alert.first_seen_at, alert.last_seen_at,
    )  # fmt: skip


@given(st.lists(matches(), min_size=1, max_size=8))
def test_voices_are_the_components_of_being_one_voice(found: list[Match]) -> None:
    tied = [[is_one_voice(a, b) for b in found] for a in found]
    reach = [{index} for index in range(len(found))]
    for _ in found:
        reach = [
            {other for known in seen for other in range(len(found)) if tied[known][other]} | seen for seen in reach
        ]

    assert voices(found) == len({frozenset(component) for component in reach})
