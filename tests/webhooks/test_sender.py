"""The webhook sender against receivers that behave, misbehave and lie; real sockets on loopback."""

from __future__ import annotations

import json
import math
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import standardwebhooks
import trustme
from aiohttp.abc import AbstractResolver, ResolveResult

from alerts.adapters import webhooks
from alerts.adapters.webhooks import WebhookSender
from alerts.delivery.signing import verify
from alerts.domain.subscription import Outcome
from tests.delivery.builders import JABER, NOON, opened
from tests.support import receiver as behaviours
from tests.support.receiver import Misbehave, Receiver, answer
from tests.webhooks.sending import KEY, OTHER, SECRET, Names, a_sender, local, sent_to


async def test_a_receiver_verifies_what_was_sent_with_the_official_library(sender: WebhookSender) -> None:
    """The bytes on the wire are the bytes that were signed."""
    async with Receiver() as receiver:
        came = await sender.send(local(receiver.url), opened(), now=datetime.now(UTC))

    (request,) = receiver.requests
    body = standardwebhooks.Webhook(SECRET).verify(request.body.decode(), dict(request.headers))
    assert came.outcome is Outcome.DELIVERED
    assert body["id"] == request.headers["webhook-id"] == opened().id
    assert request.method == "POST"
    assert request.headers["content-type"].startswith("application/cloudevents+json")


async def test_a_retry_has_the_same_id_and_body_and_a_fresh_time(sender: WebhookSender) -> None:
    """The id is the receiver's key against doubles; the time is the attempt's, so that late retries verify."""
    later = NOON.replace(hour=23)
    async with Receiver() as receiver:
        await sender.send(local(receiver.url), opened(), now=NOON)
        await sender.send(local(receiver.url), opened(), now=later)

    first, second = receiver.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert verify([KEY], second.headers, second.body, now=later) == opened().id


async def test_while_rotating_both_keys_sign() -> None:
    """A receiver may hold the old secret or the new one."""
    async with a_sender(OTHER, KEY) as rotating, Receiver() as receiver:
        await rotating.send(local(receiver.url), opened(), now=NOON)

    (request,) = receiver.requests
    assert verify([KEY], request.headers, request.body, now=NOON)
    assert verify([OTHER], request.headers, request.body, now=NOON)


async def test_c16_nothing_is_sent_unsigned() -> None:
    """C16: an endpoint whose secret was refused gets nothing, and the attempt says why."""
    async with a_sender() as keyless, Receiver() as receiver:
        came = await keyless.send(local(receiver.url), opened(), now=NOON)

    assert receiver.connections == 0
    assert came.outcome is Outcome.RETRY
    assert "no_signing_key" in (came.error or "")


async def test_c16_a_ping_is_signed_like_an_alert(sender: WebhookSender) -> None:
    """C16: a test message that verifies means that alerts will."""
    async with Receiver() as receiver:
        came = await sender.ping(local(receiver.url), message_id="p_1", now=NOON)

    (request,) = receiver.requests
    assert came.outcome is Outcome.DELIVERED
    assert verify([KEY], request.headers, request.body, now=NOON) == "p_1"
    assert json.loads(request.body)["type"] == "alerts.ping"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED),
        (202, Outcome.DELIVERED),
        (204, Outcome.DELIVERED),
        (400, Outcome.REFUSED),
        (401, Outcome.RETRY),
        (404, Outcome.REFUSED),
        (410, Outcome.GONE),
        (413, Outcome.REFUSED),
        (422, Outcome.REFUSED),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
        (599, Outcome.RETRY),
    ],
)
async def test_what_each_status_means(sender: WebhookSender, status: int, outcome: Outcome) -> None:
    """Only 2xx is success; what no table names is tried again."""
    body = b"" if status == 204 else b"an inner 413"

    came = await sent_to(answer(status, body=body), sender)

    assert (came.outcome, came.status) == (outcome, status)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_failure_and_is_not_followed(sender: WebhookSender, status: int) -> None:
    """The second place is never asked: a redirect is how a public URL reaches into a private network."""
    async with Receiver() as inner, Receiver(answer(status, f"Location: {inner.url}")) as receiver:
        came = await sender.send(local(receiver.url), opened(), now=NOON)

    assert inner.connections == 0
    assert came.outcome in {Outcome.RETRY, Outcome.REFUSED}
    assert "never followed" in (came.error or "")


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        (behaviours.hang_up, "connection_reset"),
        (behaviours.reset, "connection_reset"),
        (behaviours.garbage(), "protocol"),
        (behaviours.long_head(), "protocol"),
    ],
)
async def test_a_broken_answer_is_tried_again_and_named(
    sender: WebhookSender, behaviour: Misbehave, fault: str
) -> None:
    """Whatever comes back, the sender reports it and goes on."""
    came = await sent_to(behaviour, sender)

    assert came.outcome is Outcome.RETRY
    assert came.status is None
    assert (came.error or "").startswith(f"{fault}: ")


@pytest.mark.parametrize("behaviour", [behaviours.say_nothing, behaviours.drip_head])
async def test_a_slow_receiver_costs_its_timeout_and_no_more(sender: WebhookSender, behaviour: Misbehave) -> None:
    """Neither silence nor a byte now and then holds a connection for ever."""
    came = await sent_to(behaviour, sender, timeout_seconds=0.2)

    assert (came.error or "").startswith("timeout: ")
    assert 0.2 <= came.duration.total_seconds() < 2


