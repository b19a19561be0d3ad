"""Orders at the query door: a customer's own and whole, a colleague's by role, addresses for those they concern."""

import asyncio
from typing import Any

import pytest

from projectors.document_io import Database
from schemas.actor_type import ActorType
from schemas.documents import ORDERS_VIEW
from tests.histories import COMPLETED, events, recorded
from tests.integration.doors.counter import ADDRESS, ANN, BOB, EVE, Counter, basket, key, who
from tests.integration.doors.reader import Reader


@pytest.fixture
async def orders(counter: Counter, reader: Reader) -> dict[str, Any]:
    """One order of Bob's and two of Eve's, in the log and in the documents; Bob's by "bob"."""
    placed = {"bob": (await counter.place("k")).json()}
    for name in ("eve", "eve again"):
        said = {"json": basket(("mug", 2)), "headers": EVE | key(name.replace(" ", "-"))}
        placed[name] = (await counter.says("POST", "/orders", **said)).json()
    await reader.sees(await counter.log())
    return placed


async def listed(reader: Reader, who_asks: dict[str, str], **asked: object) -> list[str]:
    answer = await reader.told("/orders", headers=who_asks, params=asked)
    assert answer["total"] >= len(answer["items"])
    return [item["orderId"] for item in answer["items"]]


async def test_an_order_is_shown_as_it_was_placed(reader: Reader, orders: dict[str, Any]) -> None:
    placed = orders["bob"]
    order = await reader.told(f"/orders/{placed['orderId']}", headers=BOB)
    for name in ("orderId", "orderNumber", "status", "subtotal", "tax", "shipping", "totalAmount", "currency"):
        assert order[name] == placed[name], name
    assert order["items"] == [{"productId": "lamp", "name": "Bedside lamp", "quantity": 1, "unitPrice": 3499}]
    assert (order["customerId"], order["paymentStatus"], order["fulfilmentStatus"]) == ("bob", "none", "none")
    assert [line["type"] for line in order["timeline"]] == ["order.created"]
    assert "_id" not in order


async def test_a_customer_reads_their_address_in_the_clear(reader: Reader, orders: dict[str, Any]) -> None:
    order = await reader.told(f"/orders/{orders['bob']['orderId']}", headers=BOB)
    assert {**ADDRESS, "line2": None} == order["shippingAddress"] == order["billingAddress"]


async def test_the_documents_hold_no_address_in_the_clear(
    reader: Reader, orders: dict[str, Any], mongodb: Database
) -> None:
    stored = str(await mongodb[ORDERS_VIEW.name].find().to_list())
    assert orders["bob"]["orderNumber"] in stored
    assert not [word for word in ADDRESS.values() if len(word) > 2 and word in stored]


async def test_an_address_whose_key_is_gone_is_nothing_and_the_order_is_still_there(
    reader: Reader, orders: dict[str, Any], mongodb: Database
) -> None:
    order_id = orders["bob"]["orderId"]
    await mongodb[ORDERS_VIEW.name].update_one({"_id": order_id}, {"$set": {"shippingAddress.key": "destroyed"}})
    order = await reader.told(f"/orders/{order_id}", headers=BOB)
    assert order["shippingAddress"] is None
    assert order["billingAddress"]["city"] == ADDRESS["city"]


async def test_a_list_tells_no_addresses_and_no_stories(reader: Reader, orders: dict[str, Any]) -> None:
    for headers in (ANN, BOB):
        for item in (await reader.told("/orders", headers=headers))["items"]:
            assert not item.keys() & {"shippingAddress", "billingAddress", "timeline", "rulesVersion", "_id"}


@pytest.mark.parametrize("role", sorted(set(ActorType) - {ActorType.ADMIN}))
async def test_somebody_elses_order_looks_like_none_at_all(reader: Reader, orders: dict[str, Any], role: str) -> None:
    order_id = orders["bob"]["orderId"]
    there = await reader.refused(404, "not_found", f"/orders/{order_id}", headers=who("mallory", role))
    nowhere = await reader.refused(404, "not_found", "/orders/nowhere", headers=who("mallory", role))
    assert there["detail"].replace(order_id, "nowhere") == nowhere["detail"]
    assert there.keys() == nowhere.keys()


@pytest.mark.parametrize("kind", sorted(set(ActorType) - {ActorType.CUSTOMER}))
@pytest.mark.parametrize("roles", [(), ("customer",)], ids=["alone", "in the role of a customer"])
async def test_another_kind_of_actor_with_a_customers_subject_is_somebody_else(
    reader: Reader, orders: dict[str, Any], kind: str, roles: tuple[str, ...]
) -> None:
    namesake = who("bob", *roles, "analyst", kind=kind)
    await reader.refused(404, "not_found", f"/orders/{orders['bob']['orderId']}", headers=namesake)
    answer = await reader.told("/orders", headers=namesake)
    assert (answer["items"], answer["total"], answer["next"]) == ([], 0, None)
    assert await listed(reader, namesake, ids=orders["bob"]["orderId"]) == []
    await reader.refused(403, "forbidden", "/orders", headers=namesake, params={"customerId": "bob"})


