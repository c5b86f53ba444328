"""The partitioner agrees with Kafka's own."""

from __future__ import annotations

import pytest

from alerts.pipeline.partitioner import murmur2, partition_of

# The vectors of Apache Kafka's own test, org.apache.kafka.common.utils.UtilsTest (Apache-2.0).
VECTORS = {
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}


@pytest.mark.parametrize(("key", "signed"), VECTORS.items())
def test_murmur2_equals_kafkas(key: str, signed: int) -> None:
    assert murmur2(key.encode()) == signed & 0xFFFFFFFF


def test_wire_78_lies_in_partition_1_of_4() -> None:
    assert partition_of("wire/78", 4) == 1
