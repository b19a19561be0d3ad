"""The one corner where Faust's Kafka driver is not as we need it: how long a fetch may wait, what it is, how all ends.

The driver asks for 1.5 s. Apache Kafka answers as soon as a byte arrives, whatever was asked. The mock cluster does not
wake a waiting fetch, so there half of the wait is the delay of every hop: short while something happens, long while
nothing does.

A consumer is closed twice when its group shares out while it stops: in its own thread, which waits for that and leaves
the group; and meanwhile by the driver from the application's thread, connections first. Then what is under way fails,
and the stop may wait a minute for a thread that died of it. The first is enough.
"""

import asyncio
from collections import defaultdict, deque
from time import monotonic
from typing import Any, cast

import aiokafka
import faust
from faust.transport.drivers import aiokafka as driver

from streams.fetches import committable_offset, merge_fetch

BUSY_MS, IDLE_MS = 10, 100
LULL = 2.0
"""Seconds of silence after which waiting becomes long again."""


class FetchPacing:
    """How long the consumers of this process let a fetch wait, in milliseconds."""

    def __init__(self, *, busy: int = BUSY_MS, idle: int = IDLE_MS) -> None:
        self._busy = busy
        self._idle = idle
        self._consumers: list[aiokafka.AIOKafkaConsumer] = []
        self._last = monotonic()
        self._wait = busy

    def join(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        """Let this consumer follow the pacing; before or after it is started."""
        self._consumers.append(consumer)
        self._apply(consumer)

    def quicken(self) -> None:
        """Something was published: ask often."""
        self._last = monotonic()
        self._set(self._busy)

    async def run(self) -> None:
        """Slacken when it is quiet, until cancelled."""
        while True:
            await asyncio.sleep(LULL)
            self.slacken()

    def slacken(self) -> None:
        """Ask seldom once it has been quiet."""
        if monotonic() - self._last > LULL:
            self._set(self._idle)

    def _set(self, wait: int) -> None:
        if wait != self._wait:
            self._wait = wait
            for consumer in self._consumers:
                self._apply(consumer)

    def _apply(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        consumer._fetch_max_wait_ms = self._wait
        if consumer._fetcher is not None:
            consumer._fetcher._fetch_max_wait_ms = self._wait


class PacedThread(driver.AIOKafkaConsumerThread):
    """The driver's consumer, paced, and closed by nobody but itself."""

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        cast(PacedApp, self.app).pacing.join(consumer)
        return consumer

    def close(self) -> None:
        """Leave that to the stop under way."""


class PacedConsumer(driver.Consumer):
    """The driver's consumer service on the paced thread; what it fetched of a partition is one message."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._fetches: dict[Any, deque[int]] = defaultdict(deque)
        self._deliver, self.callback = self.callback, self._delivered

    async def _getmany(self, active_partitions: Any, timeout: float) -> Any:
        found = await super()._getmany(active_partitions, timeout)
        fetches = {partition: merge_fetch(records) for partition, records in found.items() if records}
        for partition, fetch in fetches.items():
            if fetch.offset < (self._read_offset[partition] or 0):
                self._begin_again(partition)
        return {partition: [fetch] for partition, fetch in fetches.items()}

    def _begin_again(self, partition: Any) -> None:
        """The broker lost its log: the driver would pass by what comes until it has as many messages as before."""
        self._read_offset[partition] = self._committed_offset[partition] = None
        self._fetches[partition].clear()
        self._acked_index[partition].clear()

    async def _delivered(self, message: Any) -> None:
        self._fetches[message.tp].append(message.offset)
        await self._deliver(message)

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """What is under way of these is somebody else's to finish."""
        for partition in revoked:
            self._fetches.pop(partition, None)
        await super().on_partitions_revoked(revoked)

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        """The driver keeps a tree of the offsets before a fetch's last: a quarter of a busy worker's time."""

    def _new_offset(self, tp: Any) -> int | None:
        self._acked[tp].clear()
        return committable_offset(self._fetches[tp], self._acked_index[tp], self._committed_offset[tp] or 0)

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return PacedThread(self, loop=self.loop, beacon=self.beacon)


class PacedTransport(driver.Transport):
    """The driver's transport with the paced consumer."""

    Consumer = PacedConsumer


class PacedApp(faust.App):
    """A Faust application whose consumer follows `pacing`."""

    pacing: FetchPacing

    def _new_transport(self) -> Any:
        return PacedTransport(self.conf.broker_consumer, self)
