"""`python -m tests.cluster.dying service payment`: a service whose Kafka consumer dies when its data folder says so.

It is the shop's own command, with one thing made worse: once the file `blocked` is there, the thread in which Faust's
consumer works does nothing more; once `deaf` is there, the consumer's fetches are never answered again.
"""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread

from aioutlet.cli import main

FOR_EVER = 3_600.0
BLOCKED, DEAF = "blocked", "deaf"

fetch = AIOKafkaConsumerThread._fetch_records


async def fetch_or_die(self: AIOKafkaConsumerThread, *arguments: Any, **options: Any) -> Any:
    """In the consumer's own thread and loop."""
    data = Path(os.environ["AIOUTLET_DATA"])
    if (data / BLOCKED).exists():
        time.sleep(FOR_EVER)  # noqa: ASYNC251 - it is what we want
    if (data / DEAF).exists():
        await asyncio.sleep(FOR_EVER)
    return await fetch(self, *arguments, **options)


if __name__ == "__main__":
    AIOKafkaConsumerThread._fetch_records = fetch_or_die  # type: ignore[method-assign]
    main()
