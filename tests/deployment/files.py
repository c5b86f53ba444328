"""The files that are deployed, read as the programs that use them read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml

from alerts.adapters import prometheus
from tests.support.process import ROOT

COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
PROMETHEUS = ROOT / "deploy" / "prometheus"
GRAFANA = ROOT / "deploy" / "grafana"

DASHBOARD: dict[str, Any] = json.loads((GRAFANA / "dashboards" / "alerts.json").read_text("utf-8"))

# What each metric of the catalogue is called where it is scraped.
SERIES = {
    *(f"alerts_{name}_total" for name in prometheus._COUNTERS),
    *(f"alerts_{name}" for name in prometheus._GAUGES),
    *(f"alerts_{name}_{part}" for name in prometheus._HISTOGRAMS for part in ("bucket", "sum", "count")),
}
LABELS = {
    **{f"alerts_{name}_total": set(labels) for name, (_, labels) in prometheus._COUNTERS.items()},
    **{f"alerts_{name}": set(labels) for name, (_, labels) in prometheus._GAUGES.items()},
    **{f"alerts_{name}_bucket": {"le"} for name in prometheus._HISTOGRAMS},
}


def loaded(path: Any) -> Any:
    """Return the content of a YAML file."""
    return yaml.safe_load(path.read_text("utf-8"))


def panels() -> Iterator[dict[str, Any]]:
    """Yield the panels of the dashboard that show something."""
    yield from (panel for panel in DASHBOARD["panels"] if panel["type"] != "row")


def dashboard_queries() -> Iterator[tuple[str, str]]:
    """Yield each query of the dashboard by its panel, with Grafana's variables filled in."""
    for panel in panels():
        for target in panel["targets"]:
            yield f"{panel['title']} {target['refId']}", filled(target["expr"])


def alert_rules() -> Iterator[dict[str, Any]]:
    """Yield every alert of the rules file."""
    yield from (rule for group in loaded(PROMETHEUS / "alerts.rules.yml")["groups"] for rule in group["rules"])


def queries() -> dict[str, str]:
    """Return every expression that is deployed, by what it is for."""
    alerts = {f"alert {rule['alert']}": rule["expr"] for rule in alert_rules()}
    return dict(dashboard_queries()) | alerts


def filled(query: str) -> str:
    """Return a query as Grafana would send it for all processes."""
    sent = query.replace("$__rate_interval", "1m").replace("$instance", ".*")
    assert not re.search(r"\$(?!labels|value)", sent), f"a variable of Grafana that nobody fills: {query}"
    return sent
