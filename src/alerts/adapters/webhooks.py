"""Sending webhooks: the Sender port on aiohttp. It calls strangers' URLs, so everything here is bounded and guarded."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver

from alerts import __version__
from alerts.adapters.addresses import refusal
from alerts.delivery.outcomes import Answer, Fault, outcome_of_fault, outcome_of_status
from alerts.delivery.payload import CONTENT_TYPE, ping_body, webhook_body
from alerts.delivery.signing import SigningKey, signed_headers
from alerts.domain.ids import EndpointId
from alerts.domain.subscription import Delivery, Endpoint

# One receiver never holds more of our connections than this.
CONNECTIONS_PER_HOST = 8
CONNECTIONS_MAX = 256

# Of an answer's body this much is read, so that the connection can be used again; nothing of it is kept.
ANSWER_MAX_BYTES = 64 * 1024
# How long that may take, once the status is there.
ANSWER_BODY_SECONDS = 2.0

# Below the 5 s after which common servers (uvicorn, node) close an idle connection: a message sent into one that is
# just closing would fail, and an alert would wait for its retry.
_IDLE_SECONDS = 4.0

_HEAD_LINE_MAX_BYTES = 8 * 1024
_RETRY_AFTER_MAX_CHARS = 200

Keys = Mapping[EndpointId, Sequence[SigningKey]]

# The addresses that a try was kept from. The guard runs deep inside the connector, in the task (or a child of the
# task) that sends, where a context variable reaches and an exception's type does not survive.
_blocked: ContextVar[list[str]] = ContextVar("blocked addresses")


class WebhookSender:
    """Signs and posts deliveries; implements the Sender port. An async context manager that owns its connections.

    Args:
        source: Who sends, as a URI reference: the CloudEvents `source` of everything sent.
        keys: Returns the signing keys in force, by endpoint; asked at each try, so that a rotation needs no restart.
        resolver: How names become addresses; None for the system's resolver. Whatever it says, each address is checked
            when a socket is about to connect to it.
        tls: Which certificates are trusted; None for the system's.
    """

    def __init__(
        self,
        *,
        source: str,
        keys: Callable[[], Keys],
        resolver: AbstractResolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._source = source
        self._keys = keys
        self._resolver = resolver
        self._tls = tls or ssl.create_default_context()  # verifies, TLS 1.2 and newer
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        """Open two sets of connections: one that may reach the own network, and one that may not."""
        self._sessions = {allow: self._session(allow_private_network=allow) for allow in (False, True)}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            await session.close()
        self._sessions = {}

    async def send(self, endpoint: Endpoint, delivery: Delivery, *, now: datetime) -> Answer:
        """Return how one try of a delivery ended; never raises but for cancellation."""
        return await self._post(endpoint, delivery.id, lambda: webhook_body(delivery, source=self._source), now)

    async def ping(self, endpoint: Endpoint, *, message_id: str, now: datetime) -> Answer:
        """Send a test message, by the same signer and the same connections as an alert."""
        return await self._post(endpoint, message_id, lambda: ping_body(message_id, source=self._source, at=now), now)

    async def _post(self, endpoint: Endpoint, message_id: str, body: Callable[[], bytes], now: datetime) -> Answer:
        keys = self._keys().get(endpoint.id, ())
        if not keys:
            return _failure(Fault.NO_KEY, "no signing key is loaded for this endpoint; nothing is sent unsigned", 0.0)
        begun = time.monotonic()
        token = _blocked.set([])
        try:
            status, retry_after = await self._exchange(endpoint, keys, message_id, body(), now)
        except Exception as error:  # one we did not foresee must end as a failed try, or its alert waits for ever
            fault = Fault.BLOCKED if _blocked.get() else _fault(error)
            return _failure(fault, _explained(fault, error), time.monotonic() - begun)
        finally:
            _blocked.reset(token)
        return _answered(status, retry_after, time.monotonic() - begun)

    async def _exchange(
        self, endpoint: Endpoint, keys: Sequence[SigningKey], message_id: str, body: bytes, now: datetime
    ) -> tuple[int, str | None]:
        """Post once; return the status and Retry-After."""
        headers = _headers(signed_headers(keys, message_id=message_id, at=now, body=body))
        session = self._sessions[endpoint.allow_private_network]
        async with asyncio.timeout(endpoint.timeout.total_seconds()):
            response = await session.post(endpoint.url, data=body, headers=headers, allow_redirects=False)
        async with response:
            await _drain(response)
            waits = response.headers.getall("Retry-After", [])
            return response.status, ", ".join(waits)[:_RETRY_AFTER_MAX_CHARS] if waits else None

    def _session(self, *, allow_private_network: bool) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            socket_factory=_guard(allow_private_network=allow_private_network),
            resolver=self._resolver,
            ssl=self._tls,
            limit=CONNECTIONS_MAX,
            limit_per_host=CONNECTIONS_PER_HOST,
            keepalive_timeout=_IDLE_SECONDS,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None),  # the try's own deadline covers all of it
            auto_decompress=False,
            trust_env=False,
            max_line_size=_HEAD_LINE_MAX_BYTES,
            max_field_size=_HEAD_LINE_MAX_BYTES,
        )


def _headers(signed: Mapping[str, str]) -> dict[str, str]:
    return {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": f"alerts/{__version__}",
        "Accept-Encoding": "identity",
        **signed,
    }


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read a small, prompt body to its end, which keeps the connection; else close it.

    The status is the answer: who said 204 has the message, and a body that breaks off or drips does not undo it.
    """
    left = ANSWER_MAX_BYTES
    with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
        async with asyncio.timeout(ANSWER_BODY_SECONDS):
            while left and (chunk := await response.content.read(left)):
                left -= len(chunk)
    if not response.content.at_eof():
        response.close()


