"""`POST /orders`, when all is well: priced by the server, numbered, sealed, and recorded once."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import RFC_4122, UUID

import pytest

from domain.pricing import CURRENT
from schemas.actor_type import ActorType
from schemas.ids import derived_id
from schemas.order import OrderCreated, OrderNumberClaimed
from schemas.order_number import draw_order_number
from schemas.stream_names import order_number_stream
from tests.integration.doors.counter import ADDRESS, ANN, LAMP, NOON, Counter, basket, key, tally, who
from tests.sealing import unseal

ORDER_NUMBER = re.compile(r"ORD-20260314-[0-9A-HJKMNP-TV-Z]{5}")


async def placed(counter: Counter, name: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await counter.place(name, body)
    assert answer.status_code == 201, answer.text
    order: dict[str, Any] = answer.json()
    return order


async def created(counter: Counter, order: dict[str, Any]) -> OrderCreated:
    [envelope] = await counter.store.stream(order["streamId"])
    assert isinstance(envelope.event, OrderCreated)
    return envelope.event


async def test_an_order_is_answered_with_what_was_agreed(counter: Counter) -> None:
    answer = await counter.place("k", basket(("lamp", 1), ("mug", 2)))
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    order = answer.json()
    assert ORDER_NUMBER.fullmatch(order["orderNumber"])
    assert order == {
        "orderId": order["orderId"],
        "orderNumber": order["orderNumber"],
        "status": "Pending",
        "subtotal": 5297,
        "tax": 384,
        "shipping": 0,
        "totalAmount": 5681,
        "currency": "USD",
        "streamId": f"order-{order['orderId']}",
        "version": 1,
        "position": 3,
    }
    assert "idempotent-replayed" not in answer.headers


async def test_an_order_and_its_number_are_recorded_in_one_append(counter: Counter) -> None:
    order = await placed(counter, "k", basket())
    first, second = await counter.log(after=2)
    assert (first.type, first.stream, first.version) == ("order.created", order["streamId"], 1)
    assert (second.type, second.stream) == ("order.number.claimed", order_number_stream(order["orderNumber"]))
    assert first.correlation_id == second.correlation_id
    assert first.recorded_at == second.recorded_at == NOON


@pytest.mark.parametrize(
    ("line", "address", "totals"),
    [
        (("lamp", 1), {}, (3499, 254, 599)),
        (("lamp", 2), {}, (6998, 507, 0)),
        (("lamp", 1), {"region": "ca"}, (3499, 254, 599)),
        (("lamp", 1), {"country": "DE", "region": None}, (3499, 665, 599)),
        (("lamp", 1), {"country": "DE", "region": "Bavaria"}, (3499, 665, 599)),
        (("lamp", 1), {"country": "NZ", "region": None, "postalCode": "6011"}, (3499, 0, 599)),
        (("lamp", 1), {"region": "OR", "postalCode": "97201"}, (3499, 0, 599)),
        (("mug", 6), {"region": "NY", "postalCode": "10001"}, (5394, 216, 0)),
    ],
)
async def test_totals_come_from_the_table_of_rules(
    counter: Counter, line: tuple[str, int], address: dict[str, object], totals: tuple[int, int, int]
) -> None:
    order = await placed(counter, "k", basket(line, shippingAddress=ADDRESS | address))
    assert (order["subtotal"], order["tax"], order["shipping"]) == totals
    assert order["totalAmount"] == sum(totals)


async def test_tax_follows_where_the_goods_go_and_not_the_bill(counter: Counter) -> None:
    body = basket(billingAddress=ADDRESS | {"country": "GB", "region": None, "postalCode": "SW1A 1AA"})
    assert (await placed(counter, "k", body))["tax"] == 254


async def test_the_total_a_customer_saw_is_accepted_when_it_is_right(counter: Counter) -> None:
    assert (await placed(counter, "k", basket(totalAmount=3499 + 254 + 599)))["totalAmount"] == 4352


async def test_lines_of_one_product_become_one_line(counter: Counter) -> None:
    order = await placed(counter, "k", basket(("mug", 1), ("lamp", 1), ("mug", 2)))
    items = (await created(counter, order)).items
    assert [(line.product_id, line.quantity, line.unit_price) for line in items] == [("mug", 3, 899), ("lamp", 1, 3499)]


async def test_an_order_is_sold_at_the_price_of_its_moment(counter: Counter) -> None:
    before = await placed(counter, "before", basket())
    await counter.done("PUT", "/products/lamp/price", json={"price": {"amount": 2999, "currency": "USD"}})
    after = await placed(counter, "after", basket())
    assert (before["subtotal"], after["subtotal"]) == (3499, 2999)


async def test_the_event_carries_all_that_later_steps_need(counter: Counter) -> None:
    order = await placed(counter, "k", basket(paymentMethod={"token": "tok_decline"}))
    event = await created(counter, order)
    assert (event.customer_id, event.cart_id, event.payment_method.token) == ("bob", None, "tok_decline")
    assert (event.rules_version, event.order_number) == (CURRENT, order["orderNumber"])


async def test_who_names_no_payment_method_pays_with_the_default(counter: Counter) -> None:
    assert (await created(counter, await placed(counter, "k", basket()))).payment_method.token == "tok_ok"


async def test_addresses_are_sealed_for_the_customer_before_they_are_recorded(counter: Counter) -> None:
    bill_to = ADDRESS | {"name": "Pemberton Accounts Ltd"}
    event = await created(counter, await placed(counter, "k", basket(billingAddress=bill_to)))
    assert (event.shipping_address.subject, event.billing_address.subject) == ("bob", "bob")
    assert "221B Baker Street" in unseal(event.shipping_address)
    assert "Pemberton" in unseal(event.billing_address)
    log = b"".join(stored.state for stored in await counter.store.log(0))
    for word in (b"Featherstone", b"Baker Street", b"Pacific Grove", b"93950", b"Pemberton"):
        assert word not in log


async def test_an_event_knows_who_asked_and_why(counter: Counter) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    names = {
        "X-Correlation-ID": "basket-7",
        "X-Request-ID": "try-1",
        "traceparent": f"00-{trace}-b7ad6b7169203331-01",
    }
    await counter.place("k", headers=names)
    for envelope in await counter.log(after=2):
        assert (envelope.correlation_id, envelope.request_id) == ("basket-7", "try-1")
        assert (envelope.actor.id, envelope.actor.type, envelope.actor.roles) == ("bob", "customer", ("customer",))
        assert (envelope.traceparent or "").startswith(f"00-{trace}-")
        assert envelope.occurred_at == NOON


async def test_an_order_is_about_its_customer_and_a_number_about_nobody(counter: Counter) -> None:
    await counter.place("k")
    assert {event.type: event.subject_id for event in await counter.log(after=2)} == {
        "order.created": "bob",
        "order.number.claimed": None,
    }


async def test_an_admin_orders_for_a_customer(counter: Counter) -> None:
    said = {"json": basket(customerId="bob"), "headers": ANN | key("k")}
    order = (await counter.says("POST", "/orders", **said)).json()
    event = await created(counter, order)
    assert (event.customer_id, event.shipping_address.subject) == ("bob", "bob")


async def test_naming_oneself_as_the_customer_is_no_offence(counter: Counter) -> None:
    assert (await created(counter, await placed(counter, "k", basket(customerId="bob")))).customer_id == "bob"


async def test_two_orders_are_two_orders(counter: Counter) -> None:
    one, two = await placed(counter, "one", basket()), await placed(counter, "two", basket())
    assert one["orderId"] != two["orderId"]
    assert one["orderNumber"] != two["orderNumber"]


async def test_a_number_that_is_taken_is_drawn_again(counter: Counter) -> None:
    order_id = (await placed(counter, "k", basket()))["orderId"]
    # The same request at another shop whose first three draws are taken by older orders.
    taken = [draw_order_number(order_id, NOON, draw) for draw in range(3)]
    other = Counter()
    await other.stock(LAMP)
    await other.happened(*(OrderNumberClaimed(order_id="older", order_number=number) for number in taken))
    order = await placed(other, "k", basket())
    await other.store.close()
    assert order["orderId"] == order_id
    assert order["orderNumber"] == draw_order_number(order_id, NOON, 3)
    assert order["orderNumber"] not in taken


async def test_when_every_draw_is_taken_nothing_is_recorded(counter: Counter) -> None:
    order_id = (await placed(counter, "k", basket()))["orderId"]
    other = Counter()
    await other.stock(LAMP)
    taken = {draw_order_number(order_id, NOON, draw) for draw in range(20)}
    await other.happened(*(OrderNumberClaimed(order_id="older", order_number=number) for number in taken))
    await other.refused(409, "conflict", "POST", "/orders", json=basket(), headers=who("bob", "customer") | key("k"))
    await other.store.close()


async def test_orders_placed_at_once_are_all_recorded(counter: Counter) -> None:
    answers = await asyncio.gather(*(counter.place(f"k-{number}") for number in range(50)))
    orders = [answer.json() for answer in answers]
    assert len({order["orderId"] for order in orders}) == len({order["orderNumber"] for order in orders}) == 50
    assert tally(await counter.recorded(after=2)) == {"order.created": 50, "order.number.claimed": 50}


def time_of(identifier: str) -> datetime:
    """The time of a UUIDv7, to the millisecond."""
    parsed = UUID(identifier)
    assert (str(parsed), parsed.version, parsed.variant) == (identifier, 7, RFC_4122)
    return datetime.fromtimestamp((parsed.int >> 80) / 1_000, UTC)


async def test_order_ids_tell_when_the_order_was_placed_and_sort_so(counter: Counter) -> None:
    ids = []
    for number in range(40):
        ids.append((await placed(counter, f"k-{99 - number}", basket()))["orderId"])
        assert time_of(ids[-1]) == counter.clock.now.replace(microsecond=counter.clock.now.microsecond // 1_000 * 1_000)
        counter.clock.pass_(timedelta(microseconds=1 + number**4))
    assert ids == sorted(ids)
    assert len(set(ids)) == 40


@pytest.mark.parametrize("name", ["k", "019ceb9e-f0fa-7c3d-a1b2-5f0e9d8c7b6a", '"quoted"'])
async def test_an_order_id_tells_the_time_whatever_its_key_says(counter: Counter, name: str) -> None:
    assert time_of((await placed(counter, name, basket()))["orderId"]) == NOON


@pytest.mark.parametrize("headers", [{}, key("k")])
async def test_every_id_that_the_shop_gives_tells_its_time(counter: Counter, headers: dict[str, str]) -> None:
    counter.clock.pass_(timedelta(days=400))
    for path, name, body in (
        ("/products", "productId", {field: value for field, value in LAMP.items() if field != "productId"}),
        ("/inventory/receipts", "receiptId", {"items": [{"productId": "lamp", "quantity": 5}]}),
        ("/inventory/adjustments", "adjustmentId", {"productId": "lamp", "delta": -1, "reason": "one broke"}),
    ):
        answer = await counter.done("POST", path, 201, json=body, headers=headers)
        assert time_of(answer[name]) == counter.clock.now


@pytest.mark.parametrize("kind", sorted(set(ActorType) - {ActorType.CUSTOMER}))
async def test_an_order_of_another_kind_of_actor_is_not_that_of_the_customer_of_its_subject(
    counter: Counter, kind: str
) -> None:
    headers = who("bob", kind, "customer") | key("k")
    order = await counter.says("POST", "/orders", json=basket(), headers=headers)
    event = await created(counter, order.json())
    assert event.customer_id == event.shipping_address.subject == derived_id(kind, "bob")
    if kind != ActorType.ADMIN:
        said = {"json": basket(customerId="bob"), "headers": headers}
        await counter.refused(403, "forbidden", "POST", "/orders", **said)


async def test_who_is_a_customer_and_an_admin_orders_for_both(counter: Counter) -> None:
    headers = who("ann", "customer", "admin")
    for name, said, customer in (("own", {}, "ann"), ("other", {"customerId": "bob"}, "bob")):
        answer = await counter.says("POST", "/orders", json=basket(**said), headers=headers | key(name))
        assert (await created(counter, answer.json())).customer_id == customer
