"""Routing: every event has its logs and keys, and partitions are those every Kafka client picks."""

import orjson
import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import encode_data
from schemas.registry import EVENTS
from schemas.topics import CATALOGUE, DEAD_LETTERS, ORDERS, ROUTES, STOCK, TOPICS, partition_of
from tests.examples import EXAMPLES, LAMP_ID, ORDER_ID, ORDER_NUMBER, stream_of

keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=64)


def destinations(name: str) -> list[tuple[str, str]]:
    event = EXAMPLES[name]
    data = orjson.loads(encode_data(event))
    return [(route.topic, route.key(stream_of(event), data)) for route in ROUTES[name]]


@given(keys, st.integers(1, 64))
def test_a_key_lies_where_every_kafka_client_puts_it(key: str, partitions: int) -> None:
    every = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key.encode(), every, every)


@pytest.mark.parametrize(
    ("key", "murmur2"),
    [("21", -973932308), ("foobar", -790332482), ("abc", 479470107), ("a-little-bit-long-string", -985981536)],
)
def test_keys_hash_as_in_apache_kafkas_own_tests(key: str, murmur2: int) -> None:
    assert partition_of(key, 2**31) == murmur2 & 0x7FFFFFFF


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_goes_to_logs_we_have(name: str) -> None:
    assert destinations(name)
    assert {topic for topic, _ in destinations(name)} <= set(TOPICS)


@pytest.mark.parametrize("name", EVENTS)
def test_no_event_goes_twice_to_one_log(name: str) -> None:
    topics = [topic for topic, _ in destinations(name)]
    assert len(set(topics)) == len(topics)


@pytest.mark.parametrize("name", EVENTS)
def test_a_route_says_honestly_whether_it_looks_into_the_data(name: str) -> None:
    looked: list[str] = []

    class Watched(dict[str, object]):
        def __getitem__(self, field: str) -> object:
            looked.append(field)
            return super().__getitem__(field)

    event = EXAMPLES[name]
    for route in ROUTES[name]:
        looked.clear()
        route.key(stream_of(event), Watched(orjson.loads(encode_data(event))))
        assert route.needs_data is bool(looked)


ABOUT_AN_ORDER = [name for name in EVENTS if not name.startswith(("product.", "stock."))]


@pytest.mark.parametrize("name", ABOUT_AN_ORDER)
def test_all_of_one_order_lies_in_one_partition(name: str) -> None:
    assert (ORDERS, ORDER_ID) in destinations(name)


@pytest.mark.parametrize(
    "name",
    [
        "stock.received",
        "stock.adjusted",
        "stock.low",
        "stock.out",
        "inventory.reservation",
        "inventory.release",
        "inventory.confirmation",
        "inventory.reserved",
        "inventory.failed",
        "inventory.confirmed",
        "inventory.released",
        "inventory.expired",
        "inventory.committed",
    ],
)
def test_all_a_warehouse_is_asked_and_says_lies_in_one_partition(name: str) -> None:
    assert (STOCK, "main") in destinations(name)


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith("product.")])
def test_a_product_lies_in_the_catalogue_alone(name: str) -> None:
    assert destinations(name) == [(CATALOGUE, LAMP_ID)]


def test_a_claimed_number_lies_with_its_order_and_not_under_the_number() -> None:
    assert stream_of(EXAMPLES["order.number.claimed"]).endswith(ORDER_NUMBER)
    assert destinations("order.number.claimed") == [(ORDERS, ORDER_ID)]


def test_dead_letters_are_no_log_of_the_business() -> None:
    assert DEAD_LETTERS not in TOPICS
    assert len(set(TOPICS)) == len(TOPICS)
