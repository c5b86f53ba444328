"""What the sender does not reach, and does not tell: the guard on addresses, and errors without secrets."""

from __future__ import annotations

import pytest

from alerts.adapters.webhooks import WebhookSender
from alerts.domain.subscription import Outcome
from tests.delivery.builders import NOON, an_endpoint, opened
from tests.support.receiver import Receiver
from tests.webhooks.sending import KEY, SECRET, Names, a_sender, local


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost",
        "0x7f.1",
        "0.0.0.0",  # noqa: S104 - the address is called, not bound
    ],
)
async def test_no_spelling_of_this_machine_is_reached(sender: WebhookSender, host: str) -> None:
    """Literals, mapped addresses, names, octal and hex: the address that is dialled is what counts."""
    async with Receiver() as receiver:
        endpoint = an_endpoint(f"http://{host}:{receiver.port}/hook")
        came = await sender.send(endpoint, opened(), now=NOON)

    assert receiver.connections == 0
    assert came.outcome is Outcome.BLOCKED
    assert (came.error or "").startswith("address_blocked: ")


async def test_a_name_that_resolves_anew_is_checked_anew() -> None:
    """DNS rebinding: public at registration, private when dialled."""
    lying = Names(("127.0.0.1",))
    async with a_sender(KEY, resolver=lying) as sender, Receiver() as receiver:
        endpoint = an_endpoint(f"http://innocent.example:{receiver.port}/hook")
        came = await sender.send(endpoint, opened(), now=NOON)

    assert receiver.connections == 0
    assert came.outcome is Outcome.BLOCKED


async def test_metadata_services_are_out_of_reach_even_with_the_private_network_open() -> None:
    """`allow_private_network` opens the own network, not the cloud's credentials."""
    lying = Names(("169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254"))
    async with a_sender(KEY, resolver=lying) as sender:
        came = await sender.send(local("http://innocent.example/hook"), opened(), now=NOON)

    assert came.outcome is Outcome.BLOCKED
    assert "metadata" in (came.error or "")


async def test_one_allowed_answer_among_forbidden_ones_is_dialled() -> None:
    """Bad answers are dropped, not dialled; a good one beside them works."""
    mixed = Names(("169.254.169.254", "127.0.0.1"))
    async with a_sender(KEY, resolver=mixed) as sender, Receiver() as receiver:
        came = await sender.send(local(f"http://two.example:{receiver.port}/hook"), opened(), now=NOON)

    assert came.outcome is Outcome.DELIVERED


@pytest.mark.parametrize(
    "url",
    [
        "http://user:hunter2@127.0.0.1:1/T0/hunter2?token=hunter2",
        "http://hunter2.invalid/hunter2",
        "http://127.0.0.1:99999/hunter2",
        "http://[hunter2/",
        "http://\ud800.example/hunter2",
        "hunter2",
        "",
    ],
)
async def test_no_error_shows_a_url_or_a_secret(sender: WebhookSender, url: str) -> None:
    """Paths and queries of webhook URLs are credentials; whatever is wrong with one, it is not quoted."""
    came = await sender.send(local(url), opened(), now=NOON)

    assert came.outcome is Outcome.RETRY
    assert came.error
    assert "hunter2" not in came.error
    assert SECRET not in repr(came) + repr(sender)
