"""A stock Faust agent that reads a topic and does nothing: what the framework alone costs. Used by bench.kafka.

python -m bench.kafka_faust BOOTSTRAP TOPIC COUNT      prints the seconds from the first record to the last
"""

from __future__ import annotations

import os
import sys
import time
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import faust


def main() -> None:
    bootstrap, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    app = faust.App(
        f"bench-faust-{uuid4().hex[:8]}",
        broker=f"kafka://{bootstrap}",
        datadir=mkdtemp(),
        store="memory://",
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        web_enabled=False,
    )
    topic = app.topic(name, value_type=bytes, value_serializer="raw")

    @app.agent(topic)
    async def nothing(stream: Any) -> None:
        seen, start = 0, 0.0
        async for _value in stream:
            start = start or time.perf_counter()
            seen += 1
            if seen == count:
                print(time.perf_counter() - start, flush=True)
                os._exit(0)

    faust.Worker(app, loglevel="CRITICAL", quiet=True, redirect_stdouts=False).execute_from_commandline()


if __name__ == "__main__":
    main()