@pytest.mark.parametrize("behaviour", [behaviours.half_a_body(), behaviours.drip_body, behaviours.flood])
async def test_who_says_200_has_the_message_whatever_its_body_does(
    sender: WebhookSender, behaviour: Misbehave, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status decides; the body is bounded in bytes and in time, and its connection is not used again."""
    monkeypatch.setattr(webhooks, "ANSWER_BODY_SECONDS", 0.2)

    came = await sent_to(behaviour, sender)

    assert (came.outcome, came.status) == (Outcome.DELIVERED, 200)
    assert came.duration.total_seconds() < 2


async def test_a_compressed_answer_is_not_unpacked(sender: WebhookSender) -> None:
    """No bomb goes off: what claims to be gzip and is not was read as it came, and its connection serves again."""
    async with Receiver(answer(200, "Content-Encoding: gzip", body=b"not gzip at all")) as receiver:
        for _ in range(2):
            came = await sender.send(local(receiver.url), opened(), now=NOON)

    assert came.outcome is Outcome.DELIVERED
    assert receiver.connections == 1


async def test_a_well_behaved_receiver_keeps_its_connection(sender: WebhookSender) -> None:
    """Ten alerts, one connection."""
    async with Receiver(answer(200, body=b"ok")) as receiver:
        for _ in range(10):
            await sender.send(local(receiver.url), opened(), now=NOON)

    assert (receiver.connections, len(receiver.requests)) == (1, 10)


async def test_cookies_are_not_kept() -> None:
    """One receiver's state never travels with the next message."""
    async with (
        a_sender(KEY, resolver=Names(("127.0.0.1",))) as sender,
        Receiver(answer(200, "Set-Cookie: session=1")) as receiver,
    ):
        for _ in range(2):
            await sender.send(local(f"http://desk.example:{receiver.port}/hook"), opened(), now=NOON)

    assert len(receiver.requests) == 2
    assert "cookie" not in receiver.requests[1].headers


async def test_proxies_of_the_environment_are_ignored(sender: WebhookSender, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would hide the target from the guard."""
    async with Receiver() as proxy, Receiver() as receiver:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        await sender.send(local(receiver.url), opened(), now=NOON)

    assert (proxy.connections, receiver.connections) == (0, 1)


async def test_a_retry_after_comes_as_it_was_sent(sender: WebhookSender) -> None:
    """Reading it is the core's; sent twice it comes as one text that no reader takes for a number."""
    once = await sent_to(answer(503, "Retry-After: 120"), sender)
    twice = await sent_to(answer(503, "Retry-After: 120", "Retry-After: 240"), sender)
    huge = await sent_to(answer(503, "Retry-After: " + "9" * 5000), sender)

    assert (once.retry_after, twice.retry_after) == ("120", "120, 240")
    assert len(huge.retry_after or "") <= 200


async def test_a_port_without_a_server_is_named(sender: WebhookSender) -> None:
    """A receiver that is down is the commonest failure of all."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/hook"

    came = await sender.send(local(url), opened(), now=NOON)

    assert came.outcome is Outcome.RETRY
    assert (came.error or "").startswith("connection_refused: ")


class NoNames(AbstractResolver):
    """A resolver that knows nothing."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        raise OSError(None, f"nobody knows {host}")

    async def close(self) -> None:
        """Nothing is held."""


async def test_a_name_that_does_not_resolve_is_named() -> None:
    """DNS trouble passes: tried again."""
    async with a_sender(KEY, resolver=NoNames()) as sender:
        came = await sender.send(local("https://desk.example/hook"), opened(), now=NOON)

    assert came.outcome is Outcome.RETRY
    assert (came.error or "").startswith("dns: ")


async def test_a_fault_of_our_own_ends_as_a_failed_try(sender: WebhookSender) -> None:
    """An alert that cannot be encoded goes on record, and its lane goes on; nothing waits for ever."""
    change = opened().change
    nowhere = replace(change.alert, place=replace(JABER, lat=math.nan))
    broken = replace(opened(), change=replace(change, alert=nowhere))
    async with Receiver() as receiver:
        came = await sender.send(local(receiver.url), broken, now=NOON)

    assert receiver.connections == 0
    assert came.outcome is Outcome.RETRY
    assert "ValueError" in (came.error or "")


def a_server_with(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    """Return the TLS side of a server whose certificate names these hosts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("trusted", "name", "outcome"),
    [
        (True, "127.0.0.1", Outcome.DELIVERED),
        (True, "other.example", Outcome.RETRY),
        (False, "127.0.0.1", Outcome.RETRY),
    ],
)
async def test_certificates_are_always_verified(trusted: bool, name: str, outcome: Outcome) -> None:  # noqa: FBT001
    """A stranger's certificate, or one for another host, ends before the message is sent."""
    authority = trustme.CA()
    client = ssl.create_default_context()
    if trusted:
        authority.configure_trust(client)
    async with a_sender(KEY, tls=client) as sender, Receiver(tls=a_server_with(authority, name)) as receiver:
        came = await sender.send(local(receiver.url), opened(), now=NOON)

    assert came.outcome is outcome
    assert len(receiver.requests) == (1 if outcome is Outcome.DELIVERED else 0)
    assert outcome is Outcome.DELIVERED or (came.error or "").startswith("tls: ")
