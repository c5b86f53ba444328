"""Waiting for a cluster that is away: a worker may be started while its broker restarts."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from time import monotonic

from aiokafka.errors import KafkaError

from alerts.adapters.kafka.clients import stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.ports import Observer

PATIENCE = timedelta(seconds=60)
_RETRY = timedelta(seconds=1)


async def until_reached(cluster: Cluster, observer: Observer, patience: timedelta = PATIENCE) -> None:
    """Return once a broker of the cluster answers.

    Raises:
        SettingsProblem: None answered for so long, or the address or the credentials are refused.
    """
    last = monotonic() + patience.total_seconds()
    while (fault := await _fault(cluster)) is not None:
        if monotonic() > last:
            raise SettingsProblem(
                f"no broker of {cluster.settings.bootstrap} answered for {patience.total_seconds():.0f} s ({fault!r}): "
                "see ALERTS_KAFKA_BOOTSTRAP and the ALERTS_KAFKA_* settings of its security"
            )
        observer.warn("No broker answers; the start waits for one.", at=cluster.settings.bootstrap, cause=repr(fault))
        await asyncio.sleep(_RETRY.total_seconds())


async def _fault(cluster: Cluster) -> Exception | None:
    client = cluster.consumer()
    try:
        await client.start()
    except (KafkaError, OSError) as fault:
        return fault
    finally:
        await stopped(client)
    return None
