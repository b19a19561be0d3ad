"""Changes to Faust's Kafka driver: its fetches are paced and handed on whole, and its consumer is closed once.

A consumer is closed twice if it stops while its group rebalances: in its own thread, which waits for the rebalance and
leaves the group, and by the driver from the application's thread, which closes the connections first. Then what is
under way fails, and the stop may wait a minute for the thread that died of it. The first close is enough.
"""

from collections import defaultdict, deque
from typing import Any, cast

import aiokafka
import faust
from faust.transport.drivers import aiokafka as driver

from streams.fetch_merging import committable_offset, merge_fetch
from streams.fetch_pacing import FetchPacing


class PacedThread(driver.AIOKafkaConsumerThread):
    """The driver's consumer thread; its consumer is paced, and closed only by the thread itself."""

    def _create_worker_consumer(self, transport: Any) -> aiokafka.AIOKafkaConsumer:
        consumer = super()._create_worker_consumer(transport)
        cast(PacedApp, self.app).pacing.add(consumer)
        return consumer

    def close(self) -> None:
        """Do nothing: the thread closes its consumer when it stops."""


class PacedConsumer(driver.Consumer):
    """The driver's consumer service on the paced thread; a fetch from a partition is one message."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._fetches: dict[Any, deque[int]] = defaultdict(deque)
        self._deliver, self.callback = self.callback, self._deliver_fetch

    async def _getmany(self, active_partitions: Any, timeout: float) -> Any:
        found = await super()._getmany(active_partitions, timeout)
        fetches = {partition: merge_fetch(records) for partition, records in found.items() if records}
        cast(PacedApp, self.app).pacing.fetched(sum(map(len, found.values())))
        for partition, fetch in fetches.items():
            if fetch.offset < (self._read_offset[partition] or 0):
                self._reset_offsets(partition)
        return {partition: [fetch] for partition, fetch in fetches.items()}

    def _reset_offsets(self, partition: Any) -> None:
        """Start again after the broker lost its log; else the driver skips messages up to the old offset."""
        self._read_offset[partition] = self._committed_offset[partition] = None
        self._fetches[partition].clear()
        self._acked_index[partition].clear()

    async def _deliver_fetch(self, message: Any) -> None:
        self._fetches[message.tp].append(message.offset)
        await self._deliver(message)

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Forget the fetches of these partitions: their next consumer fetches them again."""
        for partition in revoked:
            self._fetches.pop(partition, None)
        await super().on_partitions_revoked(revoked)

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        """Do nothing: the driver's tree of skipped offsets takes a quarter of a busy worker's time."""

    def _new_offset(self, tp: Any) -> int | None:
        self._acked[tp].clear()
        return committable_offset(self._fetches[tp], self._acked_index[tp], self._committed_offset[tp] or 0)

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return PacedThread(self, loop=self.loop, beacon=self.beacon)

    def close_unused_loop(self) -> None:
        """Close the event loop of a thread that was never started: nobody else does."""
        if self._thread._thread is None:
            self._thread.thread_loop.close()


class PacedTransport(driver.Transport):
    """The driver's transport with the paced consumer."""

    Consumer = PacedConsumer


class PacedApp(faust.App):
    """A Faust application whose consumer follows `pacing`."""

    pacing: FetchPacing

    async def stop(self) -> None:
        """Stop as the framework does, and leave nothing of a start that was interrupted."""
        await super().stop()
        if self._consumer is not None:
            cast(PacedConsumer, self._consumer).close_unused_loop()

    def _new_transport(self) -> Any:
        return PacedTransport(self.conf.broker_consumer, self)
