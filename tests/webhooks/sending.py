"""A sender, its keys and where it sends, for the tests of the webhook sender."""

from __future__ import annotations

import socket
import ssl

from aiohttp.abc import AbstractResolver, ResolveResult

from alerts.adapters.webhooks import WebhookSender
from alerts.delivery.outcomes import Answer
from alerts.delivery.signing import SigningKey, parse_secret
from alerts.domain.ids import EndpointId
from alerts.domain.subscription import Endpoint
from tests.delivery.builders import NOON, an_endpoint, opened
from tests.support.receiver import Misbehave, Receiver

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
KEY = parse_secret(SECRET)
OTHER = SigningKey(b"another key of 24 bytes.")


class Names(AbstractResolver):
    """A resolver under the attacker's control: it answers each question with the next addresses of a list."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


def a_sender(
    *keys: SigningKey, resolver: AbstractResolver | None = None, tls: ssl.SSLContext | None = None
) -> WebhookSender:
    held = {EndpointId("desk"): keys}
    return WebhookSender(source="/alerts/desk", keys=lambda: held, resolver=resolver, tls=tls)


def local(url: str, *, timeout_seconds: float = 5) -> Endpoint:
    return an_endpoint(url, allow_private_network=True, timeout_seconds=timeout_seconds)


async def sent_to(behaviour: Misbehave, sender: WebhookSender, *, timeout_seconds: float = 5) -> Answer:
    async with Receiver(behaviour) as receiver:
        return await sender.send(local(receiver.url, timeout_seconds=timeout_seconds), opened(), now=NOON)
