"""The subscriptions in force and their signing keys, read from a folder and read again when its files change."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from alerts.adapters.subscriptions import LoadedSubscriptions, read_subscriptions
from alerts.adapters.webhooks import Keys
from alerts.domain.subscription import Subscription
from alerts.pipeline.ports import Clock, Observer


class LiveSubscriptions:
    """Subscriptions and keys now; implements the SubscriptionSource port."""

    def __init__(self, folder: Path, *, observer: Observer) -> None:
        self._folder = folder
        self._observer = observer
        self._loaded: LoadedSubscriptions | None = None

    def current(self) -> Sequence[Subscription]:
        """Return the subscriptions in force now."""
        return self._loaded.subscriptions if self._loaded else ()

    def keys(self) -> Keys:
        """Return the signing keys in force now, by endpoint."""
        return self._loaded.keys if self._loaded else {}

    def start(self) -> None:
        """Read the files for the first time; those with faults are named, the others are in force."""
        self._take(read_subscriptions(self._folder, os.environ))

    async def follow(self, clock: Clock, every: timedelta) -> None:
        """Read the files again and again, until cancelled. They are few and small: reading them is the comparison."""
        while True:
            await clock.sleep(every)
            loaded = await asyncio.to_thread(read_subscriptions, self._folder, os.environ)
            if loaded != self._loaded:
                self._take(loaded)

    def _take(self, loaded: LoadedSubscriptions) -> None:
        self._loaded = loaded
        self._observer.gauge("subscriptions_loaded", len(loaded.subscriptions))
        for problem in loaded.problems:
            self._observer.warn("A subscription is not in force; the others are.", fault=str(problem))
