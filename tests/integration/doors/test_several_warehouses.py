"""A shop with several warehouses: each receives goods, and an order is given to the nearest that can serve it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from command_api.availability import find_available
from projectors.document_io import Database
from schemas.order import OrderCreated
from schemas.warehouse import StockLine
from schemas.warehouse_sites import parse_sites
from tests.examples import EXAMPLES
from tests.integration.doors.counter import ANN, LAMP, MUG, Counter, basket, open_counter
from tests.integration.doors.reader import Reader

SITES = parse_sites("main=US,east=US-NY,leeds=GB")
RECEIPTS = "/inventory/receipts"
LEEDS = {
    "name": "Ann",
    "line1": "1 Park Row",
    "city": "Leeds",
    "postalCode": "LS1 5HN",
    "country": "GB",
}
NEW_YORK = LEEDS | {"city": "New York", "region": "NY", "postalCode": "10001", "country": "US"}
DENVER = LEEDS | {"city": "Denver", "region": "CO", "postalCode": "80202", "country": "US"}
BERLIN = LEEDS | {"city": "Berlin", "postalCode": "10115", "country": "DE"}


@pytest.fixture
async def shop() -> AsyncIterator[Counter]:
    async with open_counter(sites=SITES) as shop:
        await shop.stock(LAMP, MUG)
        yield shop


async def receive(shop: Counter, warehouse_id: str | None, **pieces: int) -> dict[str, Any]:
    items = [{"productId": product, "quantity": quantity} for product, quantity in pieces.items()]
    return await shop.done("POST", RECEIPTS, 201, json={"warehouseId": warehouse_id, "items": items})


async def placed(shop: Counter, name: str, address: Mapping[str, str], **pieces: int) -> OrderCreated:
    answer = await shop.place(name, basket(*pieces.items(), shippingAddress=address))
    assert answer.status_code == 201, answer.text
    [created] = [each.event for each in await shop.log() if each.stream == answer.json()["streamId"]]
    assert isinstance(created, OrderCreated)
    return created


async def test_each_warehouse_receives_goods_and_the_first_those_for_none(shop: Counter) -> None:
    for warehouse_id, stream in ((None, "main"), ("main", "main"), ("east", "east"), ("leeds", "leeds")):
        assert (await receive(shop, warehouse_id, lamp=1))["streamId"] == f"warehouse-{stream}"
    counted = {"warehouseId": "leeds", "productId": "lamp", "delta": -1, "reason": "one broke"}
    answer = await shop.done("POST", "/inventory/adjustments", 201, json=counted)
    assert (answer["streamId"], answer["version"]) == ("warehouse-leeds", 3)


async def test_any_other_is_refused_and_those_are_named(shop: Counter) -> None:
    said = {"json": {"warehouseId": "west", "items": [{"productId": "lamp", "quantity": 1}]}, "headers": ANN}
    refusal = await shop.refused(422, "invalid", "POST", RECEIPTS, **said)
    assert refusal["warehouses"] == ["main", "east", "leeds"]


@pytest.mark.parametrize(
    ("address", "warehouse_id"),
    [(LEEDS, "leeds"), (NEW_YORK, "east"), (DENVER, "main"), (BERLIN, "main")],
    ids=["country", "part", "country, another part", "nowhere near"],
)
async def test_an_order_is_given_to_the_nearest_that_can_serve_it(
    shop: Counter, address: dict[str, str], warehouse_id: str
) -> None:
    for site in SITES:
        await receive(shop, site.id, lamp=2)
    assert (await placed(shop, "o", address, lamp=2)).warehouse_id == warehouse_id


async def test_one_that_is_short_of_a_part_is_passed_over(shop: Counter) -> None:
    await receive(shop, "east", lamp=5)
    await receive(shop, "main", lamp=5, mug=1)
    await receive(shop, "leeds", lamp=9, mug=9)
    assert (await placed(shop, "o-1", NEW_YORK, lamp=5)).warehouse_id == "east"
    assert (await placed(shop, "o-2", NEW_YORK, lamp=5, mug=1)).warehouse_id == "main"
    assert (await placed(shop, "o-3", NEW_YORK, lamp=5, mug=2)).warehouse_id == "leeds"


async def test_where_none_can_serve_it_the_nearest_says_what_is_short(shop: Counter) -> None:
    await receive(shop, "main", lamp=3)
    await receive(shop, "east", lamp=3)
    assert (await placed(shop, "o", LEEDS, lamp=4)).warehouse_id == "leeds"


async def test_what_was_reserved_a_moment_ago_counts(shop: Counter) -> None:
    await receive(shop, "east", lamp=2)
    await receive(shop, "main", lamp=2)
    assert (await placed(shop, "o-1", NEW_YORK, lamp=2)).warehouse_id == "east"
    held = {"warehouse_id": "east", "order_id": "another", "items": (StockLine(product_id="lamp", quantity=1),)}
    await shop.happened(EXAMPLES["inventory.reserved"].model_copy(update=held))
    assert (await placed(shop, "o-2", NEW_YORK, lamp=2)).warehouse_id == "main"


async def test_what_is_available_is_that_of_all_of_them(shop: Counter) -> None:
    await receive(shop, "east", lamp=2)
    await receive(shop, "leeds", lamp=3, mug=1)
    assert await find_available(shop.app.state.context, ["mug", "lamp", "vase"]) == {"mug": 1, "lamp": 5, "vase": 0}


@pytest.fixture
async def reader(shop: Counter, mongodb: Database) -> AsyncIterator[Reader]:
    reader = Reader(mongodb, sites=SITES[:2])
    async with reader.client:
        for warehouse_id, pieces in (("main", {"lamp": 12, "mug": 2}), ("east", {"lamp": 3}), ("leeds", {"mug": 4})):
            await receive(shop, warehouse_id, **pieces)
        broke = {"warehouseId": "east", "productId": "lamp", "delta": -3, "reason": "all broke"}
        await shop.done("POST", "/inventory/adjustments", 201, json=broke)
        await reader.sees(await shop.log())
        yield reader


async def test_availability_is_one_number_with_its_parts(reader: Reader) -> None:
    answer = await reader.told("/inventory/-totals", params=[("productId", each) for each in ("mug", "vase", "lamp")])
    told = [
        (
            each["productId"],
            each["available"],
            each["onHand"],
            {part["warehouseId"]: part["available"] for part in parts},
        )
        for each in answer["items"]
        for parts in [each["warehouses"]]
    ]
    assert told == [
        ("mug", 2, 6, {"leeds": 0, "main": 2}),
        ("vase", 0, 0, {}),
        ("lamp", 12, 12, {"east": 0, "main": 12}),
    ]
    for each in answer["items"][::2]:
        assert await reader.told(f"/inventory/{each['productId']}") == each


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"level": "out"}, [("lamp", "east")]),
        ({"level": "low"}, [("mug", "main")]),
        ({"level": "low", "productId": "lamp"}, []),
        ({"level": "out", "warehouseId": "east"}, [("lamp", "east")]),
        ({"level": "out", "warehouseId": "main"}, []),
    ],
)
async def test_what_is_low_or_out_is_listed(
    reader: Reader, asked: dict[str, str], found: list[tuple[str, str]]
) -> None:
    answer = await reader.told("/inventory", params=asked)
    assert [(each["productId"], each["warehouseId"]) for each in answer["items"]] == found
    assert answer["total"] == len(found)
    assert {each["level"] for each in answer["items"]} <= {asked["level"]}


@pytest.mark.parametrize("asked", [{"level": "enough"}, {"level": ""}])
async def test_a_level_is_low_or_out(reader: Reader, asked: dict[str, str]) -> None:
    await reader.refused(422, "invalid", "/inventory", params=asked)


async def test_totals_are_of_some_products(reader: Reader) -> None:
    await reader.refused(422, "invalid", "/inventory/-totals")
    await reader.refused(422, "invalid", "/inventory/-totals", params=[("productId", str(n)) for n in range(201)])
