"""docker-compose.yml: valid by the Compose Specification's own schema, and as closed as it says."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest

from alerts.config import KafkaSettings, Settings
from tests.deployment.files import COMPOSE, PROMETHEUS, loaded
from tests.support.process import ROOT

FILE: dict[str, Any] = loaded(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = {"topics", "rules", "worker-1", "worker-2", "embedded"}
ONCE = {"topics", "rules"}
LASTING = SERVICES.keys() - ONCE


def test_it_is_valid_by_the_compose_specification() -> None:
    """By the schema that check-jsonschema carries."""
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]

    checked = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False, timeout=60)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_schema_check_can_fail(tmp_path: Path) -> None:
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text("utf-8").replace("read_only: true", "read_onyl: true", 1), "utf-8")
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(wrong)]

    checked = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False, timeout=60)

    assert checked.returncode == 1
    assert "read_onyl" in checked.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_every_published_port_is_on_loopback(name: str) -> None:
    """A port that is open to the network is opened by whoever puts a proxy in front."""
    for port in SERVICES[name].get("ports", ()):
        assert re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z0-9_]+:-\d+\}:\d+", port), port


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    image = SERVICES[name]["image"]

    assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+\.\d+", image), image


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_held_within_bounds(name: str) -> None:
    """Of memory, processors, processes, log files; without privileges; not for ever when it is told to stop."""
    service = SERVICES[name]

    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["init"] is True
    assert "privileged" not in service
    assert service["restart"] == ("no" if name in ONCE else "unless-stopped")
    if name in LASTING:
        assert re.fullmatch(r"\d+s", service["stop_grace_period"])


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - {"kafka"}))
def test_the_root_filesystem_is_read_only_and_the_user_is_not_root(name: str) -> None:
    """Kafka's image writes its configuration into itself; it runs as a user of its own by what the image says."""
    service = SERVICES[name]

    assert service["read_only"] is True
    assert not service["user"].startswith(("0", "root"))


@pytest.mark.parametrize("name", sorted(LASTING - OURS))
def test_what_lasts_has_a_health_check(name: str) -> None:
    """Ours have that of the image, `/readyz`."""
    assert SERVICES[name]["healthcheck"].keys() == {"test", "interval", "timeout", "retries", "start_period"}


def test_no_secret_stands_in_the_file() -> None:
    """They come by file, and every one that a service uses is declared."""
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}

    assert used == FILE["secrets"].keys()
    for secret in FILE["secrets"].values():
        assert secret.keys() == {"file"}
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|SECRET", variable):
                assert re.search("_FILE$", variable), variable
                assert value.removeprefix("/run/secrets/") in service["secrets"], value


def test_the_settings_are_settings_of_ours() -> None:
    """A misspelt variable would be a setting that nobody reads."""
    plain = {f"ALERTS_{field.upper()}" for field in Settings.model_fields}
    kafka = {f"ALERTS_KAFKA_{field.upper()}" for field in KafkaSettings.model_fields}

    for name in OURS:
        assert SERVICES[name]["environment"].keys() <= plain | kafka


def test_workers_differ_in_their_name_and_port_only() -> None:
    """Two workers of one name would throw each other out of the group."""
    first, second = ({**SERVICES[name]} for name in ("worker-1", "worker-2"))
    instances = {one.pop("environment")["ALERTS_KAFKA_INSTANCE"] for one in (first, second)}
    apart = [{one.pop("hostname"), *one.pop("ports")} for one in (first, second)]

    assert len(instances) == 2
    assert not apart[0] & apart[1]
    assert first == second


def test_work_begins_when_kafka_is_healthy_and_the_topics_are_there() -> None:
    needed = {"kafka": "service_healthy", "topics": "service_completed_successfully"}

    for name in ("worker-1", "worker-2"):
        assert {on: how["condition"] for on, how in SERVICES[name]["depends_on"].items()} == needed
    assert SERVICES["rules"]["depends_on"]["topics"]["condition"] == needed["topics"]
    assert SERVICES["topics"]["depends_on"]["kafka"]["condition"] == needed["kafka"]


def test_only_kafka_and_its_workers_start_without_a_profile() -> None:
    assert {name for name, service in SERVICES.items() if "profiles" not in service} == {
        "kafka",
        "topics",
        "rules",
        "worker-1",
        "worker-2",
    }
    assert {name: SERVICES[name]["profiles"] for name in ("embedded", "prometheus", "grafana")} == {
        "embedded": ["embedded"],
        "prometheus": ["observe"],
        "grafana": ["observe"],
    }


def test_names_between_services_are_names_of_services() -> None:
    """Clients of Kafka, Prometheus and Grafana find what they are told to look for, on a network that both are on."""
    bootstrap, port = SERVICES["worker-1"]["environment"]["ALERTS_KAFKA_BOOTSTRAP"].split(":")
    listeners = SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    scraped = {
        name
        for job in loaded(PROMETHEUS / "prometheus.yml")["scrape_configs"]
        for found in job.get("dns_sd_configs", ())
        for name in found["names"]
    }

    assert f"INSIDE://{bootstrap}:{port}" in listeners
    assert set(SERVICES["kafka"]["networks"]) & set(SERVICES["worker-1"]["networks"])
    assert scraped == {"worker-1", "worker-2", "embedded"}
    for name in scraped:
        assert set(SERVICES[name]["networks"]) & set(SERVICES["prometheus"]["networks"])


def test_every_folder_that_is_mounted_is_in_the_repository_or_is_the_operators() -> None:
    """A misspelt path would be mounted as an empty folder."""
    bound = {volume.split(":", 1)[0] for service in SERVICES.values() for volume in service.get("volumes", ())}

    for source in (source for source in bound if source.startswith("./")):
        assert (ROOT / source).is_dir(), source
    assert {source for source in bound if not source.startswith(("./", "$"))} == FILE["volumes"].keys()


def test_the_cluster_id_is_one_that_kafka_takes() -> None:
    identity = SERVICES["kafka"]["environment"]["CLUSTER_ID"]

    assert len(urlsafe_b64decode(identity + "==")) == 16


def test_secrets_of_the_operator_stay_out_of_git_and_of_the_image() -> None:
    assert "/deploy/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert (ROOT / ".dockerignore").read_text("utf-8").splitlines()[1] == "*"
