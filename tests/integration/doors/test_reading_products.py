"""The catalogue and the stock at the query door."""

import unicodedata
from typing import Any

import pytest

from schemas.warehouse_sites import WarehouseSite
from tests.histories import events, recorded
from tests.integration.doors.counter import BOB, LAMP, Counter
from tests.integration.doors.reader import Reader
from tests.texts import DICTIONARY, Form
from text.search_words import query_words, search_words

VASE = {
    "productId": "vase",
    "name": "Tall blue vase",
    "department": "Garden",
    "category": "Pots",
    "price": {"amount": 2000, "currency": "USD"},
}


@pytest.fixture
async def catalogue(counter: Counter, reader: Reader) -> Counter:
    """A lamp, a mug and a vase for sale, a clock that was discontinued."""
    await counter.stock(VASE, LAMP | {"productId": "clock", "name": "Clock"})
    await counter.done("POST", "/products/clock/discontinue")
    await reader.sees(await counter.log())
    return counter


async def listed(reader: Reader, **asked: object) -> list[str]:
    answer = await reader.told("/products", headers=BOB, params=asked)
    assert answer["total"] == len(answer["items"])
    return [item["productId"] for item in answer["items"]]


async def test_a_product_is_shown_as_it_stands(reader: Reader, catalogue: Counter) -> None:
    product = await reader.told("/products/vase", headers=BOB)
    assert product.items() >= (VASE | {"forSale": True}).items()
    assert not product.keys() & {
        "_id",
        "nameKey",
        "nameWords",
        "labelWords",
        "descriptionWords",
        "created",
        "stockedIn",
    }


async def test_a_product_that_was_discontinued_can_still_be_looked_at(reader: Reader, catalogue: Counter) -> None:
    assert (await reader.told("/products/clock", headers=BOB))["forSale"] is False


@pytest.mark.parametrize("product_id", ["unicorn", "%24where", "a%00b", "Lamp", "x" * 500])
async def test_a_product_nobody_knows_is_not_found(reader: Reader, catalogue: Counter, product_id: str) -> None:
    await reader.refused(404, "not_found", f"/products/{product_id}")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["lamp", "mug", "vase"]),
        ({"sort": "name"}, ["lamp", "mug", "vase"]),
        ({"sort": "-name"}, ["vase", "mug", "lamp"]),
        ({"sort": "price"}, ["mug", "vase", "lamp"]),
        ({"sort": "-price"}, ["lamp", "vase", "mug"]),
        ({"department": "Home"}, ["lamp", "mug"]),
        ({"department": "Garden", "category": "Pots"}, ["vase"]),
        ({"department": "Garden", "category": "Lighting"}, []),
        ({"department": "Nowhere"}, []),
        ({"minPrice": 2000}, ["lamp", "vase"]),
        ({"maxPrice": 2000}, ["mug", "vase"]),
        ({"minPrice": 900, "maxPrice": 3498}, ["vase"]),
        ({"minPrice": 3000, "maxPrice": 2000}, []),
        ({"q": "vase"}, ["vase"]),
        ({"q": "blue tall"}, ["vase"]),
        ({"q": "blue lamp"}, []),
        ({"q": "clock"}, []),
        ({"q": '-"vase'}, ["vase"]),
        ({"q": "!!!"}, []),
    ],
)
async def test_the_catalogue_is_leafed_through(
    reader: Reader, catalogue: Counter, asked: dict[str, Any], found: list[str]
) -> None:
    # Without an order of its own, the list is by name: "Bedside lamp", "Mug", "Tall blue vase".
    assert await listed(reader, **asked) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"currency": "JPY"}, ["tea"]),
        ({"currency": "KWD"}, []),
        ({"currency": "USD", "minPrice": 1000}, ["lamp", "vase"]),
        ({"currency": "JPY", "minPrice": 1000, "sort": "price"}, ["tea"]),
        ({"currency": "USD", "q": "tea"}, []),
        ({"currency": "USD", "department": "Home"}, ["lamp", "mug"]),
    ],
)
async def test_prices_are_compared_in_one_currency(
    reader: Reader, catalogue: Counter, asked: dict[str, Any], found: list[str]
) -> None:
    head = await catalogue.store.head()
    tea = LAMP | {"productId": "tea", "name": "Tea", "price": {"amount": 2000, "currency": "JPY"}}
    await catalogue.stock(tea)
    await reader.sees(await catalogue.log(after=head))
    assert await listed(reader, **asked) == found


