"""Noticing that the end of a transaction was sent and not answered.

The client sends it again by itself. What was sent first may still be under way, and would end whichever transaction of
this producer is open when it arrives: a commit could then be lost or torn (Jepsen, Bufstream 0.1.0, 2024). A producer
that is started anew has a new epoch, which refuses what is under way.
"""

from __future__ import annotations

from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, NodeNotReadyError
from aiokafka.protocol.transaction import EndTxnRequest


class EndsWatch:
    """Watches what one producer sends; nothing public tells of it."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self.is_in_doubt = False
        """Whether an end that was sent has had no answer. It stays so."""
        self._send = producer.client.send
        producer.client.send = self._watched

    async def _watched(self, node_id: Any, request: Any, **options: Any) -> Any:
        try:
            return await self._send(node_id, request, **options)
        except NodeNotReadyError:
            raise  # nothing was sent
        except KafkaError:
            self.is_in_doubt = self.is_in_doubt or isinstance(request, EndTxnRequest)
            raise
