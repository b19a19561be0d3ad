"""Lists in pages at the query door: a cursor leads on, neither repeats nor hides, and is good for its own list only."""

from collections.abc import Callable
from typing import Any

import pytest

from schemas.envelope import Envelope
from schemas.warehouse import StockLine
from tests.histories import events, recorded
from tests.integration.doors.counter import ANN, BOB, EVE
from tests.integration.doors.reader import Reader

LISTS = ("/products", "/orders", "/inventory")
MUTILATIONS: list[Callable[[str], str]] = [
    lambda cursor: cursor[:-1],
    lambda cursor: cursor[1:],
    lambda cursor: cursor + "A",
    lambda cursor: cursor[::-1],
    lambda cursor: cursor[:10] + ("A" if cursor[10] != "A" else "B") + cursor[11:],
    lambda _: "",
    lambda _: "7",
    lambda _: "é",
    lambda _: "%00",
    lambda _: "x" * 10_000,
]
ID = {"/products": "productId", "/orders": "orderId", "/inventory": "productId"}


def things(names: range, *, after: int = 0) -> list[Envelope]:
    """A product, its stock and an order of bob's by each of these numbers."""
    history = []
    for number in names:
        name = f"thing-{number:03}"
        history += events("product.created", product_id=name, name=f"Thing {number % 7}")
        history += events("stock.received", items=(StockLine(product_id=name, quantity=1),))
        history += events("order.created", order_id=name, customer_id="bob")
    return recorded(history, after=after)


async def follow(reader: Reader, path: str, **asked: Any) -> list[dict[str, Any]]:
    """The pages of a list from its first to its last."""
    found = [await reader.told(path, params=asked)]
    while found[-1]["next"] is not None:
        found.append(await reader.told(path, params=asked | {"cursor": found[-1]["next"]}))
    return found


@pytest.mark.parametrize("path", LISTS)
async def test_pages_lead_to_the_end(reader: Reader, path: str) -> None:
    await reader.sees(things(range(10)))
    whole = (await reader.told(path, params={"limit": 200}))["items"]
    for limit in (1, 4, 5, 10, 200):
        found = await follow(reader, path, limit=limit)
        assert [len(page["items"]) for page in found] == [min(limit, 10 - start) for start in range(0, 10, limit)]
        assert {page["total"] for page in found} == {10}
        assert [item for page in found for item in page["items"]] == whole


@pytest.mark.parametrize("path", LISTS)
async def test_what_arrives_meanwhile_repeats_and_hides_nothing(reader: Reader, path: str) -> None:
    await reader.sees(things(range(100, 110)))
    seen: list[str] = []
    asked: dict[str, Any] = {"limit": 3}
    for turn in range(100):
        page = await reader.told(path, params=asked)
        seen += [item[ID[path]] for item in page["items"]]
        if page["next"] is None:
            break
        asked["cursor"] = page["next"]
        # They sort before, among and behind what was there.
        await reader.sees(things(range(turn, turn + 1), after=1_000 + 10 * turn))
    assert len(seen) == len(set(seen))
    assert {name for name in seen if name >= "thing-100"} == {f"thing-{number}" for number in range(100, 110)}


@pytest.mark.parametrize("path", LISTS)
async def test_a_mutilated_cursor_is_refused(reader: Reader, path: str) -> None:
    await reader.sees(things(range(3)))
    cursor = (await reader.told(path, params={"limit": 1}))["next"]
    for mutilate in MUTILATIONS:
        refusal = await reader.refused(422, "invalid", path, params={"cursor": mutilate(cursor)})
        assert [(error["field"], error["in"]) for error in refusal["errors"]] == [("cursor", "query")]


@pytest.mark.parametrize(
    ("path", "asked", "other"),
    [
        ("/products", {}, {"sort": "-name"}),
        ("/products", {"sort": "price"}, {"sort": "-price"}),
        ("/products", {"department": "Home"}, {"department": "Garden"}),
        ("/products", {"q": "thing"}, {}),
        ("/orders", {"customerId": "bob"}, {}),
        ("/orders", {}, {"status": "Failed"}),
        ("/inventory", {"warehouseId": "main"}, {"warehouseId": "east"}),
    ],
)
async def test_a_cursor_is_good_for_its_own_list_only(
    reader: Reader, path: str, asked: dict[str, Any], other: dict[str, Any]
) -> None:
    await reader.sees(things(range(3)))
    cursor = (await reader.told(path, params=asked | {"limit": 1}))["next"]
    assert (await reader.told(path, params=asked | {"cursor": cursor}))["items"]
    await reader.refused(422, "invalid", path, params=other | {"cursor": cursor})


async def test_a_cursor_of_one_list_is_none_of_another(reader: Reader) -> None:
    await reader.sees(things(range(3)))
    cursor = (await reader.told("/products", params={"limit": 1}))["next"]
    await reader.refused(422, "invalid", "/inventory", params={"cursor": cursor})


async def test_a_cursor_of_somebody_else_opens_nothing(reader: Reader) -> None:
    await reader.sees(things(range(3)))
    cursor = (await reader.told("/orders", headers=BOB, params={"limit": 1}))["next"]
    assert len((await reader.told("/orders", headers=BOB, params={"cursor": cursor}))["items"]) == 2
    for headers in (EVE, ANN):
        await reader.refused(422, "invalid", "/orders", headers=headers, params={"cursor": cursor})


@pytest.mark.parametrize("path", LISTS)
async def test_a_page_begins_at_a_cursor_or_after_so_many_and_not_both(reader: Reader, path: str) -> None:
    await reader.sees(things(range(3)))
    first = await reader.told(path, params={"limit": 1, "skip": 1})
    [rest] = (await reader.told(path, params={"cursor": first["next"]}))["items"]
    assert rest == (await reader.told(path, params={"skip": 2}))["items"][0]
    refusal = await reader.refused(422, "invalid", path, params={"skip": 1, "cursor": first["next"]})
    assert [(error["field"], error["in"]) for error in refusal["errors"]] == [("skip", "query")]


async def test_the_last_page_leads_nowhere(reader: Reader) -> None:
    for path in LISTS:
        assert (await reader.told(path))["next"] is None
    await reader.sees(things(range(2)))
    for path in LISTS:
        assert (await reader.told(path, params={"limit": 2}))["next"] is None
        assert (await reader.told(path, params={"skip": 5}))["next"] is None


async def test_an_order_keeps_its_place_while_it_goes_on(reader: Reader) -> None:
    await reader.sees(things(range(5)))
    first = await reader.told("/orders", params={"limit": 2})
    await reader.sees(recorded(events("order.completed", order_id="thing-002"), after=500))
    rest = await reader.told("/orders", params={"cursor": first["next"]})
    listed = [item["orderId"] for page in (first, rest) for item in page["items"]]
    assert listed == [f"thing-{number:03}" for number in (4, 3, 2, 1, 0)]
