"""What Grafana is provisioned with fits together: datasource, dashboard, mounted folders."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from tests.deployment.files import COMPOSE, DASHBOARD, GRAFANA, loaded, panels

SOURCES = loaded(GRAFANA / "provisioning" / "datasources" / "prometheus.yml")["datasources"]
PANELS = list(panels())
IDS = [panel["title"] for panel in PANELS]


def test_the_dashboard_has_what_provisioning_needs() -> None:
    """No `id`, which is Grafana's to give; a `uid`, by which links and updates find it."""
    assert "id" not in DASHBOARD
    assert DASHBOARD["uid"] == "alerts-flow"
    assert DASHBOARD["schemaVersion"] >= 39
    assert DASHBOARD["title"]
    assert DASHBOARD["editable"] is False


def test_everything_asks_the_one_source_that_is_provisioned() -> None:
    (source,) = SOURCES
    wanted = {"type": source["type"], "uid": source["uid"]}
    asking: list[dict[str, Any]] = [
        *PANELS,
        *(target for panel in PANELS for target in panel["targets"]),
        *DASHBOARD["templating"]["list"],
        *DASHBOARD["annotations"]["list"],
    ]

    assert all(one["datasource"] == wanted for one in asking)


def test_source_and_dashboards_are_where_the_compose_file_puts_them() -> None:
    services = loaded(COMPOSE)["services"]
    (provider,) = loaded(GRAFANA / "provisioning" / "dashboards" / "alerts.yml")["providers"]
    mounts = dict(volume.removesuffix(":ro").split(":", 1) for volume in services["grafana"]["volumes"])
    home = services["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]

    assert mounts["./deploy/grafana/provisioning"] == "/etc/grafana/provisioning"
    assert mounts["./deploy/grafana/dashboards"] == provider["options"]["path"]
    assert home == f"{provider['options']['path']}/alerts.json"
    assert SOURCES[0]["url"] == "http://prometheus:9090"
    assert "prometheus" in services


@pytest.mark.parametrize("panel", PANELS, ids=IDS)
def test_a_panel_says_what_it_shows_and_in_which_unit(panel: dict[str, Any]) -> None:
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert all(target["expr"] and target["refId"] for target in panel["targets"])


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    everything = DASHBOARD["panels"]
    places = [panel["gridPos"] for panel in everything]

    assert len({panel["id"] for panel in everything}) == len(everything)
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below, (one, other)


@pytest.mark.parametrize(
    "shown",
    [
        "alerts_reports_received_total",
        "alerts_records_total",
        "alerts_event_age_seconds_bucket",
        "alerts_input_lag_records",
        "alerts_rule_matches_total",
        "alerts_delivery_attempts_total",
        "alerts_oldest_pending_delivery_seconds",
        "alerts_dead_letters_total",
        "alerts_restore_seconds_bucket",
        "alerts_rebalances_total",
        "alerts_epochs_total",
    ],
)
def test_what_an_operator_asks_first_is_on_it(shown: str) -> None:
    assert any(shown in target["expr"] for panel in PANELS for target in panel["targets"])
