"""How long consumers let a fetch wait at the broker: short while messages are published, longer while none are.

Apache Kafka answers a fetch as soon as a byte arrives, whatever wait was asked for. The mock cluster does not wake a
waiting fetch, so there half of the wait is the delay of every hop.
"""

import asyncio
from time import monotonic

import aiokafka

BUSY_MS, IDLE_MS = 10, 100
IDLE_AFTER = 2.0
"""Seconds without a publication until the wait becomes long."""


class FetchPacing:
    """The wait of a fetch, in milliseconds, for all consumers of this process."""

    def __init__(self, *, busy: int = BUSY_MS, idle: int = IDLE_MS) -> None:
        self._busy = busy
        self._idle = idle
        self._consumers: list[aiokafka.AIOKafkaConsumer] = []
        self._published_at = monotonic()
        self._wait = busy

    def add(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        """Set the wait of this consumer from now on; it need not be started yet."""
        self._consumers.append(consumer)
        self._apply(consumer)

    def speed_up(self) -> None:
        """Make the wait short, because something was published."""
        self._published_at = monotonic()
        self._set(self._busy)

    def slow_down(self) -> None:
        """Make the wait long if nothing was published for a while."""
        if monotonic() - self._published_at > IDLE_AFTER:
            self._set(self._idle)

    def fetched(self, messages: int) -> None:
        """Take note of a fetch with so many messages; it changes nothing here."""

    async def run(self) -> None:
        """Slow down whenever it is quiet, until cancelled."""
        while True:
            await asyncio.sleep(IDLE_AFTER)
            self.slow_down()

    def _set(self, wait: int) -> None:
        if wait != self._wait:
            self._wait = wait
            for consumer in self._consumers:
                self._apply(consumer)

    def _apply(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        consumer._fetch_max_wait_ms = self._wait
        if consumer._fetcher is not None:
            consumer._fetcher._fetch_max_wait_ms = self._wait