async def test_the_catalogue_comes_in_pages(reader: Reader, catalogue: Counter) -> None:
    pages = [await reader.told("/products", params={"skip": skip, "limit": 2}) for skip in (0, 2, 4)]
    assert [[item["productId"] for item in page["items"]] for page in pages] == [["lamp", "mug"], ["vase"], []]
    assert {page["total"] for page in pages} == {3}


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 201},
        {"limit": "1e1"},
        {"skip": -1},
        {"skip": 100_001},
        {"sort": "stars"},
        {"sort": "-rating"},
        {"minRating": 0},
        {"minRating": 6},
        {"inStock": "perhaps"},
        {"brand": ""},
        {"ids": ""},
        {"ids": "a,../b"},
        {"ids": "lamp", "q": "lamp"},
        {"ids": "lamp", "sort": "name"},
        {"ids": ",".join(f"p-{number}" for number in range(201))},
        {"minPrice": -1},
        {"maxPrice": 10**13},
        {"currency": "usd"},
        {"q": ""},
        {"q": "x" * 201},
        {"department": ""},
        {"colour": "red"},
        {"price[$gt]": 1},
        {"forSale": "false"},
    ],
)
async def test_a_question_about_products_is_held_to_its_form(reader: Reader, asked: dict[str, Any]) -> None:
    refusal = await reader.refused(422, "invalid", "/products", params=asked)
    assert {error["in"] for error in refusal["errors"]} == {"query"}


async def test_departments_count_what_is_for_sale(reader: Reader, catalogue: Counter) -> None:
    assert await reader.told("/products/departments", headers=BOB) == [
        {"department": "Garden", "total": 1, "categories": [{"category": "Pots", "total": 1}]},
        {"department": "Home", "total": 2, "categories": [{"category": "Lighting", "total": 2}]},
    ]


@pytest.fixture
async def stocked(catalogue: Counter, reader: Reader) -> Counter:
    """Ten lamps here, five up north where the shop once was, and three mugs of which one broke."""
    head = await catalogue.store.head()
    north = Counter(catalogue.store, sites=(WarehouseSite("north"),))
    for shop, product, quantity in ((catalogue, "lamp", 10), (north, "lamp", 5), (catalogue, "mug", 3)):
        items = [{"productId": product, "quantity": quantity}]
        await shop.done("POST", "/inventory/receipts", 201, json={"items": items})
    broke = {"productId": "mug", "delta": -1, "reason": "one broke"}
    await catalogue.done("POST", "/inventory/adjustments", 201, json=broke)
    await reader.sees(await catalogue.log(after=head))
    return catalogue


async def test_stock_is_counted_over_all_warehouses_and_in_each(reader: Reader, stocked: Counter) -> None:
    stock = await reader.told("/inventory/lamp", headers=BOB)
    assert {name: stock[name] for name in ("productId", "onHand", "reserved", "available", "received")} == {
        "productId": "lamp",
        "onHand": 15,
        "reserved": 0,
        "available": 10,
        "received": 15,
    }
    assert [(each["warehouseId"], each["onHand"]) for each in stock["warehouses"]] == [("main", 10), ("north", 5)]


async def test_only_what_can_be_bought_is_shown_as_available(reader: Reader, stocked: Counter) -> None:
    shown = {item["warehouseId"]: item for item in (await reader.told("/inventory?productId=lamp"))["items"]}
    one = {item["warehouseId"]: item for item in (await reader.told("/inventory/lamp"))["warehouses"]}
    for warehouse, available in (("main", 10), ("north", 0)):
        assert shown[warehouse]["available"] == one[warehouse]["available"] == available
    [north] = (await reader.told("/inventory", params={"warehouseId": "north"}))["items"]
    assert (north["onHand"], north["available"]) == (5, 0)


async def test_a_correction_is_seen(reader: Reader, stocked: Counter) -> None:
    stock = await reader.told("/inventory/mug")
    assert (stock["onHand"], stock["received"], stock["adjusted"]) == (2, 3, -1)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ([], [("lamp", "main"), ("lamp", "north"), ("mug", "main")]),
        ([("productId", "lamp")], [("lamp", "main"), ("lamp", "north")]),
        ([("productId", "lamp"), ("productId", "mug")], [("lamp", "main"), ("lamp", "north"), ("mug", "main")]),
        ([("warehouseId", "main")], [("lamp", "main"), ("mug", "main")]),
        ([("productId", "mug"), ("warehouseId", "north")], []),
        ([("productId", "unicorn")], []),
    ],
)
async def test_stock_is_listed_by_product_and_warehouse(
    reader: Reader, stocked: Counter, asked: list[tuple[str, str]], found: list[tuple[str, str]]
) -> None:
    answer = await reader.told("/inventory", headers=BOB, params=asked)
    assert [(item["productId"], item["warehouseId"]) for item in answer["items"]] == found
    assert answer["total"] == len(found)


