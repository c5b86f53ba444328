"""Which partition a key belongs to: Kafka's own default (murmur2 of the key's UTF-8 bytes, positive, modulo)."""

from __future__ import annotations

_SEED = 0x9747B28C
_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


def murmur2(key: bytes) -> int:
    """Return the unsigned 32-bit murmur2 hash that Kafka's Java producer uses (org.apache.kafka.common.utils.Utils)."""
    length = len(key)
    h = _SEED ^ length
    whole = length - length % 4
    for index in range(0, whole, 4):
        k = int.from_bytes(key[index : index + 4], "little") * _M & _MASK
        k = (k ^ k >> 24) * _M & _MASK
        h = (h * _M & _MASK) ^ k
    if whole < length:
        h = (h ^ int.from_bytes(key[whole:], "little")) * _M & _MASK
    h = (h ^ h >> 13) * _M & _MASK
    return h ^ h >> 15


def partition_of(key: str, partitions: int) -> int:
    """Return the partition, from 0, that every producer of the same key must choose."""
    return (murmur2(key.encode("utf-8", "surrogatepass")) & 0x7FFFFFFF) % partitions
