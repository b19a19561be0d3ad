"""Routing: every event has topics and keys, and the partitions are those that Kafka clients pick."""

import orjson
import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import encode_data
from schemas.message import Event
from schemas.registry import EVENTS
from schemas.topics import CATALOGUE, DEAD_LETTERS, OPS, ORDERS, PEOPLE, ROUTES, STOCK, TOPICS, addresses, partition_of
from tests.examples import CUSTOMER_ID, EXAMPLES, GUEST_ID, LAMP_ID, ORDER_ID, ORDER_NUMBER, stream_of
from tests.histories import events

keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=64)


def destinations(name: str) -> list[tuple[str, str]]:
    return destinations_of(EXAMPLES[name])


def destinations_of(event: Event) -> list[tuple[str, str]]:
    data = orjson.loads(encode_data(event))
    keys = ((route.topic, route.key(stream_of(event), data)) for route in ROUTES[event.wire_name])
    return [(topic, key) for topic, key in keys if key is not None]


@given(keys, st.integers(1, 64))
def test_the_partition_of_a_key_is_that_of_every_kafka_client(key: str, partitions: int) -> None:
    every = list(range(partitions))
    assert partition_of(key, partitions) == DefaultPartitioner()(key.encode(), every, every)


@pytest.mark.parametrize(
    ("key", "murmur2"),
    [("21", -973932308), ("foobar", -790332482), ("abc", 479470107), ("a-little-bit-long-string", -985981536)],
)
def test_keys_hash_as_in_apache_kafkas_own_tests(key: str, murmur2: int) -> None:
    assert partition_of(key, 2**31) == murmur2 & 0x7FFFFFFF


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_goes_to_known_topics(name: str) -> None:
    assert destinations(name)
    assert {topic for topic, _ in destinations(name)} <= set(TOPICS)


@pytest.mark.parametrize("name", EVENTS)
def test_no_event_goes_twice_to_one_topic(name: str) -> None:
    topics = [topic for topic, _ in destinations(name)]
    assert len(set(topics)) == len(topics)


@pytest.mark.parametrize("name", EVENTS)
def test_a_route_that_reads_the_data_says_so(name: str) -> None:
    fields_read: list[str] = []

    class Watched(dict[str, object]):
        def __getitem__(self, field: str) -> object:
            fields_read.append(field)
            return super().__getitem__(field)

    event = EXAMPLES[name]
    for route in ROUTES[name]:
        fields_read.clear()
        route.key(stream_of(event), Watched(orjson.loads(encode_data(event))))
        assert route.needs_data is bool(fields_read)


ABOUT_PEOPLE = [name for name in EVENTS if name.startswith(("user.", "auth."))]
ABOUT_A_CART = [name for name in EVENTS if name.startswith("cart.")]
NOT_ABOUT_AN_ORDER = tuple(
    f"{subject}."
    for subject in (
        "product", "review", "stock", "user", "auth", "security", "notification", "cart", "config", "dlq", "audit",
        "projection",
    )
)  # fmt: skip
ABOUT_AN_ORDER = [name for name in EVENTS if not name.startswith(NOT_ABOUT_AN_ORDER)]


@pytest.mark.parametrize("name", ABOUT_PEOPLE)
def test_every_event_of_a_person_has_their_key(name: str) -> None:
    assert destinations(name) == [(PEOPLE, CUSTOMER_ID)]


@pytest.mark.parametrize("name", ABOUT_A_CART)
def test_every_event_of_a_cart_has_the_key_of_its_owner(name: str) -> None:
    assert destinations(name) in ([(PEOPLE, CUSTOMER_ID)], [(PEOPLE, GUEST_ID)])


def test_every_change_of_the_configuration_is_in_one_order() -> None:
    assert destinations("config.changed") == [(OPS, "config")]


@pytest.mark.parametrize("name", ["dlq.replayed", "dlq.discarded"])
def test_every_decision_about_dead_letters_is_in_one_order(name: str) -> None:
    assert destinations(name) == [(OPS, "dead-letters")]


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith("projection.")])
def test_every_decision_about_read_models_is_in_one_order(name: str) -> None:
    assert destinations(name) == [(OPS, "read-models")]


@pytest.mark.parametrize("name", ["audit.read", "audit.exported"])
def test_what_auditors_have_read_is_in_one_order(name: str) -> None:
    assert destinations(name) == [(OPS, "audit")]


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith("review.")])
def test_every_event_of_a_review_has_the_key_of_its_product(name: str) -> None:
    assert destinations(name) == [(CATALOGUE, LAMP_ID)]


@pytest.mark.parametrize("name", ABOUT_AN_ORDER)
def test_every_event_of_an_order_has_its_key(name: str) -> None:
    assert (ORDERS, ORDER_ID) in destinations(name)


@pytest.mark.parametrize(
    "name",
    [
        "stock.received",
        "stock.adjusted",
        "stock.low",
        "stock.out",
        "stock.replenished",
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
def test_every_request_and_answer_of_a_warehouse_has_its_key(name: str) -> None:
    assert (STOCK, "main") in destinations(name)


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith("product.")])
def test_a_product_is_published_to_the_catalogue_only(name: str) -> None:
    assert destinations(name) == [(CATALOGUE, LAMP_ID)]


@pytest.mark.parametrize("name", ["stock.out", "stock.replenished"])
def test_what_begins_and_ends_a_sale_is_published_to_the_catalogue_with_its_product(name: str) -> None:
    assert (CATALOGUE, LAMP_ID) in destinations(name)


def test_a_claimed_number_has_the_key_of_its_order() -> None:
    assert stream_of(EXAMPLES["order.number.claimed"]).endswith(ORDER_NUMBER)
    assert destinations("order.number.claimed") == [(ORDERS, ORDER_ID)]


def test_a_mail_is_published_with_its_order_or_else_with_its_person() -> None:
    of_order = events("notification.requested", order_id=ORDER_ID, user_id=None)
    of_person = events("notification.requested", order_id=None, user_id=CUSTOMER_ID)
    found = [destinations_of(event) for event in (*of_order, *of_person)]
    assert found == [[(ORDERS, ORDER_ID)], [(PEOPLE, CUSTOMER_ID)]]


def test_an_event_has_no_address_where_its_route_has_no_key() -> None:
    [address] = addresses("notification.sent", "notification-1-receipt", {"orderId": None, "userId": CUSTOMER_ID}, 4)
    assert (address.partition.topic, address.key) == (PEOPLE, CUSTOMER_ID.encode())
    assert addresses("notification.sent", "notification-1-receipt", {}, 4) == []


def test_dead_letters_are_not_a_topic_of_events() -> None:
    assert DEAD_LETTERS not in TOPICS
    assert len(set(TOPICS)) == len(TOPICS)
