"""The busiest routes answer alike whether the framework was asked or not."""

from collections.abc import AsyncIterator

import httpx
import orjson
import pytest
from fastapi import APIRouter

from tests.integration.doors.counter import ANN, BOB, EVE, JSON, LAMP, MUG, Counter, basket, key
from tests.integration.doors.reader import Reader

AROUND = [("X-Twice", "1"), ("X-Twice", "2")]
"""A header said twice is nothing plain: the request goes the framework's way."""
DRAWN = {"x-request-id", "x-correlation-id", "date"}

PLAIN = orjson.dumps(basket(("lamp", 2), ("mug", 1), totalAmount=None))
BODIES = {
    "plain": PLAIN,
    "spaced": b" \n" + PLAIN.replace(b":", b" : ") + b"\t",
    "with an address twice": PLAIN.replace(b"{", b'{"shippingAddress":{"name":"x"},', 1),
    "with a line twice": PLAIN.replace(b'"quantity":2', b'"quantity":7,"quantity":2'),
    "by its Python names": PLAIN.replace(b"shippingAddress", b"shipping_address"),
    "with another total": orjson.dumps(basket(totalAmount=1)),
    "with a fraction": PLAIN.replace(b'"quantity":2', b'"quantity":2.0'),
    "with an exponent": PLAIN.replace(b'"quantity":2', b'"quantity":2e0'),
    "with a truth": PLAIN.replace(b'"quantity":2', b'"quantity":true'),
    "with a text": PLAIN.replace(b'"quantity":2', b'"quantity":"2"'),
    "with an unknown field": PLAIN.replace(b"{", b'{"discount":1,', 1),
    "with an unknown product": orjson.dumps(basket(("boat", 1))),
    "with half a character": PLAIN.replace(b"Wilhelmina", b"\\ud800"),
    "with an escaped character": PLAIN.replace(b"Wilhelmina", b"W\\u0069lhelmina"),
    "in UTF-16": PLAIN.decode().encode("utf-16"),
    "with a mark before it": b"\xef\xbb\xbf" + PLAIN,
    "without an end": PLAIN[:-1],
    "with not a number": PLAIN.replace(b'"quantity":2', b'"quantity":NaN'),
    "for somebody else": orjson.dumps(basket(customerId="eve")),
    "empty": b"",
    "deep": b"[" * 5_000 + b"]" * 5_000,
}
HEADERS = {
    "plain": {},
    "without a key": {"Idempotency-Key": None},
    "with a key that is none": {"Idempotency-Key": "a b"},
    "without a kind": {"Content-Type": None},
    "with another kind": {"Content-Type": "text/plain"},
    "with a character set": {"Content-Type": "application/json; charset=utf-8"},
}


def told(answer: httpx.Response) -> tuple[int, dict[str, str], object]:
    """What of an answer must not depend on the way."""
    headers = {name: value for name, value in answer.headers.items() if name not in DRAWN}
    body = answer.json()
    body.pop("correlationId", None)
    headers.pop("content-length")
    return answer.status_code, headers, body


@pytest.fixture
async def other() -> AsyncIterator[Counter]:
    """A second shop like the first."""
    counter = Counter()
    async with counter.client:
        await counter.stock(LAMP, MUG)
        yield counter
    await counter.store.close()


async def both(one: Counter, other: Counter, body: bytes, headers: dict[str, str]) -> list[httpx.Response]:
    straight = await one.says("POST", "/orders", content=body, headers=headers)
    around = await other.says("POST", "/orders", content=body, headers=[*headers.items(), *AROUND])
    return [straight, around]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_a_body_is_understood_alike(counter: Counter, other: Counter, body: bytes) -> None:
    straight, around = await both(counter, other, body, BOB | key("k") | JSON)
    assert told(straight) == told(around)


@pytest.mark.parametrize("changes", HEADERS.values(), ids=HEADERS)
async def test_headers_are_understood_alike(counter: Counter, other: Counter, changes: dict[str, str | None]) -> None:
    headers = {name: value for name, value in (BOB | key("k") | JSON | changes).items() if value is not None}
    straight, around = await both(counter, other, PLAIN, headers)
    assert told(straight) == told(around)


async def test_a_key_used_on_one_way_is_known_on_the_other(counter: Counter) -> None:
    first, again = await both(counter, counter, PLAIN, BOB | key("k") | JSON)
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("who", [BOB, EVE, ANN], ids=["its customer", "another customer", "an admin"])
@pytest.mark.parametrize("wanted", ["here", "nowhere", "counts", "%2e", ""])
async def test_an_order_is_shown_alike(counter: Counter, reader: Reader, who: dict[str, str], wanted: str) -> None:
    order_id = (await counter.place("k")).json()["orderId"]
    await reader.sees(await counter.log())
    path = f"/orders/{wanted.replace('here', order_id) if wanted == 'here' else wanted}"
    straight = await reader.asks(path, headers=who)
    around = await reader.asks(path, headers=[*who.items(), *AROUND])
    assert told(straight) == told(around)


@pytest.mark.parametrize("wanted", ["order-{}@1", "order-{}@999", "product-lamp@1", "nonsense"])
async def test_a_position_is_waited_for_alike(counter: Counter, reader: Reader, wanted: str) -> None:
    order_id = (await counter.place("k")).json()["orderId"]
    await reader.sees(await counter.log())
    reader.hub.answers = wanted.endswith("@1")
    headers = BOB | {"X-Min-Position": wanted.format(order_id)}
    straight = await reader.asks(f"/orders/{order_id}", headers=headers)
    around = await reader.asks(f"/orders/{order_id}", headers=[*headers.items(), *AROUND])
    assert told(straight) == told(around)


async def test_plain_requests_go_straight(counter: Counter, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests above compare the framework with itself."""

    async def closed(*_: object) -> None:
        raise AssertionError("the framework was asked")

    monkeypatch.setattr(APIRouter, "__call__", closed)
    placed = await counter.place("k")
    assert placed.status_code == 201
    unknown = await reader.asks(f"/orders/{placed.json()['orderId']}", headers=BOB)
    assert unknown.json()["code"] == "not_found"
    assert (await reader.asks("/orders", headers=BOB)).status_code == 500
