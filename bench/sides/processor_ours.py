"""The saga as its service runs it: `python -m bench.sides.processor_ours BROKER LOG SERVER FRESH`.

LOG is what was relayed to the broker; every run works in a copy of the store FRESH, which has the orders and no more.
"""

import asyncio
import sys
import tempfile
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple, cast
from uuid import uuid4

import orjson
import psycopg
from prometheus_client import CollectorRegistry
from psycopg.conninfo import conninfo_to_dict

from aioutlet import components as parts
from aioutlet.gc_tuning import tune_gc
from bench.databases import database
from bench.looking import until
from bench.sampling import Sample, WorkNotDone
from bench.whole_orders import PARTITIONS
from bench.workers import serve, start_worker
from edge.logging import configure
from event_store.store import EventStore
from schemas.stream_names import subject_of
from schemas.topics import ORDERS, TopicPartition, addresses
from streams import agents
from streams.agents import Agent
from streams.fetch_pacing import FetchPacing
from streams.fulfilment import Fulfilment
from streams.metrics import Metrics

WAIT_MS = 500


class Lane(NamedTuple):
    """One partition of the topic: where its messages stand in the log, and how many events they lead to in all."""

    positions: Sequence[int]
    leads_to: Sequence[int]

    def until(self, position: int) -> tuple[int, int]:
        """How many messages up to this position, and how many events they lead to."""
        count = bisect_right(self.positions, position)
        return count, self.leads_to[count]


class StoreOfOrders:
    """The store FRESH; ids of events are those of LOG, from which the messages are, so that they are believed."""

    def __init__(self, fresh: EventStore, log: EventStore) -> None:
        self._fresh = fresh
        self.log_id, self.event_ids = log.log_id, log.event_ids

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fresh, name)


class Side:
    """What counts is what stands in the store: checkpoints, and every event they stand for."""

    def __init__(self, broker: str, log: str, server: str, fresh: str) -> None:
        self._broker, self._server, self._log = broker, server, log
        self._fresh = str(conninfo_to_dict(fresh)["dbname"])
        self._topic = _topic(log)
        self._last = {place: lane.positions[-1] for place, lane in self._topic.items()}

    async def work(self, seconds: float) -> Sample:
        """Join as a new group, and measure from the first batch on until the time is up or the topic is."""
        async with (
            database(self._server, template=self._fresh) as url,
            parts.open_event_store(url) as store,
            parts.open_event_store(self._log) as log,
            asyncio.TaskGroup() as tasks,
        ):
            running = tasks.create_task(self._run(cast(EventStore, StoreOfOrders(store, log))))
            sample = await self._measured(store, seconds)
            running.cancel()
        return sample

    async def _measured(self, store: EventStore, seconds: float) -> Sample:
        before = await store.head()
        look = partial(store.checkpoints, Fulfilment.consumer)
        first = await until(look, bool)
        begun = time.perf_counter()
        reached = await until(look, lambda seen: seen == self._last, seconds=seconds)
        (early, _), (handled, due) = self._until(first), self._until(reached)
        if (appended := await store.head() - before) < due:
            raise WorkNotDone(f"{handled} messages lead to {due} events, not {appended}")
        took = time.perf_counter() - begun
        return Sample(handled - early, took, {"events appended": appended / took})

    def _until(self, reached: Mapping[TopicPartition, int]) -> tuple[int, int]:
        found = [self._topic[place].until(position) for place, position in reached.items()]
        return sum(count for count, _ in found), sum(due for _, due in found)

    async def _run(self, store: EventStore) -> None:
        metrics = Metrics(CollectorRegistry())
        saga = Fulfilment(store, clock=parts.now, metrics=metrics)
        crew = [Agent(store, saga, partitions=PARTITIONS, metrics=metrics)]
        pacing = FetchPacing(busy=WAIT_MS, idle=WAIT_MS)
        with tempfile.TemporaryDirectory() as data, suppress(asyncio.CancelledError):
            name = f"bench-{uuid4().hex}"
            app = agents.build_app(name, crew, broker=self._broker, pacing=pacing, data=Path(data), shared=True)
            await agents.run(app, crew)


def _topic(log: str) -> Mapping[TopicPartition, Lane]:
    """The orders' topic as it was relayed."""
    with psycopg.connect(log) as connection:
        rows = connection.execute(
            "SELECT notification_id, originator_id, topic, state FROM stored_events ORDER BY 1"
        ).fetchall()
    leads_to = _leads_to([(stream, name, state) for _, stream, name, state in rows])
    positions: dict[TopicPartition, list[int]] = defaultdict(list)
    counts: dict[TopicPartition, list[int]] = defaultdict(list)
    for position, stream, name, state in rows:
        for place, _ in addresses(name, stream, orjson.loads(state)["data"], PARTITIONS):
            if place.topic == ORDERS:
                positions[place].append(position)
                counts[place].append(leads_to.get(name, 0))
    return {place: Lane(positions[place], [0, *accumulate(counts[place])]) for place in positions}


def _leads_to(events: Sequence[tuple[str, str, bytes]]) -> Mapping[str, int]:
    """How many events of saga and order one message of each type leads to; all orders go the same way."""
    fields = [orjson.loads(state) for _, _, state in events]
    types = {each["id"]: each["type"] for each in fields}
    of_saga = [each for (stream, name, _), each in zip(events, fields, strict=True) if _is_of_saga(stream, name)]
    orders = len({subject_of(stream) for stream, name, _ in events if name == "order.created"})
    caused = Counter(types[each["causationId"]] for each in of_saga)
    return {name: count // orders for name, count in caused.items()}


def _is_of_saga(stream: str, name: str) -> bool:
    return stream.startswith("saga-") or (stream.startswith("order-") and name != "order.created")


async def main(broker: str, log: str, server: str, fresh: str) -> None:
    """Serve until nobody asks."""
    configure("WARNING", stream=sys.stderr)
    side = Side(broker, log, server, fresh)
    tune_gc()
    await serve(side.work)


if __name__ == "__main__":
    start_worker(main)
