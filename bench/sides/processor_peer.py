"""A Faust agent that does nothing, under the settings ours has: `python -m bench.sides.processor_peer BROKER`."""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import faust

from aioutlet.gc_tuning import tune_gc
from bench.looking import until
from bench.sampling import Sample
from bench.topics import Ends
from bench.whole_orders import PARTITIONS
from bench.workers import serve, start_worker
from edge.logging import configure
from schemas.topics import ORDERS
from streams.agents import SETTINGS


class Side:
    """Counts what was given to the agent and acknowledged by it."""

    def __init__(self, broker: str, messages: int) -> None:
        self._broker = broker
        self._messages = messages
        self._done = 0

    async def work(self, seconds: float) -> Sample:
        """Join as a new group, and measure from the first message on until the time is up or the topic is."""
        self._done = 0
        with self._app() as app:
            await app.start()
            first = await until(self._seen, bool)
            begun = time.perf_counter()
            last = await until(self._seen, lambda seen: seen == self._messages, seconds=seconds)
            sample = Sample(last - first, time.perf_counter() - begun)
            await app.stop()
        return sample

    async def _seen(self) -> int:
        return self._done

    @contextmanager
    def _app(self) -> Iterator[faust.App]:
        with tempfile.TemporaryDirectory() as data:
            app = faust.App(
                f"bench-{uuid4().hex}",
                broker=f"kafka://{self._broker}",
                datadir=data,
                loop=asyncio.get_running_loop(),
                **SETTINGS,
            )
            topic = app.topic(ORDERS, key_serializer="raw", value_serializer="raw", value_type=bytes)
            app.agent(topic, name="nothing")(self._consume)
            yield app

    async def _consume(self, stream: faust.StreamT[bytes]) -> None:
        async for _ in stream:
            self._done += 1


async def main(broker: str) -> None:
    """Serve until nobody asks."""
    configure("WARNING", stream=sys.stderr)
    async with Ends(broker, partitions=PARTITIONS) as ends:
        found = await ends.found()
    tune_gc()
    await serve(Side(broker, sum(end for place, end in found.items() if place.topic == ORDERS)).work)


if __name__ == "__main__":
    start_worker(main)
