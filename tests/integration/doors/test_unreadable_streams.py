"""One event that cannot be read is said to whoever needs its stream, and troubles nobody else."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from event_store.threaded import ThreadedStore
from schemas.stream_names import product_stream, user_stream
from tests.integration.doors.counter import ANN, LAMP, MUG, Counter, basket
from tests.unit.streams.fakes import put_bytes


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    counter = Counter()
    for product in (LAMP, MUG):
        await counter.done("POST", "/products", 201, json=product)
    yield counter
    await counter.store.close()


async def spoil(counter: Counter, stream: str, event_type: str) -> None:
    assert isinstance(counter.store, ThreadedStore)
    await put_bytes(counter.store, stream, event_type, b"{")


async def test_orders_of_a_product_that_cannot_be_read_are_told_so_and_all_others_are_taken(counter: Counter) -> None:
    assert (await counter.place("before", basket(("mug", 1)))).status_code == 201
    await spoil(counter, product_stream("mug"), "product.price.changed")
    orders = [basket(("mug", 1)), basket(("lamp", 1)), basket(("lamp", 1), ("mug", 1))]
    answers = await asyncio.gather(*(counter.place(f"order-{number}", body) for number, body in enumerate(orders)))
    assert [(answer.status_code, answer.json().get("code")) for answer in answers] == [
        (503, "stream_unreadable"),
        (201, None),
        (503, "stream_unreadable"),
    ]


async def test_an_account_that_cannot_be_read_troubles_nobody_who_asks_at_the_same_time(counter: Counter) -> None:
    people = [
        (await counter.done("POST", "/users", 201, json=person))["userId"]
        for person in (
            {"email": f"{name}@example.org", "firstName": name, "lastName": "Doe", "password": "correct horse 42 b"}
            for name in ("ada", "bea")
        )
    ]
    await spoil(counter, user_stream(people[0]), "user.profile.updated")
    paths = [f"/users/{person}/roles" for person in people]
    body = {"roles": ["customer", "analyst"]}
    answers = await asyncio.gather(*(counter.says("PUT", path, json=body, headers=ANN) for path in paths))
    assert [answer.status_code for answer in answers] == [503, 200]
