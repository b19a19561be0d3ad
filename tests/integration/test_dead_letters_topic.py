"""Dead letters reach their topic on a real Kafka endpoint, also where a broker makes a topic of many partitions."""

import asyncio

import orjson
from aiokafka import AIOKafkaConsumer

from aioutlet import components
from concurrency.background import background
from event_store.memory import memory_store
from event_store.records import UNCOPIED, AppendRequest, ParkedFilter, ParkedMessage
from schemas.topics import DEAD_LETTERS, ORDERS, TopicPartition
from streams.dead_letters import DeadLetterCopier, publisher
from tests.examples import NOON
from tests.histories import events
from tests.services.waiting import STUCK_AFTER
from tests.unit.streams.fakes import order_id, put


async def test_dead_letters_come_in_order_with_the_bytes_of_the_log(broker: str) -> None:
    store, place = memory_store(), TopicPartition(ORDERS, 1)
    await put(store, *events("order.created", "payment.processed", order_id=order_id(1)))
    rows = [
        ParkedMessage("saga", position, order_id(1), place, NOON, 4, "KeyError", NOON, "in step", NOON)
        for position in (1, 2)
    ]
    consumer = AIOKafkaConsumer(DEAD_LETTERS, bootstrap_servers=broker, auto_offset_reset="earliest")
    async with components.open_producer(broker) as producer, asyncio.timeout(STUCK_AFTER):
        await consumer.start()
        try:
            async with background(DeadLetterCopier(store, publisher(producer)).run()):
                await store.append(AppendRequest(parked=tuple(rows)))
                letters = [await consumer.getone(), await consumer.getone()]
                while await store.parked_messages(UNCOPIED):
                    await store.wait_past(await store.head(), timeout=0.05)
        finally:
            await consumer.stop()
    assert [letter.value for letter in letters] == [stored.state for stored in await store.log(0)]
    assert [dict(letter.headers)["position"] for letter in letters] == [b"1", b"2"]
    assert {letter.partition for letter in letters} == {0}
    assert orjson.loads(letters[0].value)["type"] == "order.created"
    assert len(await store.parked_messages(ParkedFilter(is_copied=True))) == 2
    await store.close()
