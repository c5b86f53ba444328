"""The sender that most tests send with."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from alerts.adapters.webhooks import WebhookSender
from tests.webhooks.sending import KEY, a_sender


@pytest.fixture
async def sender() -> AsyncIterator[WebhookSender]:
    async with a_sender(KEY) as open_sender:
        yield open_sender
