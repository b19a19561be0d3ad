"""One Idempotency-Key, one effect: repeats, rivals, other bodies, other callers, and a day later."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

import command_api.routers.place_order
from command_api.places.address import NewAddress
from command_api.routers.place_order import NewOrder
from event_store.memory import MemoryBackend
from event_store.records import AppendRequest, AppendResult
from event_store.threaded import ThreadedStore
from schemas.errors import Unavailable
from schemas.ids import derived_id
from schemas.sealed import Sealed
from tests.integration.doors.counter import ADDRESS, ANN, BOB, EVE, LAMP, MUG, Clock, Counter, basket, key, who

PLACED = ["order.created", "order.number.claimed"]
DAY = timedelta(hours=24)
JUST_BEFORE = DAY - timedelta(seconds=1)

OF_CART = {"cartId": "bob.1", "shippingAddress": ADDRESS}


class Gate(ThreadedStore):
    """A store that takes an append when the test says so, and may lose what it has to say of one."""

    def __init__(self) -> None:
        super().__init__(MemoryBackend(Clock()))
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.appends = 0
        self.fails_before = 0
        self.fails_after = 0

    async def append(self, unit: AppendRequest) -> AppendResult:
        self.appends += 1
        await self.is_open.wait()
        if self.fails_before:
            self.fails_before -= 1
            raise Unavailable("the database went away")
        appended = await super().append(unit)
        if self.fails_after:
            self.fails_after -= 1
            raise Unavailable("the acknowledgement was lost")
        return appended


@pytest.fixture
async def gated() -> AsyncIterator[Counter]:
    counter = Counter(Gate())
    await counter.stock(LAMP, MUG)
    gate_of(counter).appends = 0
    yield counter
    await counter.store.close()


def gate_of(counter: Counter) -> Gate:
    assert isinstance(counter.store, Gate)
    return counter.store


def replayed(answer: httpx.Response) -> bool:
    return bool(answer.headers.get("idempotent-replayed") == "true")


async def rivals(counter: Counter, *bodies: dict[str, Any]) -> list[asyncio.Task[httpx.Response]]:
    """Requests under one key, all of them under way while the first cannot finish."""
    gate_of(counter).is_open.clear()
    while not counter.arrivals.empty():
        counter.arrivals.get_nowait()
    tasks = []
    for body in bodies:
        tasks.append(asyncio.create_task(counter.place("k", body)))
        await counter.arrivals.get()
    gate_of(counter).is_open.set()
    return tasks


async def test_the_same_request_again_gets_the_first_answer_and_nothing_happens(counter: Counter) -> None:
    first, again = await counter.place("k"), await counter.place("k")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (replayed(first), replayed(again)) == (False, True)
    assert again.headers["content-type"] == "application/json"
    assert await counter.recorded(after=2) == PLACED


async def test_a_repeat_is_told_the_same_although_prices_have_changed(counter: Counter) -> None:
    first = await counter.place("k")
    await counter.done("PUT", "/products/lamp/price", json={"price": {"amount": 1, "currency": "USD"}})
    await counter.done("POST", "/products/mug/discontinue")
    assert (await counter.place("k")).json() == first.json()


async def test_a_repeat_is_answered_although_it_would_be_refused_by_now(counter: Counter) -> None:
    first = await counter.place("k")
    await counter.done("POST", "/products/lamp/discontinue")
    again = await counter.place("k")
    assert (again.status_code, again.json(), replayed(again)) == (201, first.json(), True)


async def test_it_does_not_matter_how_the_same_body_is_spelled(counter: Counter) -> None:
    await counter.place("k")
    spelled = dict(reversed(basket(paymentMethod={"token": "tok_ok"}, totalAmount=None).items()))
    spelled["shippingAddress"] = ADDRESS | {"name": f"  {ADDRESS['name']} ", "line2": None}
    assert replayed(await counter.place("k", spelled))


@pytest.mark.parametrize("name", ["abc", "8e03978e-40d5-43dd-bc93-6894a57f9324", "try:1.2_3-4"])
async def test_quoted_and_bare_are_the_same_key(counter: Counter, name: str) -> None:
    first, again, other = [await counter.place(each) for each in (f'"{name}"', name, f'"{name} "')]
    assert (again.json(), replayed(again)) == (first.json(), True)
    assert (other.status_code, replayed(other)) == (201, False)
    for quoted in (name, f'"{name}"'):
        said = {"json": basket(("mug", 1)), "headers": BOB | key(quoted)}
        await counter.refused(422, "idempotency_key_reused", "POST", "/orders", **said)


async def test_a_quoted_key_is_one_with_its_bare_form_on_every_route(counter: Counter) -> None:
    vase = {"json": LAMP | {"productId": "vase"}}
    await counter.done("POST", "/products", 201, headers=key('"k"'), **vase)
    again = await counter.says("POST", "/products", headers=ANN | key("k"), **vase)
    assert replayed(again)


@pytest.mark.parametrize(
    "other",
    [basket(("lamp", 2)), basket(("mug", 1)), OF_CART, basket(totalAmount=4352), basket(("unicorn", 1))],
)
async def test_the_same_key_with_another_body_is_refused(counter: Counter, other: dict[str, Any]) -> None:
    await counter.place("k")
    said = {"json": other, "headers": BOB | key("k")}
    await counter.refused(422, "idempotency_key_reused", "POST", "/orders", **said)


async def test_the_same_key_of_somebody_else_is_another_key(counter: Counter) -> None:
    mine = (await counter.place("k")).json()
    theirs = await counter.says("POST", "/orders", json=basket(), headers=EVE | key("k"))
    assert theirs.status_code == 201
    assert not replayed(theirs)
    assert theirs.json()["orderId"] != mine["orderId"]


async def test_the_same_key_on_another_route_is_another_key(counter: Counter) -> None:
    product = await counter.done("POST", "/products", 201, json=LAMP | {"productId": "vase"}, headers=key("k"))
    said = {"json": basket(), "headers": ANN | key("k")}
    assert (product["productId"], (await counter.says("POST", "/orders", **said)).status_code) == ("vase", 201)


async def test_an_answer_is_kept_for_a_day(counter: Counter) -> None:
    first = await counter.place("k")
    counter.clock.pass_(JUST_BEFORE)
    again = await counter.place("k")
    assert (again.json(), replayed(again)) == (first.json(), True)
    said = {"json": basket(("lamp", 2)), "headers": BOB | key("k")}
    await counter.refused(422, "idempotency_key_reused", "POST", "/orders", **said)


async def test_after_a_day_the_same_request_is_still_the_same_order(counter: Counter) -> None:
    first = await counter.place("k")
    counter.clock.pass_(DAY * 30)
    await counter.done("PUT", "/products/lamp/price", json={"price": {"amount": 1, "currency": "USD"}})
    head = await counter.store.head()
    assert (await counter.place("k")).json() == first.json()
    assert await counter.recorded(after=head) == []


async def test_after_a_day_it_is_still_the_same_order_although_it_would_be_refused_by_now(counter: Counter) -> None:
    first = await counter.place("k", basket(totalAmount=4352))
    counter.clock.pass_(DAY * 30)
    await counter.done("PUT", "/products/lamp/price", json={"price": {"amount": 1, "currency": "USD"}})
    again = await counter.place("k", basket(totalAmount=4352))
    assert (again.status_code, again.json(), replayed(again)) == (201, first.json(), True)
    await counter.done("POST", "/products/lamp/discontinue")
    assert (await counter.place("k", basket(totalAmount=4352))).json() == first.json()


async def test_after_a_day_repeats_at_once_are_still_the_same_order(counter: Counter) -> None:
    first = await counter.place("k")
    counter.clock.pass_(DAY)
    other = Counter(counter.store)
    other.clock.pass_(DAY * 2)
    head = await counter.store.head()
    answers = await asyncio.gather(*(side.place("k") for side in (counter, other) * 3))
    assert {answer.json()["orderId"] for answer in answers} == {first.json()["orderId"]}
    assert await counter.recorded(after=head) == []


async def test_after_a_day_the_key_may_be_used_for_something_else(counter: Counter) -> None:
    first = await counter.place("k")
    counter.clock.pass_(DAY)
    other = await counter.place("k", basket(("mug", 1)))
    assert other.status_code == 201
    assert other.json()["orderId"] != first.json()["orderId"]


async def test_who_comes_while_the_first_is_served_waits_and_gets_the_same_answer(gated: Counter) -> None:
    first, *others = await asyncio.gather(*await rivals(gated, *[basket()] * 5))
    assert [other.json() for other in others] == [first.json()] * 4
    assert [replayed(answer) for answer in (first, *others)] == [False, True, True, True, True]
    assert gate_of(gated).appends == 1
    assert await gated.recorded(after=2) == PLACED


async def test_who_comes_with_another_body_meanwhile_is_refused(gated: Counter) -> None:
    first, other = await asyncio.gather(*await rivals(gated, basket(), basket(("lamp", 2))))
    assert first.status_code == 201
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await gated.recorded(after=2) == PLACED


async def test_when_the_first_fails_the_next_one_is_served(gated: Counter) -> None:
    gate_of(gated).fails_before = 1
    first, second, third = await asyncio.gather(*await rivals(gated, basket(), basket(), basket()))
    assert (first.status_code, first.json()["code"]) == (503, "unavailable")
    assert (second.status_code, replayed(second)) == (201, False)
    assert (third.json(), replayed(third)) == (second.json(), True)
    assert await gated.recorded(after=2) == PLACED


async def test_when_the_first_is_refused_another_body_may_be_served(gated: Counter) -> None:
    first, second = await asyncio.gather(*await rivals(gated, basket(("unicorn", 1)), basket()))
    assert (first.status_code, second.status_code) == (404, 201)


async def test_a_lost_acknowledgement_is_looked_up_and_not_guessed(gated: Counter) -> None:
    gate_of(gated).fails_after = 1
    answer = await gated.place("k")
    assert answer.status_code == 201
    assert (await gated.place("k")).json() == answer.json()
    assert await gated.recorded(after=2) == PLACED


async def test_a_store_that_is_away_is_said_so(gated: Counter) -> None:
    gate_of(gated).fails_before = 1
    refusal = await gated.refused(503, "unavailable", "POST", "/orders", json=basket(), headers=BOB | key("k"))
    assert "went away" in refusal["detail"]


async def test_two_processes_on_one_store_serve_one_key_once(counter: Counter) -> None:
    other = Counter(counter.store)
    said = {"json": basket(), "headers": BOB | key("k")}
    one, two = await asyncio.gather(counter.says("POST", "/orders", **said), other.says("POST", "/orders", **said))
    assert one.json() == two.json()
    assert sorted([replayed(one), replayed(two)]) == [False, True]
    assert await counter.recorded(after=2) == PLACED


async def test_two_processes_whose_clocks_differ_place_one_order(counter: Counter) -> None:
    others = [Counter(counter.store) for _ in range(3)]
    for hours, other in enumerate(others):
        other.clock.pass_(timedelta(hours=hours - 1, milliseconds=hours))
    answers = await asyncio.gather(*(side.place("k") for side in (counter, *others)))
    assert [answer.json() for answer in answers] == [answers[0].json()] * 4
    assert sorted(map(replayed, answers)) == [False, True, True, True]
    assert await counter.recorded(after=2) == PLACED


async def test_a_crash_after_the_append_leaves_one_order(counter: Counter) -> None:
    """The process is gone with all it remembered; the repeat meets another one, an hour later."""
    first = await counter.place("k")
    next_process = Counter(counter.store)
    next_process.clock.pass_(timedelta(hours=1))
    again = await next_process.place("k")
    assert (again.json(), replayed(again)) == (first.json(), True)


async def test_a_later_release_with_more_optional_fields_takes_a_repeat_for_one(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await counter.place("k")
    monkeypatch.setattr(command_api.routers.place_order, "NewOrder", LaterOrder)
    again = await counter.place("k")
    assert (again.status_code, again.json(), replayed(again)) == (201, first.json(), True)
    said = {"json": basket(giftNote="for you"), "headers": BOB | key("k")}
    await counter.refused(422, "idempotency_key_reused", "POST", "/orders", **said)


class LaterAddress(NewAddress):
    """With what a release might add."""

    floor: str = ""


class LaterOrder(NewOrder):
    """With what a release might add."""

    gift_note: str | None = None
    priority: int = 3
    shipping_address: LaterAddress
    billing_address: LaterAddress | None = None


async def test_what_is_kept_of_an_answer_is_sealed(counter: Counter) -> None:
    order = (await counter.place("k")).json()
    kept = await counter.store.idempotency_record("customer:bob POST /orders k", now=counter.clock())
    assert kept is not None
    assert order["orderNumber"].encode() not in kept.body
    assert kept.expires_at == counter.clock() + DAY


async def test_what_is_kept_for_a_guest_is_not_sealed_for_the_customer_of_the_same_subject(counter: Counter) -> None:
    kept = []
    for kind in ("customer", "admin"):
        said = {"json": LAMP | {"productId": f"of-a-{kind}"}, "headers": who("bob", kind, "admin") | key("k")}
        assert (await counter.says("POST", "/products", **said)).status_code == 201
        kept.append(await counter.store.idempotency_record(f"{kind}:bob POST /products k", now=counter.clock()))
    subjects = [Sealed.model_validate_json(record.body).subject for record in kept if record]
    assert subjects == ["bob", derived_id("admin", "bob")]


async def test_no_more_than_a_fingerprint_is_kept_of_a_body(counter: Counter) -> None:
    await counter.place("k")
    kept = await counter.store.idempotency_record("customer:bob POST /orders k", now=counter.clock())
    assert kept is not None
    assert len(kept.fingerprint) == 32
    assert b"Baker" not in kept.body + kept.fingerprint
