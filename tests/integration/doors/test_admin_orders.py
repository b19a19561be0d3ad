"""Orders as admins find them: by number, customer, mail address, status and time; one by one with its saga."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from projectors.models.orders import ORDERS
from query_api.cursors import Sort
from query_api.routers.admin_orders import BY_TIME, sort_of
from query_api.routers.orders import NEWEST_FIRST
from schemas.documents import Document
from tests.histories import COMPLETED, events, recorded
from tests.integration.doors.counter import BOB, EVE, LAMP, NOON, OLIVE, Counter, basket, key
from tests.integration.doors.people import mail_of, verified
from tests.integration.doors.reader import Reader


@pytest.fixture
async def orders(counter: Counter, reader: Reader) -> dict[str, Any]:
    """An order of Bob's, an hour later one of Eve's, and after another hour a second one of Bob's."""
    placed = {}
    for name, headers in (("bob", BOB), ("eve", EVE), ("bob later", BOB)):
        said = {"json": basket(), "headers": headers | key(name.replace(" ", "-"))}
        placed[name] = (await counter.says("POST", "/orders", **said)).json()
        counter.clock.pass_(timedelta(hours=1))
    log = await counter.log()
    await reader.sees([*log, *recorded([*verified("bob"), *verified("eve")], after=len(log))])
    return placed


async def found(reader: Reader, orders: dict[str, Any], **asked: object) -> list[str]:
    """The names of the orders that are found, in their order."""
    names = {order["orderId"]: name for name, order in orders.items()}
    answer = await reader.told("/admin/orders", params=asked)
    assert answer["total"] == len(answer["items"])
    return [names[item["orderId"]] for item in answer["items"]]


def at(hours: float) -> str:
    return (NOON + timedelta(hours=hours)).isoformat()


async def test_all_are_listed_the_newest_first(reader: Reader, orders: dict[str, Any]) -> None:
    assert await found(reader, orders) == ["bob later", "eve", "bob"]


async def test_an_order_is_found_by_its_number(reader: Reader, orders: dict[str, Any]) -> None:
    assert await found(reader, orders, number=orders["eve"]["orderNumber"]) == ["eve"]
    assert await found(reader, orders, number="ORD-20260314-00000") == []
    await reader.refused(422, "invalid", "/admin/orders", params={"number": "42"})


async def test_the_orders_of_a_customer(reader: Reader, orders: dict[str, Any]) -> None:
    assert await found(reader, orders, customerId="bob") == ["bob later", "bob"]
    assert await found(reader, orders, email=mail_of("bob").upper()) == ["bob later", "bob"]
    assert await found(reader, orders, email=mail_of("nobody")) == []
    assert await found(reader, orders, email=mail_of("bob"), customerId="eve") == []
    [error] = (await reader.refused(422, "invalid", "/admin/orders", params={"email": "bob"}))["errors"]
    assert (error["field"], error["in"]) == ("email", "query")


async def test_the_orders_of_a_time(reader: Reader, orders: dict[str, Any]) -> None:
    assert await found(reader, orders, **{"from": at(1)}) == ["bob later", "eve"]
    assert await found(reader, orders, to=at(1)) == ["bob"]
    assert await found(reader, orders, **{"from": at(0.5), "to": at(1.5)}) == ["eve"]
    assert await found(reader, orders, customerId="bob", **{"from": at(0.5)}) == ["bob later"]
    assert await found(reader, orders, status="Pending", **{"from": at(0.5)}) == ["bob later", "eve"]
    assert await found(reader, orders, status="Failed", **{"from": at(0.5)}) == []


@pytest.mark.parametrize("asked", [{"from": at(2), "to": at(1)}, {"from": "2026-03-14T12:00:00"}, {"from": "noon"}])
async def test_a_time_is_one_range_in_a_time_zone(reader: Reader, asked: dict[str, str]) -> None:
    await reader.refused(422, "invalid", "/admin/orders", params=asked)