async def test_stock_comes_in_pages(reader: Reader, stocked: Counter) -> None:
    answer = await reader.told("/inventory", params={"skip": 1, "limit": 1})
    assert [item["warehouseId"] for item in answer["items"]] == ["north"]
    assert (answer["total"], answer["skip"], answer["limit"]) == (3, 1, 1)


async def test_a_reservation_lowers_what_can_be_ordered(reader: Reader) -> None:
    await reader.sees(recorded(events("stock.received", "inventory.reserved")))
    stock = await reader.told("/inventory/995242")
    assert (stock["onHand"], stock["reserved"], stock["available"]) == (2, 2, 0)


@pytest.mark.parametrize(
    "asked",
    [
        [("productId", "../x")],
        [("productId", "")],
        [("productId", f"p-{number}") for number in range(201)],
        [("warehouse", "main")],
        [("limit", "0")],
        [("limit", "201")],
        [("skip", "-1")],
    ],
)
async def test_a_question_about_stock_is_held_to_its_form(reader: Reader, asked: list[tuple[str, str]]) -> None:
    refusal = await reader.refused(422, "invalid", "/inventory", params=asked)
    assert {error["in"] for error in refusal["errors"]} == {"query"}


async def test_a_product_no_warehouse_ever_saw_has_no_stock(reader: Reader, catalogue: Counter) -> None:
    assert (await reader.refused(404, "not_found", "/inventory/vase"))["productId"] == "vase"


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
async def test_a_filter_and_a_search_are_taken_in_the_form_of_what_is_shown(
    counter: Counter, reader: Reader, typed: Form
) -> None:
    name = unicodedata.normalize("NFD", "Crème Brûlée 한글")
    await counter.stock(VASE | {"name": name, "department": name, "category": name})
    await reader.sees(await counter.log())
    asked = unicodedata.normalize(typed, name)
    for parameters in ({"q": asked}, {"department": asked}, {"category": asked}, {"department": asked, "q": asked}):
        assert await listed(reader, **parameters) == ["vase"]
    product = await reader.told("/products/vase")
    assert product["name"] == product["department"] == unicodedata.normalize("NFC", name)


async def test_departments_and_categories_are_in_the_order_of_a_dictionary(counter: Counter, reader: Reader) -> None:
    names = [name for name in DICTIONARY if name.isascii() or name[0] in "ÄČÉéÖŁ"]
    for number, name in enumerate(names[::-1]):
        await counter.stock(VASE | {"productId": f"d-{number}", "department": name, "category": "x"})
        await counter.stock(VASE | {"productId": f"c-{number}", "department": "Äx", "category": name})
    await reader.sees(await counter.log())
    departments = await reader.told("/products/departments")
    assert [each["department"] for each in departments if each["department"] not in {"Äx", "Home"}] == names
    [categories] = [each["categories"] for each in departments if each["department"] == "Äx"]
    assert [each["category"] for each in categories] == names


@pytest.mark.parametrize("q", ["\x00", "vase\x00", "\u200b", "\u3164", "\ufeff", "va\nse"], ids=ascii)
async def test_a_search_is_text(reader: Reader, q: str) -> None:
    refusal = await reader.refused(422, "invalid", "/products", params={"q": q})
    assert [error["field"] for error in refusal["errors"]] == ["q"]


@pytest.fixture
async def reviewed(catalogue: Counter, reader: Reader) -> Counter:
    """The catalogue, with a vase of a brand that is in stock, and reviews of lamp and vase."""
    head = await catalogue.store.head()
    await catalogue.done(
        "PATCH", "/products/vase", json={"brand": "Acme", "description": "Glass, for one lamp-lit rose"}
    )
    known = await catalogue.log(after=head)
    later = [
        *events("stock.replenished", product_id="vase"),
        *events("stock.replenished", product_id="mug", warehouse_id="elsewhere"),
        *(each for stars in (5, 4) for each in events("review.submitted", product_id="vase", rating=stars)),
        *events("review.submitted", product_id="lamp", rating=3),
    ]
    await reader.sees([*known, *recorded(later, after=known[-1].position)])
    return catalogue


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"brand": "Acme"}, ["vase"]),
        ({"brand": "acme"}, []),
        ({"inStock": "true"}, ["vase"]),
        ({"inStock": "false"}, ["lamp", "mug"]),
        ({"minRating": 3}, ["lamp", "vase"]),
        ({"minRating": 4}, ["vase"]),
        ({"minRating": 5}, []),
        ({"sort": "rating"}, ["vase", "lamp", "mug"]),
        ({"sort": "newest"}, ["vase", "mug", "lamp"]),
        ({"q": "lamp"}, ["lamp", "vase"]),
        ({"q": "lamp", "sort": "-name"}, ["vase", "lamp"]),
        ({"q": "acm"}, ["vase"]),
        ({"q": "lamp", "minRating": 4, "inStock": "true", "department": "Garden", "maxPrice": 2000}, ["vase"]),
    ],
)
async def test_brand_stock_and_reviews_narrow_a_list(
    reader: Reader, reviewed: Counter, asked: dict[str, Any], found: list[str]
) -> None:
    assert await listed(reader, **asked) == found