def _guard(*, allow_private_network: bool) -> Callable[[aiohttp.AddrInfoType], socket.socket]:
    """Return what makes sockets for a connector: it sees every address about to be dialled, IP literals included."""

    def checked(found: aiohttp.AddrInfoType) -> socket.socket:
        family, kind, protocol, _name, address = found
        reason = refusal(str(address[0]), allow_private_network=allow_private_network)
        if reason is not None:
            _blocked.get().append(reason)
            raise OSError(f"the address is refused: {reason}")
        return socket.socket(family=family, type=kind, proto=protocol)

    return checked


def _fault(error: Exception) -> Fault:
    """Return the class of a failure: the narrow types first, their bases after them."""
    for kinds, fault in _FAULTS:
        if isinstance(error, kinds):
            return fault
    if not isinstance(error, OSError):
        return Fault.UNKNOWN
    return _OS_FAULTS.get(error.errno or 0, Fault.UNREACHABLE)


_FAULTS: tuple[tuple[tuple[type[Exception], ...], Fault], ...] = (
    ((aiohttp.ClientConnectorDNSError,), Fault.DNS),
    ((aiohttp.ClientSSLError, ssl.SSLError), Fault.TLS),
    ((TimeoutError,), Fault.TIMEOUT),
    ((aiohttp.ServerDisconnectedError, aiohttp.ClientConnectionResetError), Fault.RESET),
    ((aiohttp.ClientResponseError, aiohttp.ClientPayloadError), Fault.PROTOCOL),
    ((aiohttp.InvalidURL, ValueError), Fault.UNKNOWN),
)
_OS_FAULTS: dict[int, Fault] = {
    errno.ECONNREFUSED: Fault.REFUSED,
    errno.ECONNRESET: Fault.RESET,
    errno.EPIPE: Fault.RESET,
}

# Our own words: what libraries say may quote the URL, whose path or query can be a credential.
_SENTENCES: dict[Fault, str] = {
    Fault.DNS: "the host name does not resolve",
    Fault.REFUSED: "the connection was refused",
    Fault.RESET: "the connection was closed before an answer came",
    Fault.UNREACHABLE: "the host could not be reached",
    Fault.TIMEOUT: "no answer came within the endpoint's timeout",
    Fault.TLS: "the TLS handshake failed; certificates are always verified",
    Fault.PROTOCOL: "the answer is not HTTP, or its head is too large",
    Fault.UNKNOWN: "the request failed",
}


def _explained(fault: Fault, error: Exception) -> str:
    if fault is Fault.BLOCKED:
        return f"the address may not be called: {_blocked.get()[0]}"
    sentence = _SENTENCES[fault]
    return f"{sentence} ({type(error).__name__})" if fault in {Fault.UNKNOWN, Fault.UNREACHABLE} else sentence


def _failure(fault: Fault, sentence: str, seconds: float) -> Answer:
    return Answer(
        outcome=outcome_of_fault(fault), duration=timedelta(seconds=seconds), error=f"{fault.value}: {sentence}"
    )


def _answered(status: int, retry_after: str | None, seconds: float) -> Answer:
    outcome = outcome_of_status(status)
    redirect = "a redirect is never followed: give the subscription the new URL" if 300 <= status < 400 else None
    return Answer(
        outcome=outcome,
        duration=timedelta(seconds=seconds),
        status=status,
        retry_after=retry_after,
        error=redirect,
    )