async def test_a_customer_lists_their_own_orders_only(reader: Reader, orders: dict[str, Any]) -> None:
    assert await listed(reader, BOB) == [orders["bob"]["orderId"]]
    assert set(await listed(reader, EVE)) == {orders["eve"]["orderId"], orders["eve again"]["orderId"]}
    assert await listed(reader, who("mallory", "customer")) == []


async def test_no_filter_opens_somebody_elses_orders(reader: Reader, orders: dict[str, Any]) -> None:
    theirs = ",".join(order["orderId"] for order in orders.values())
    assert await listed(reader, BOB, ids=theirs) == [orders["bob"]["orderId"]]
    assert await listed(reader, BOB, status="Pending") == [orders["bob"]["orderId"]]
    await reader.refused(403, "forbidden", "/orders", headers=BOB, params={"customerId": "eve"})


async def test_a_customer_is_told_how_many_are_theirs_and_not_how_many_there_are(
    reader: Reader, orders: dict[str, Any]
) -> None:
    for asked in ({}, {"status": "Pending"}, {"customerId": "bob"}):
        assert (await reader.told("/orders", headers=BOB, params=asked))["total"] == 1


async def test_an_admin_lists_all_or_as_asked(reader: Reader, orders: dict[str, Any]) -> None:
    ids = {name: order["orderId"] for name, order in orders.items()}
    assert set(await listed(reader, ANN)) == set(ids.values())
    assert await listed(reader, ANN, customerId="bob") == [ids["bob"]]
    assert set(await listed(reader, ANN, ids=f"{ids['bob']},{ids['eve']},nowhere")) == {ids["bob"], ids["eve"]}
    assert set(await listed(reader, ANN, status="Pending")) == set(ids.values())
    assert await listed(reader, ANN, status="Failed") == []


async def test_ids_may_be_repeated_or_separated(reader: Reader, orders: dict[str, Any]) -> None:
    one, two = orders["bob"]["orderId"], orders["eve"]["orderId"]
    for asked in ([("ids", f"{one},{two}")], [("ids", one), ("ids", two)]):
        answer = await reader.told("/orders", params=asked)
        assert {item["orderId"] for item in answer["items"]} == {one, two}
        assert answer["total"] == 2


async def test_a_list_comes_in_pages_that_do_not_overlap(reader: Reader, orders: dict[str, Any]) -> None:
    pages = [await listed(reader, ANN, skip=skip, limit=1) for skip in range(4)]
    assert sorted(page[0] for page in pages[:3]) == sorted(order["orderId"] for order in orders.values())
    assert pages[3] == []
    answer = await reader.told("/orders", params={"skip": 1, "limit": 1})
    assert (answer["total"], answer["skip"], answer["limit"]) == (3, 1, 1)


async def test_the_newest_order_comes_first(reader: Reader) -> None:
    story = [*events(*COMPLETED[:2], order_id="older"), *events(*COMPLETED[:2], order_id="newer")]
    await reader.sees(recorded(story))
    assert await listed(reader, ANN) == ["newer", "older"]


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 201},
        {"limit": "many"},
        {"skip": -1},
        {"skip": 100_001},
        {"status": "Lost"},
        {"status": "pending"},
        {"customerId": "../bob"},
        {"customerId": ""},
        {"ids": ""},
        {"ids": "a,,b"},
        {"ids": "$where"},
        {"customer": "bob"},
        {"customerId[$ne]": "bob"},
    ],
)
async def test_a_question_is_held_to_its_form(reader: Reader, asked: dict[str, Any]) -> None:
    refusal = await reader.refused(422, "invalid", "/orders", params=asked)
    assert {error["in"] for error in refusal["errors"]} == {"query"}


async def test_too_many_ids_are_too_many(reader: Reader) -> None:
    ids = [f"id-{number}" for number in range(201)]
    await reader.refused(422, "invalid", "/orders", params={"ids": ",".join(ids)})
    assert (await reader.told("/orders", params={"ids": ",".join(ids[:200])}))["total"] == 0


async def test_orders_are_counted_in_all_and_by_status(reader: Reader, orders: dict[str, Any]) -> None:
    assert await reader.told("/orders/counts") == {"all": 3, "Pending": 3}
    assert await reader.told("/orders/counts", headers=who("olga", "operator")) == {"all": 3, "Pending": 3}


async def test_questions_asked_at_once_are_each_answered_for_who_asked(reader: Reader, orders: dict[str, Any]) -> None:
    answers = await asyncio.gather(*(listed(reader, headers) for headers in (BOB, EVE) * 10))
    assert [len(answer) for answer in answers] == [1, 2] * 10
