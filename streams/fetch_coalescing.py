"""Fewer and larger fetches from Apache Kafka while messages come often: a batch costs much the same, large or small.

While few messages come, a fetch is answered as soon as there is one: a lone order is not delayed, and a fetch that
waits long costs nothing. While many come, the broker collects for some milliseconds.
"""

import asyncio

import aiokafka

from streams.arrival_rate import LOOK_EVERY, OFTEN
from streams.fetch_pacing import FetchPacing

WAIT_MS = 500
"""The longest wait of a fetch that is answered at once when a message comes."""
COLLECT_MS = 75
COLLECT_BYTES = 65_536
"""A fetch is answered when the broker has so many bytes for it, after `COLLECT_MS` at the latest."""


class FetchCoalescing(FetchPacing):
    """Lets the broker collect messages while they come often, for all consumers of this process."""

    def __init__(self) -> None:
        super().__init__(busy=COLLECT_MS, idle=WAIT_MS)
        self._wait = WAIT_MS
        self._fetched = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_looking(self) -> bool:
        """Whether it will look at how many messages came."""
        return self._timer is not None

    def speed_up(self) -> None:
        """Do nothing: what this process publishes is not what its consumers fetch."""

    def fetched(self, messages: int) -> None:
        """Count the messages of a fetch; after `LOOK_EVERY` it is decided how the next ones are fetched."""
        self._fetched += messages
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY, self.decide)

    def decide(self) -> None:
        """Collect if messages came often since the last look, else not."""
        is_often = self._fetched >= OFTEN * LOOK_EVERY
        if self._timer is not None:
            self._timer.cancel()
        self._fetched, self._timer = 0, None
        self._set(self._busy if is_often else self._idle)
        if is_often:
            self.fetched(0)

    def _apply(self, consumer: aiokafka.AIOKafkaConsumer) -> None:
        super()._apply(consumer)
        consumer._fetch_min_bytes = COLLECT_BYTES if self._wait == self._busy else 1
        if consumer._fetcher is not None:
            consumer._fetcher._fetch_min_bytes = consumer._fetch_min_bytes
