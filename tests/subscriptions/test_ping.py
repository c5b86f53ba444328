"""`alerts ping`: is each receiver there, and is it told by the same signer as of an alert?"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

from typer.testing import CliRunner, Result

from alerts.delivery.signing import parse_secret, verify
from alerts.entrypoints.cli import build
from tests.subscriptions.folder import SECRET, Folder
from tests.support.receiver import Receiver, answer


async def pinged(folder: Folder, *ids: str) -> Result:
    arguments = ["ping", "--subscriptions", str(folder.path), *ids]
    return await asyncio.to_thread(CliRunner().invoke, build(arguments), arguments)


def write_local(folder: Folder, name: str, receiver: Receiver, *, secret: str = SECRET) -> None:
    lines = (f"id: {name}", f"url: {receiver.url}?token=hunter2", "allow_private_network: true")
    folder.subscription(name, *lines, secret=secret)


async def test_c16_a_ping_is_signed_with_the_secret_of_the_file(folder: Folder) -> None:
    """C16: ping and alert share one signer."""
    async with Receiver() as receiver:
        write_local(folder, "desk", receiver)
        result = await pinged(folder)

    (request,) = receiver.requests
    message_id = verify([parse_secret(SECRET)], request.headers, request.body, now=datetime.now(UTC))
    assert json.loads(request.body)["type"] == "alerts.ping"
    assert json.loads(request.body)["id"] == message_id
    assert result.exit_code == 0
    assert result.stdout.startswith("desk: took it (204, ")


async def test_a_receiver_that_refuses_is_named_and_fails_the_command(folder: Folder) -> None:
    """For scripts: exit code 1; for people: which one, and how it answered."""
    async with Receiver(answer(404)) as lost, Receiver() as well:
        write_local(folder, "lost", lost)
        write_local(folder, "well", well)
        result = await pinged(folder)

    assert result.exit_code == 1
    assert "lost: did not take it (404, " in result.stdout
    assert "well: took it (204, " in result.stdout
    assert "hunter2" not in result.output


async def test_only_those_named_are_asked(folder: Folder) -> None:
    """A test of one receiver bothers no other."""
    async with Receiver() as one, Receiver() as other:
        write_local(folder, "one", one)
        write_local(folder, "other", other)
        await pinged(folder, "one")

    assert (len(one.requests), len(other.requests)) == (1, 0)


async def test_c16_a_bad_secret_is_told_and_the_others_are_asked_all_the_same(folder: Folder) -> None:
    """C16: by file and reason, the secret not shown; nothing goes to it unsigned."""
    async with Receiver() as well, Receiver() as broken:
        write_local(folder, "well", well)
        write_local(folder, "broken", broken, secret="whsec_YWJj")
        result = await pinged(folder)

    assert (len(well.requests), len(broken.requests)) == (1, 0)
    assert result.exit_code == 2
    assert "broken.yaml" in result.stderr
    assert "YWJj" not in result.output


async def test_a_name_that_nothing_bears_is_refused(folder: Folder) -> None:
    """What was found and what there is."""
    folder.subscription("desk")

    result = await pinged(folder, "desc")

    assert result.exit_code == 2
    assert "desc" in result.stderr
    assert "desk" in result.stderr
