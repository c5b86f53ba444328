"""A cluster that asks for TLS and a password: every client of ours gets in with them, and none without."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from alerts.adapters.kafka import topics
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.local_broker import LocalBroker, free_ports
from alerts.adapters.kafka.reach import until_reached
from alerts.domain.errors import SettingsProblem
from tests.support.kafka import settings_for
from tests.support.kafka_process import KafkaInstallation, until
from tests.support.pipeline import Counts

PASSWORD = "not-for-any-log"

_SECURED = """
ssl.keystore.type=PEM
ssl.keystore.location={keys}
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
user_alerts="{password}";
"""


@pytest.fixture(scope="module")
def secured(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    """Settings for a broker with a listener that asks for both; `kafka_bootstrap` says that one can be had here."""
    folder = tmp_path_factory.mktemp("secured")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    _write_keys(authority.issue_cert("127.0.0.1"), folder / "keys.pem")
    (folder / "password").write_text(PASSWORD + "\n")
    broker = LocalBroker(folder / "kafka")
    # Once without, so that its folder is there; then with the further listener.
    broker.start()
    broker.stop()
    (port,) = free_ports(1)
    _add_listener(folder / "kafka" / "server.properties", port, folder / "keys.pem")
    broker.start()
    yield {
        "bootstrap": f"127.0.0.1:{port}",
        "security_protocol": "SASL_SSL",
        "username": "alerts",
        "password_file": folder / "password",
        "ca_file": folder / "ca.pem",
    }
    broker.stop()


@pytest_asyncio.fixture(autouse=True)
async def nothing_left_open() -> AsyncIterator[None]:
    """Let a test end when its connections have: TLS takes leave of the other side, also after a refusal."""
    loop: Any = asyncio.get_running_loop()
    before = len(loop._selector.get_map())
    yield
    await until(lambda: len(loop._selector.get_map()) <= before)


async def test_topics_and_workers_get_in_with_certificate_and_password(
    secured: dict[str, object], tmp_path: Path
) -> None:
    installation = KafkaInstallation(str(secured["bootstrap"]), tmp_path)
    installation.cluster = Cluster(settings_for(**secured))  # type: ignore[arg-type]
    env = {f"ALERTS_KAFKA_{name.upper()}": str(value) for name, value in secured.items()}
    # On a busy machine the broker is there before this listener of it is.
    await until_reached(installation.cluster, Counts())
    try:
        await installation.create_topics()
        assert not await topics.faults(installation.cluster)
        worker = await installation.start_worker("w", stages="track", env=env)
        await worker.ready()
        assert await worker.stop() == 0
        assert PASSWORD not in worker.log.read_text()
    finally:
        await installation.close()


async def test_a_wrong_password_is_said_and_not_shown(secured: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("guessed")
    settings = settings_for(**{**secured, "password_file": tmp_path / "wrong"})  # type: ignore[arg-type]

    with pytest.raises(SettingsProblem) as refused:
        await topics.create(Cluster(settings))

    assert "security settings" in str(refused.value)
    assert "guessed" not in str(refused.value)


async def test_a_certificate_of_nobody_known_is_refused(secured: dict[str, object], tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    settings = settings_for(**{**secured, "ca_file": tmp_path / "other.pem"})  # type: ignore[arg-type]

    with pytest.raises(SettingsProblem):
        await topics.create(Cluster(settings))


def _write_keys(certificate: trustme.LeafCert, path: Path) -> None:
    """Write a key as the broker reads it (PKCS 8) with its certificates."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), password=None)
    parts = [key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())]
    path.write_bytes(b"".join([*parts, *(blob.bytes() for blob in certificate.cert_chain_pems)]))


def _add_listener(properties: Path, port: int, keys: Path) -> None:
    text = properties.read_text("utf-8")
    text = re.sub(r"(?m)^((?:advertised\.)?listeners=.*)$", rf"\1,SASL_SSL://127.0.0.1:{port}", text)
    text = re.sub(r"(?m)^(listener\.security\.protocol\.map=.*)$", r"\1,SASL_SSL:SASL_SSL", text)
    properties.write_text(text + _SECURED.format(keys=keys, password=PASSWORD), "utf-8")