@pytest.mark.parametrize("asked", [{}, {"status": "Pending"}, {"from": at(-1)}, {"email": mail_of("bob")}])
async def test_pages_follow_one_another(reader: Reader, orders: dict[str, Any], asked: dict[str, str]) -> None:
    whole = [item["orderId"] for item in (await reader.told("/admin/orders", params=asked))["items"]]
    seen, cursor = list[str](), ""
    while cursor is not None:
        page = await reader.told("/admin/orders", params=asked | {"limit": 1} | ({"cursor": cursor} if cursor else {}))
        seen += [item["orderId"] for item in page["items"]]
        cursor = page["next"]
    assert seen == whole != []


async def test_an_order_is_whole_with_its_saga(reader: Reader, orders: dict[str, Any]) -> None:
    by_id = await reader.told(f"/admin/orders/{orders['bob']['orderId']}")
    assert by_id == await reader.told(f"/admin/orders/{orders['bob']['orderNumber']}")
    assert (by_id["saga"], by_id["rulesVersion"]) == ({"state": "NEW", "request": None}, "2026-2")
    assert by_id["shippingAddress"]["city"] == "Pacific Grove"
    assert [line["type"] for line in by_id["timeline"]] == ["order.created"]
    for unknown in ("nobody", "ORD-20260314-00000"):
        await reader.refused(404, "not_found", f"/admin/orders/{unknown}")


async def test_a_saga_is_told_as_far_as_it_has_come(reader: Reader) -> None:
    await reader.sees(recorded(events(*COMPLETED)))
    [order] = (await reader.told("/admin/orders"))["items"]
    assert (await reader.told(f"/admin/orders/{order['orderId']}"))["saga"]["state"] == "COMPLETED"


@pytest.mark.parametrize("caller", [BOB, OLIVE])
async def test_only_admins_find_orders(reader: Reader, orders: dict[str, Any], caller: dict[str, str]) -> None:
    for path in ("", f"/{orders['bob']['orderId']}"):
        await reader.refused(403, "forbidden", f"/admin/orders{path}", headers=caller)


async def test_discontinued_products_are_there_for_admins(counter: Counter, reader: Reader) -> None:
    await counter.done("POST", "/products/mug/discontinue")
    log = await counter.log()
    await reader.sees([*log, *recorded(events("stock.replenished"), after=len(log))])  # of a product that is not listed

    async def listed(**asked: object) -> tuple[list[tuple[str, bool]], int]:
        answer = await reader.told("/admin/products", params=asked)
        return [(item["productId"], item["forSale"]) for item in answer["items"]], answer["total"]

    assert await listed() == ([("lamp", True), ("mug", False)], 2)
    assert await listed(forSale="true") == ([("lamp", True)], 1)
    assert await listed(forSale="false") == ([("mug", False)], 1)
    first = await reader.told("/admin/products", params={"limit": 1})
    second = await reader.told("/admin/products", params={"limit": 1, "cursor": first["next"]})
    assert [each["items"][0]["productId"] for each in (first, second)] == ["lamp", "mug"]
    assert (first["items"][0]["name"], second["next"]) == (LAMP["name"], None)
    await reader.refused(403, "forbidden", "/admin/products", headers=BOB)


FILTERS: list[Document] = [{"customerId": "c"}, {"status": "Pending"}, {"createdAt": {"$gte": "t"}}]
QUERIES: list[Document] = [
    {name: value for each in chosen for name, value in each.items()}
    for chosen in product(*(({}, each) for each in FILTERS))
]


@pytest.mark.parametrize("query", [*QUERIES, {"orderNumber": "n"}], ids=lambda query: "+".join(query) or "all")
def test_every_list_has_an_index(query: Document) -> None:
    """One index finds it: first what is equal, then the order of the list. Other filters look at few documents."""
    if "orderNumber" in query:
        assert (("orderNumber", 1),) in ORDERS.indexes
        return
    sort: Sort = sort_of(query)
    assert sort is (BY_TIME if "createdAt" in query and "customerId" not in query else NEWEST_FIRST)
    selective = [] if sort is BY_TIME else [(name, 1) for name in ("customerId", "status") if name in query][:1]
    assert (*selective, *sort) in ORDERS.indexes
