"""A dead letter is copied to its topic once it has died, with the bytes that were stored and the cause."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from event_store.records import AppendRequest, FailedTimer, ParkedMessage, Timer
from schemas.errors import Unavailable
from schemas.topics import ORDERS, TopicPartition
from streams.dead_letters import DeadLetter, DeadLetterCopier
from tests.examples import NOON
from tests.histories import events
from tests.unit.streams.fakes import TroubledStore, order_id, put

DEAD_AT = NOON + timedelta(seconds=7)


class Topic:
    """Takes dead letters, unless it is away."""

    def __init__(self) -> None:
        self.letters: list[DeadLetter] = []
        self.is_away = False

    async def publish(self, letters: Sequence[DeadLetter]) -> None:
        if self.is_away:
            raise Unavailable("the broker is away")
        self.letters += letters


def dead(position: int) -> ParkedMessage:
    place = TopicPartition(ORDERS, 3)
    return ParkedMessage("saga", position, order_id(1), place, NOON, 4, "KeyError", NOON, "in step", DEAD_AT)


@pytest.fixture
def topic() -> Topic:
    return Topic()


@pytest.fixture
def copier(store: TroubledStore, topic: Topic) -> DeadLetterCopier:
    return DeadLetterCopier(store, topic.publish)


async def test_a_dead_message_is_copied_once_with_its_stored_bytes_and_its_cause(
    store: TroubledStore, copier: DeadLetterCopier, topic: Topic
) -> None:
    await put(store, *events("product.created", "order.created", order_id=order_id(1)))
    waiting = replace(dead(1), dead_at=None)
    await store.append(AppendRequest(parked=(waiting, dead(2))))
    assert [await copier.copy(), await copier.copy()] == [1, 0]
    [letter] = topic.letters
    [_, stored] = await store.log(0)
    assert (letter.key, letter.value) == (order_id(1).encode(), stored.state)
    assert dict(letter.headers) == {
        "deadletter": b"saga.2",
        "kind": b"message",
        "cause": b"KeyError",
        "trace": b"in step",
        "since": NOON.isoformat().encode(),
        "deadat": DEAD_AT.isoformat().encode(),
        "consumer": b"saga",
        "subject": order_id(1).encode(),
        "attempts": b"4",
        "position": b"2",
        "topic": ORDERS.encode(),
        "partition": b"3",
        "ce_type": b"order.created",
        "ce_subject": f"order-{order_id(1)}".encode(),
        "version": b"1",
    }


async def test_a_dead_timer_is_copied_once_as_what_it_was_to_do(
    store: TroubledStore, copier: DeadLetterCopier, topic: Topic
) -> None:
    timer = Timer("t", "saga", order_id(1), "payment/forward/1", NOON)
    await store.append(AppendRequest(timers=(timer,)))
    await store.fail_timers([FailedTimer(replace(timer, attempts=4), "poison", "in fire", NOON, DEAD_AT)])
    assert [await copier.copy(), await copier.copy()] == [1, 0]
    [letter] = topic.letters
    what = {"id": "t", "kind": "saga", "subject": order_id(1), "token": "payment/forward/1"}
    assert orjson.loads(letter.value) == what
    headers = dict(letter.headers)
    assert (headers["kind"], headers["deadletter"], headers["cause"]) == (b"timer", b"saga.t", b"poison")


async def test_while_the_broker_is_away_nothing_is_marked_and_later_everything_is_copied(
    store: TroubledStore, copier: DeadLetterCopier, topic: Topic
) -> None:
    await put(store, *events("order.created", order_id=order_id(1)))
    await store.append(AppendRequest(parked=(dead(1),)))
    topic.is_away = True
    with pytest.raises(Unavailable):
        await copier.copy()
    topic.is_away = False
    assert await copier.copy() == 1
    assert len(topic.letters) == 1


async def test_what_is_tried_again_and_dies_anew_is_copied_anew(
    store: TroubledStore, copier: DeadLetterCopier, topic: Topic
) -> None:
    await put(store, *events("order.created", order_id=order_id(1)))
    await store.append(AppendRequest(parked=(dead(1),)))
    await copier.copy()
    again = replace(dead(1), dead_at=DEAD_AT + timedelta(hours=1), cause="TypeError")
    await store.append(AppendRequest(parked=(again,)))
    assert await copier.copy() == 1
    assert [dict(letter.headers)["cause"] for letter in topic.letters] == [b"KeyError", b"TypeError"]