async def test_a_product_tells_its_reviews_and_where_it_is_in_stock(reader: Reader, reviewed: Counter) -> None:
    vase = await reader.told("/products/vase", headers=BOB)
    assert vase["rating"] == {"average": 4.5, "count": 2, "histogram": [0, 0, 0, 1, 1]}
    assert vase["inStock"] is True
    assert (await reader.told("/products/lamp"))["inStock"] is False


async def test_facets_say_what_another_choice_would_show(reader: Reader, reviewed: Counter) -> None:
    facets = (await reader.told("/products", params={"department": "Garden"}))["facets"]
    assert facets == {
        "departments": [{"value": "Home", "count": 2}, {"value": "Garden", "count": 1}],
        "categories": [{"value": "Pots", "count": 1}],
        "brands": [{"value": "Acme", "count": 1}],
        "inStock": [{"value": True, "count": 1}, {"value": False, "count": 0}],
        "ratings": [{"value": stars, "count": int(stars < 5)} for stars in range(1, 6)],
    }


async def test_products_are_read_by_their_ids_as_they_were_asked_for(reader: Reader, reviewed: Counter) -> None:
    answer = await reader.told("/products", params={"ids": "vase,unicorn,clock,vase"}, headers=BOB)
    assert [item["productId"] for item in answer["items"]] == ["vase", "clock"]
    assert (answer["total"], answer["next"], answer["facets"]) == (2, None, None)
    assert [item["forSale"] for item in answer["items"]] == [True, False]


async def test_pages_lead_to_the_next_by_their_cursors(reader: Reader, reviewed: Counter) -> None:
    for sort, order in {"price": ["mug", "vase", "lamp"], "rating": ["vase", "lamp", "mug"]}.items():
        first = await reader.told("/products", params={"sort": sort, "limit": 2})
        rest = await reader.told("/products", params={"sort": sort, "limit": 2, "cursor": first["next"]})
        assert [item["productId"] for page in (first, rest) for item in page["items"]] == order
        assert rest["next"] is None
        await reader.refused(422, "invalid", "/products", params={"sort": "name", "cursor": first["next"]})


async def test_what_only_a_warehouse_knows_is_no_product(reader: Reader) -> None:
    await reader.sees(recorded(events("stock.replenished", product_id="ghost")))
    assert await listed(reader) == []
    assert (await reader.told("/products", params={"ids": "ghost"}))["items"] == []
    await reader.refused(404, "not_found", "/products/ghost")


async def test_the_counts_of_the_index_are_those_of_the_projector(reader: Reader, reviewed: Counter) -> None:
    facets = (await reader.told("/products"))["facets"]
    departments = await reader.told("/products/departments")
    assert {each["value"]: each["count"] for each in facets["departments"]} == {
        each["department"]: each["total"] for each in departments
    }


@pytest.mark.parametrize(
    "q",
    [
        '{"$ne": null}', "$where", "$gt", '"; db.dropDatabase()', "lamp OR 1=1", "lamp*", "^lamp", ".*", "(lamp|mug)",
        "lamp NEAR mug", "-mug", "name:lamp", "%", "_", "\\x00", "lamp' --", "[a-z]", "x" * 200, "a b c d e f g " * 14,
    ],
)  # fmt: skip
async def test_no_operator_of_a_database_is_reached_by_a_search(reader: Reader, reviewed: Counter, q: str) -> None:
    answer = await reader.told("/products", params={"q": q.strip()})
    for item in answer["items"]:
        words = search_words(*(item[field] for field in ("name", "brand", "category", "department", "description")))
        assert all(any(word.startswith(each) for word in words) for each in query_words(q))
