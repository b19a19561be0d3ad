"""Carts at the write side's door: adding by what is available, checking out once, and taking a guest's cart over."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import command_api.main
from domain.cart.snapshot import CART_SNAPSHOT
from domain.cart.timers import CartLifetimes
from edge import rate_limits
from edge.limit_counters import MemoryCounters
from edge.rate_limits import LIMITS, Limit, RateLimiter
from event_store.records import Timer
from schemas.cart import CartCheckedOut, CartHandedOver, CartItemAdded, CartTransferred
from schemas.cart_id import GUEST_ID, new_guest_id
from schemas.order import OrderCreated, OrderNumberClaimed
from schemas.stream_names import cart_stream
from tests.examples import GUEST_ID as GUEST
from tests.integration.doors.counter import ADDRESS, ANN, BOB, EVE, LAMP, MUG, Counter, key, open_counter, problem, who

AS_GUEST = who(GUEST, kind="guest")
UNVERIFIED = who("una", kind="customer")
DAY = CartLifetimes().abandoned_after
MONTH = CartLifetimes().guest_expires_after


@pytest.fixture
async def counter(bare: Counter) -> Counter:
    """A command API with ten lamps and twenty mugs."""
    await bare.stock(LAMP, MUG)
    items = [{"productId": "lamp", "quantity": 10}, {"productId": "mug", "quantity": 20}]
    await bare.done("POST", "/inventory/receipts", 201, json={"receiptId": "first", "items": items})
    return bare


def pieces(product_id: str, quantity: int) -> dict[str, Any]:
    return {"json": {"productId": product_id, "quantity": quantity}}


async def added(counter: Counter, product_id: str, quantity: int, *, owner: str = "bob") -> dict[str, Any]:
    headers = who(owner, "customer") if not GUEST_ID.fullmatch(owner) else who(owner, kind="guest")
    return await counter.done("POST", f"/carts/{owner}/items", headers=headers, **pieces(product_id, quantity))


async def types(counter: Counter, owner: str = "bob") -> list[str]:
    return [envelope.type for envelope in await counter.store.stream(cart_stream(owner))]


async def timers(counter: Counter) -> list[Timer]:
    return await counter.store.due(counter.clock.now + timedelta(days=400), kind="cart")


def checkout(cart_id: str = "bob.1", **said: Any) -> dict[str, Any]:
    return {"cartId": cart_id, "shippingAddress": ADDRESS, **said}


async def test_the_first_item_makes_the_cart_and_the_answer_counts_what_is_in_it(counter: Counter) -> None:
    answer = await added(counter, "mug", 2)
    assert (answer["cartId"], answer["products"], answer["pieces"], answer["version"]) == ("bob.1", 1, 2, 2)
    assert await types(counter) == ["cart.created", "cart.item.added"]
    [_, envelope] = await counter.store.stream(cart_stream("bob"))
    assert (envelope.subject_id, envelope.position, envelope.actor.id) == ("bob", answer["position"], "bob")
    assert isinstance(envelope.event, CartItemAdded)
    assert envelope.event.unit_price_seen.amount == 899


async def test_an_unknown_product_is_not_found_and_a_discontinued_one_refused(counter: Counter) -> None:
    said: dict[str, Any] = {"headers": BOB}
    await counter.refused(404, "not_found", "POST", "/carts/bob/items", **pieces("unicorn", 1), **said)
    await counter.done("POST", "/products/mug/discontinue")
    await counter.refused(409, "product_not_for_sale", "POST", "/carts/bob/items", **pieces("mug", 1), **said)
    assert await types(counter) == []


async def test_more_than_is_available_is_refused_with_what_is(counter: Counter) -> None:
    await added(counter, "lamp", 4)
    answer = await counter.says("POST", "/carts/bob/items", headers=BOB, **pieces("lamp", 7))
    refusal = problem(answer, 409, "not_available")
    assert (refusal["available"], refusal["inCart"], refusal["productId"]) == (10, 4, "lamp")
    assert await types(counter) == ["cart.created", "cart.item.added"]
    await added(counter, "lamp", 6)


async def test_quantities_are_set_and_products_taken_out(counter: Counter) -> None:
    await added(counter, "mug", 2)
    put = await counter.done("PUT", "/carts/bob/items/mug", headers=BOB, json={"quantity": 5})
    assert put["pieces"] == 5
    await counter.refused(404, "not_found", "PUT", "/carts/bob/items/lamp", headers=BOB, json={"quantity": 5})
    for _ in range(2):
        assert (await counter.done("DELETE", "/carts/bob/items/mug", headers=BOB))["pieces"] == 0
    await added(counter, "mug", 1)
    for _ in range(2):
        assert (await counter.done("DELETE", "/carts/bob", headers=BOB))["products"] == 0
    assert (await types(counter))[2:] == [
        "cart.item.quantity.changed",
        "cart.item.removed",
        "cart.item.added",
        "cart.cleared",
    ]


@pytest.mark.parametrize(
    ("headers", "owner"),
    [
        (EVE, "bob"),
        (ANN, "bob"),
        (who("bob", "admin"), "bob"),
        (who("bob", kind="guest"), "bob"),
        (AS_GUEST, "bob"),
        (BOB, GUEST),
        (who(GUEST, "customer"), GUEST),
        (who("bff", kind="guest"), "bff"),
    ],
)
async def test_a_cart_is_its_owners_alone(counter: Counter, headers: dict[str, str], owner: str) -> None:
    for method, path, body in (
        ("POST", f"/carts/{owner}/items", pieces("mug", 1)),
        ("PUT", f"/carts/{owner}/items/mug", {"json": {"quantity": 1}}),
        ("DELETE", f"/carts/{owner}/items/mug", {}),
        ("DELETE", f"/carts/{owner}", {}),
    ):
        await counter.refused(404, "not_found", method, path, headers=headers, **body)
    assert await types(counter, owner) == []


async def test_who_has_not_verified_an_address_has_a_cart_but_checks_out_nothing(counter: Counter) -> None:
    answer = await counter.says("POST", "/carts/una/items", headers=UNVERIFIED, **pieces("mug", 1))
    assert answer.status_code == 200
    said = {"headers": UNVERIFIED | key("k"), "json": checkout("una.1")}
    await counter.refused(403, "email_not_verified", "POST", "/orders", **said)


async def test_an_add_under_a_key_happens_once(counter: Counter) -> None:
    said = {"headers": BOB | key("k"), **pieces("mug", 2)}
    first = await counter.says("POST", "/carts/bob/items", **said)
    again = await counter.says("POST", "/carts/bob/items", **said)
    assert again.headers["idempotent-replayed"] == "true"
    assert (first.json(), again.status_code) == (again.json(), 200)
    assert await types(counter) == ["cart.created", "cart.item.added"]


async def test_fifty_parallel_adds_lose_none(counter: Counter) -> None:
    await counter.done(
        "POST", "/inventory/receipts", 201, json={"items": [{"productId": "mug", "quantity": 100}], "receiptId": "more"}
    )
    answers = await asyncio.gather(*(added(counter, "mug", 1) for _ in range(50)))
    assert sorted(answer["pieces"] for answer in answers) == [*range(1, 51)]
    assert (await types(counter)).count("cart.item.added") == 50


async def test_parallel_adds_take_no_more_than_is_available(counter: Counter) -> None:
    answers = await asyncio.gather(
        *(counter.says("POST", "/carts/bob/items", headers=BOB, **pieces("lamp", 3)) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 409, 409]


async def test_an_order_takes_the_cart_in_one_append_and_the_next_round_begins(counter: Counter) -> None:
    await added(counter, "mug", 2)
    await added(counter, "lamp", 1)
    placed = await counter.place("k", checkout())
    order = placed.json()
    assert (placed.status_code, order["subtotal"]) == (201, 2 * 899 + 3499)
    events = (await counter.log())[-3:]
    assert [type(each.event) for each in events] == [CartCheckedOut, OrderCreated, OrderNumberClaimed]
    assert events[0].position == order["position"] - 1
    created = events[1].event
    assert isinstance(created, OrderCreated)
    assert (created.cart_id, [line.product_id for line in created.items]) == ("bob.1", ["mug", "lamp"])
    assert (await added(counter, "mug", 1))["cartId"] == "bob.2"
    again = await counter.place("k", checkout())
    assert (again.json(), again.headers["idempotent-replayed"]) == (order, "true")


async def test_two_tabs_make_one_order(counter: Counter) -> None:
    await added(counter, "mug", 2)
    answers = await asyncio.gather(*(counter.place(f"tab-{n}", checkout()) for n in range(4)))
    [order] = [answer.json() for answer in answers if answer.status_code == 201]
    refusals = [problem(answer, 409, "cart_checked_out") for answer in answers if answer.status_code != 201]
    assert {(each["orderId"], each["orderNumber"]) for each in refusals} == {(order["orderId"], order["orderNumber"])}
    assert len(refusals) == 3
    assert (await counter.recorded()).count("order.created") == 1


async def test_a_price_that_changed_gives_the_new_quote_whatever_was_stated(counter: Counter) -> None:
    await added(counter, "mug", 2)
    await counter.done("PUT", "/products/mug/price", json={"price": {"amount": 999, "currency": "USD"}})
    unstated = problem(await counter.place("a", checkout()), 409, "total_differs")
    stated = problem(await counter.place("b", checkout(totalAmount=2_527)), 409, "total_differs")
    assert unstated["subtotal"] == stated["subtotal"] == 1_998
    assert await types(counter) == ["cart.created", "cart.item.added"]
    placed = await counter.place("c", checkout(totalAmount=stated["totalAmount"]))
    assert placed.json()["subtotal"] == 1_998


async def test_a_price_that_was_accepted_needs_no_total(counter: Counter) -> None:
    await added(counter, "mug", 2)
    await counter.done("PUT", "/products/mug/price", json={"price": {"amount": 999, "currency": "USD"}})
    await counter.done("PUT", "/carts/bob/items/mug", headers=BOB, json={"quantity": 2})
    assert (await counter.place("a", checkout())).json()["subtotal"] == 1_998


async def test_a_discontinued_product_in_the_cart_cannot_be_bought(counter: Counter) -> None:
    await added(counter, "mug", 2)
    await added(counter, "lamp", 1)
    await counter.done("POST", "/products/mug/discontinue")
    refusal = problem(await counter.place("k", checkout()), 409, "product_not_for_sale")
    assert refusal["productIds"] == ["mug"]
    await counter.done("DELETE", "/carts/bob/items/mug", headers=BOB)
    assert (await counter.place("l", checkout())).status_code == 201


@pytest.mark.parametrize(
    ("cart_id", "status", "code"),
    [
        ("bob.1", 409, "cart_empty"),
        ("bob.2", 404, "not_found"),
        ("eve.1", 404, "not_found"),
        ("bob", 404, "not_found"),
        (f"{GUEST}.1", 404, "not_found"),
    ],
)
async def test_what_is_no_cart_of_the_customer_is_not_checked_out(
    counter: Counter, cart_id: str, status: int, code: str
) -> None:
    await added(counter, "mug", 2, owner="eve")
    said = {"headers": BOB | key("k"), "json": checkout(cart_id)}
    await counter.refused(status, code, "POST", "/orders", **said)


async def test_an_order_is_of_items_or_of_a_cart(counter: Counter) -> None:
    items = [{"productId": "mug", "quantity": 1}]
    for body in (checkout(items=items), {"shippingAddress": ADDRESS}):
        await counter.refused(422, "invalid", "POST", "/orders", headers=BOB | key("k"), json=body)


async def transferred(counter: Counter, guest: str = GUEST, owner: str = "bob") -> dict[str, Any]:
    headers = who(owner, "customer")
    return await counter.done("POST", f"/carts/{owner}/transfer", headers=headers, json={"guestId": guest})


async def test_a_guests_cart_is_summed_capped_and_reported(counter: Counter) -> None:
    await added(counter, "mug", 15)
    await added(counter, "mug", 4, owner=GUEST)
    await added(counter, "lamp", 10, owner=GUEST)
    await counter.done(
        "POST", "/inventory/adjustments", 201, json={"productId": "lamp", "delta": -7, "reason": "broke"}
    )
    answer = await transferred(counter)
    assert [
        (line["productId"], line["guestQuantity"], line["userQuantity"], line["resultQuantity"], line["rule"])
        for line in answer["lines"]
    ] == [("mug", 4, 15, 19, "summed"), ("lamp", 10, 0, 3, "cappedAtStock")]
    last = (await counter.log())[-2:]
    assert [type(each.event) for each in last] == [CartTransferred, CartHandedOver]
    assert (answer["cartId"], answer["version"], answer["position"]) == ("bob.1", 3, last[0].position)
    assert [each.subject_id for each in last] == ["bob", None]


async def test_a_repeat_of_a_transfer_gets_the_same_answer_and_adds_nothing(counter: Counter) -> None:
    await added(counter, "mug", 4, owner=GUEST)
    first, second = await asyncio.gather(transferred(counter), transferred(counter))
    await added(counter, "lamp", 1)
    head = await counter.store.head()
    assert first == second == await transferred(counter)
    assert await counter.store.head() == head


async def test_a_repeat_of_an_empty_transfer_does_not_answer_with_anothers_lines(counter: Counter) -> None:
    other = new_guest_id()
    await added(counter, "lamp", 2, owner=other)
    await counter.done("DELETE", f"/carts/{other}", headers=who(other, kind="guest"))
    await added(counter, "mug", 4, owner=GUEST)
    await transferred(counter)
    first = await transferred(counter, other)
    assert (first["lines"], await transferred(counter, other)) == ([], first)


async def test_who_knows_a_spent_or_unknown_guest_gets_nothing(counter: Counter) -> None:
    await added(counter, "mug", 4, owner=GUEST)
    await transferred(counter)
    assert (await transferred(counter, owner="eve"))["lines"] == []
    assert (await transferred(counter, new_guest_id()))["lines"] == []
    await counter.refused(
        409, "cart_transferred", "POST", f"/carts/{GUEST}/items", headers=AS_GUEST, **pieces("mug", 1)
    )


@pytest.mark.parametrize("before", [0, 3, 8])
async def test_a_transfer_racing_with_adds_loses_none(counter: Counter, before: int) -> None:
    async def add(n: int) -> int:
        owner, headers = (GUEST, AS_GUEST) if n % 2 else ("bob", BOB)
        return (await counter.says("POST", f"/carts/{owner}/items", headers=headers, **pieces("mug", 1))).status_code

    await added(counter, "mug", 1, owner=GUEST)
    [moved, *statuses] = await asyncio.gather(
        transferred(counter), *(add(n) for n in range(before, 8)), *(add(n) for n in range(before))
    )
    assert moved["lines"][0]["rule"] == "summed"
    assert set(statuses) <= {200, 409}
    assert (await added(counter, "mug", 1))["pieces"] == 2 + statuses.count(200)


@pytest.mark.parametrize(("headers", "owner"), [(AS_GUEST, GUEST), (AS_GUEST, "bob"), (ANN, "ann"), (EVE, "bob")])
async def test_only_a_person_takes_a_cart_over_into_their_own(
    counter: Counter, headers: dict[str, str], owner: str
) -> None:
    said = {"headers": headers, "json": {"guestId": GUEST}}
    await counter.refused(404, "not_found", "POST", f"/carts/{owner}/transfer", **said)


@pytest.mark.parametrize("guest", ["bob", "guest-1", f"{GUEST}0"])
async def test_nobody_takes_over_what_is_no_guests(counter: Counter, guest: str) -> None:
    await counter.refused(422, "invalid", "POST", "/carts/eve/transfer", headers=EVE, json={"guestId": guest})


async def test_the_timer_of_a_cart_is_set_anew_by_whatever_happens_to_it(counter: Counter) -> None:
    await added(counter, "mug", 2)
    counter.clock.pass_(timedelta(hours=5))
    await added(counter, "mug", 2)
    [timer] = await timers(counter)
    assert (timer.subject, timer.token, timer.due_at) == ("bob", "abandonment/3", counter.clock.now + DAY)
    await counter.place("k", checkout())
    assert await timers(counter) == []


async def test_a_guests_empty_cart_waits_for_its_end(counter: Counter) -> None:
    await added(counter, "mug", 2, owner=GUEST)
    await counter.done("DELETE", f"/carts/{GUEST}", headers=AS_GUEST)
    [timer] = await timers(counter)
    assert (timer.subject, timer.token, timer.due_at) == (GUEST, "expiry/3", counter.clock.now + MONTH)
    await transferred(counter)
    assert await timers(counter) == []


async def test_guests_of_one_network_change_carts_so_often_and_people_as_they_like(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limits, "LIMITS", {**LIMITS, "change of a guest's cart by address": Limit(2, 60)})
    context = counter.app.state.context
    limited = replace(context.accounts, limiter=RateLimiter(MemoryCounters()))
    counter.app.state.context = replace(context, accounts=limited)
    for _ in range(2):
        await added(counter, "mug", 1, owner=GUEST)
    other = new_guest_id()
    said = {"headers": who(other, kind="guest"), **pieces("mug", 1)}
    await counter.refused(429, "too_many_requests", "POST", f"/carts/{other}/items", **said)
    await added(counter, "mug", 1)


async def test_a_long_cart_is_read_from_its_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command_api.main, "SNAPSHOT_CART_EVERY", 4)
    async with open_counter() as counter:
        await counter.stock(MUG)
        mugs = [{"productId": "mug", "quantity": 20}]
        await counter.done("POST", "/inventory/receipts", 201, json={"receiptId": "first", "items": mugs})
        for _ in range(6):
            await added(counter, "mug", 1)
        snapshot = await counter.store.snapshot(cart_stream("bob"), decider=CART_SNAPSHOT.version)
        assert snapshot is not None
        assert snapshot.version >= 4
        restarted = Counter(counter.store)
        async with restarted.client:
            assert (await added(restarted, "mug", 1))["pieces"] == 7
        await restarted.accounts.passwords.close()
