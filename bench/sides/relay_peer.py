"""A producer of messages that are all at hand: `python -m bench.sides.relay_peer LOG BROKER MANNER`.

Nothing is read, decoded, routed or remembered: what is left is to send the same bytes to the same places.
"""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer

from aioutlet import components as parts
from aioutlet.gc_tuning import tune_gc
from bench.sampling import Sample
from bench.topics import Ends
from bench.whole_orders import PARTITIONS
from bench.workers import serve, start_worker
from schemas.topics import TopicPartition
from schemas.wire import Outgoing, outgoing
from streams.relay import PAGE, PAGES_AHEAD

Page = Mapping[TopicPartition, Sequence[Outgoing]]
Send = Callable[[AIOKafkaProducer, Page], Awaitable[Any]]


class Side:
    """The log's messages, again and again, page by page."""

    def __init__(self, pages: Sequence[Page], producer: AIOKafkaProducer, ends: Ends, send: Send, ahead: int) -> None:
        self._pages = pages
        self._producer = producer
        self._ends = ends
        self._send = send
        self._ahead = ahead

    async def work(self, seconds: float) -> Sample:
        """Send until the time is up, and see that the broker has all of it."""
        before, sent = await self._ends.found(), 0
        on_their_way: deque[Awaitable[Any]] = deque()
        begun = time.perf_counter()
        while time.perf_counter() < begun + seconds:
            page = self._pages[sent % len(self._pages)]
            sent += 1
            on_their_way.append(await self._send(self._producer, page))
            if len(on_their_way) >= self._ahead:
                await on_their_way.popleft()
        await asyncio.gather(*on_their_way)
        pages = [self._pages[each % len(self._pages)] for each in range(sent)]
        await self._ends.grown(before, sum(len(run) for page in pages for run in page.values()))
        return Sample(sent * PAGE, time.perf_counter() - begun)


async def one_by_one(producer: AIOKafkaProducer, page: Page) -> Awaitable[Any]:
    """`send` gathers batches itself."""
    return asyncio.gather(
        *[
            await producer.send(
                place.topic, message.value, key=message.key, partition=place.partition, headers=message.headers
            )
            for place, run in page.items()
            for message in run
        ]
    )


async def in_batches(producer: AIOKafkaProducer, page: Page) -> Awaitable[Any]:
    """Batches are filled here, and sent whole."""
    sent: list[Awaitable[Any]] = []
    for place, run in page.items():
        batch = producer.create_batch()
        for message in run:
            if batch.append(timestamp=None, key=message.key, value=message.value, headers=message.headers) is None:
                sent.append(await producer.send_batch(batch, topic=place.topic, partition=place.partition))
                batch = producer.create_batch()
                batch.append(timestamp=None, key=message.key, value=message.value, headers=message.headers)
        sent.append(await producer.send_batch(batch, topic=place.topic, partition=place.partition))
    return asyncio.gather(*sent)


MANNERS: Mapping[str, tuple[Send, int]] = {
    "send": (one_by_one, 1),
    "batches ahead": (in_batches, PAGES_AHEAD + 1),
}


async def _pages(log: str) -> list[Page]:
    """All whole pages of the log, as the relay would send them."""
    heads: dict[TopicPartition, int] = defaultdict(int)
    async with parts.open_event_store(log) as store:
        head = await store.head()
        return [_page(await store.log(start, limit=PAGE), heads) for start in range(0, head - PAGE + 1, PAGE)]


def _page(events: Sequence[Any], heads: dict[TopicPartition, int]) -> Page:
    page: dict[TopicPartition, list[Outgoing]] = defaultdict(list)
    for stored in events:
        for message in outgoing(stored, PARTITIONS):
            headers = [*message.headers, ("previous", b"%d" % heads[message.partition])]
            page[message.partition].append(message._replace(headers=headers))
            heads[message.partition] = stored.position
    return page


async def main(log: str, broker: str, manner: str) -> None:
    """Serve until nobody asks."""
    pages = await _pages(log)
    tune_gc()
    send, ahead = MANNERS[manner]
    async with parts.open_producer(broker) as producer, Ends(broker, partitions=PARTITIONS) as ends:
        await serve(Side(pages, producer, ends, send, ahead).work)


if __name__ == "__main__":
    start_worker(main)
