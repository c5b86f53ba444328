"""The subscriptions in force and their signing keys, read from a folder and read again when its files change."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from alerts.adapters.subscriptions import LoadedSubscriptions, read_subscriptions
from alerts.adapters.webhooks import Keys
from alerts.domain.errors import SettingsProblem
from alerts.domain.subscription import Subscription
from alerts.pipeline.ports import Clock, Observer


class LiveSubscriptions:
    """Subscriptions and keys now; implements the SubscriptionSource port."""

    def __init__(self, folder: Path, *, observer: Observer) -> None:
        self._folder = folder
        self._observer = observer
        self._seen: LoadedSubscriptions | None = None
        self._loaded = LoadedSubscriptions()

    def current(self) -> Sequence[Subscription]:
        """Return the subscriptions in force now."""
        return self._loaded.subscriptions

    def keys(self) -> Keys:
        """Return the signing keys in force now, by endpoint."""
        return self._loaded.keys

    def start(self) -> None:
        """Read the files for the first time; those with faults are named, the others are in force.

        Raises:
            SettingsProblem: The folder is there and cannot be read.
        """
        self._take(read_subscriptions(self._folder, os.environ))

    async def follow(self, clock: Clock, every: timedelta) -> None:
        """Read the files again and again, until cancelled. They are few and small: reading them is the comparison."""
        while True:
            await clock.sleep(every)
            try:
                loaded = await asyncio.to_thread(read_subscriptions, self._folder, os.environ)
            except SettingsProblem as fault:
                self._observer.warn("The subscriptions cannot be read; the last ones stay in force.", cause=str(fault))
                continue
            if loaded != self._seen:
                self._take(loaded)

    def _take(self, loaded: LoadedSubscriptions) -> None:
        self._seen = loaded
        self._loaded = loaded.after(self._loaded)
        self._observer.gauge("subscriptions_loaded", len(self._loaded.subscriptions))
        for problem in loaded.problems:
            sentence = "A subscription has a fault; it stays as it last was, the others are in force."
            self._observer.warn(sentence, fault=str(problem))
