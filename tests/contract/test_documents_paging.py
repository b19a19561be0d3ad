"""Lists on every document server: their order, and pages that lead from one to the next."""

import random
import unicodedata
from collections.abc import AsyncIterator

import pytest

from projectors.document_cache import DocumentCache
from projectors.document_io import Database
from projectors.models.orders import ORDERS
from projectors.models.products import PRODUCTS
from projectors.models.stock import STOCK
from projectors.models.users import USERS
from projectors.writer import write
from query_api.cursors import Sort
from query_api.export import OLDEST_FIRST
from query_api.paging import PageParameters, find_page
from query_api.routers.inventory import BY_PRODUCT
from query_api.routers.users import NEWEST_FIRST
from schemas.documents import Document
from schemas.message import Event, Money
from schemas.topics import TopicPartition
from schemas.warehouse import StockLine
from tests.documents import on_every_server
from tests.examples import EMAIL_INDEX
from tests.histories import events, recorded
from tests.texts import DICTIONARY

pytestmark = on_every_server

SORTS: dict[str, Sort] = {
    "name": (("nameKey", 1), ("productId", 1)),
    "-name": (("nameKey", -1), ("productId", -1)),
    "price": (("price.amount", 1), ("productId", 1)),
    "-price": (("price.amount", -1), ("productId", -1)),
    "newest": (("createdAt", -1), ("productId", -1)),
}

CATALOGUE = TopicPartition(PRODUCTS.view.topic, 0)
WAREHOUSES = TopicPartition(STOCK.view.topic, 0)


class Shelf:
    """The catalogue of a test: what is created, renamed or taken off the list while it is read."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.position = 0

    async def happens(self, *history: Event) -> None:
        envelopes = recorded(history, after=self.position)
        self.position += len(history)
        await write(self.database, PRODUCTS, CATALOGUE, envelopes, DocumentCache())

    async def has(self, product_id: str, name: str = "Lamp", amount: int = 1) -> None:
        price = Money(amount=amount, currency="USD")
        await self.happens(*events("product.created", product_id=product_id, name=name, price=price))


@pytest.fixture
def shelf(mongodb: Database) -> Shelf:
    return Shelf(mongodb)


async def pages(
    database: Database, sort: Sort, *, limit: int = 3, query: Document | None = None, view: str = PRODUCTS.view.name
) -> AsyncIterator[list[Document]]:
    """The pages of a list, each asked for when the caller goes on."""
    cursor: str | None = None
    while True:
        found = await find_page(database[view], query or {}, sort, PageParameters(limit=limit, cursor=cursor))
        yield found.documents
        if found.next is None:
            return
        cursor = found.next


async def read_all(database: Database, sort: Sort, **options: object) -> list[Document]:
    return [each async for page in pages(database, sort, **options) for each in page]  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("sort", ["name", "-name"])
async def test_names_are_in_the_order_of_a_dictionary(shelf: Shelf, sort: str, seed: int) -> None:
    names = random.Random(seed).sample(DICTIONARY, len(DICTIONARY))
    for number, name in enumerate(names):
        await shelf.has(f"p-{number}", unicodedata.normalize(("NFC", "NFD")[seed], name))
    listed = [product["name"] for product in await read_all(shelf.database, SORTS[sort], limit=7)]
    assert listed == list(DICTIONARY if sort == "name" else DICTIONARY[::-1])


@pytest.mark.parametrize("sort", SORTS)
async def test_pages_are_the_whole_list_in_its_order(shelf: Shelf, sort: str) -> None:
    chance = random.Random(sort)
    ids = [f"p-{number}" for number in range(12)]
    for product_id in chance.sample(ids, len(ids)):
        await shelf.has(product_id, chance.choice(["Lamp", "lamp", "Mug", "Éclair"]), chance.choice([1, 2, 3]))
    whole = await shelf.database[PRODUCTS.view.name].find().sort(list(SORTS[sort])).to_list()
    for limit in (1, 2, 3, 7, 200):
        assert await read_all(shelf.database, SORTS[sort], limit=limit) == whole


@pytest.mark.parametrize("sort", SORTS)
async def test_what_arrives_or_leaves_meanwhile_repeats_and_hides_nothing(shelf: Shelf, sort: str) -> None:
    chance = random.Random(sort)
    for number in range(20):
        await shelf.has(f"old-{number:02}", chance.choice("ABCDE"), chance.randrange(5))
    seen: list[str] = []
    async for page in pages(shelf.database, SORTS[sort], query={"forSale": True}):
        seen += [product["productId"] for product in page]
        turn = len(seen)
        if turn < 20:
            await shelf.has(f"new-{turn:02}", chance.choice("ABCDE"), chance.randrange(5))
            await shelf.happens(*events("product.discontinued", product_id=seen[-1]))
    assert len(seen) == len(set(seen))
    assert {each for each in seen if each.startswith("old")} == {f"old-{each:02}" for each in range(20)}


async def test_skip_still_counts(shelf: Shelf) -> None:
    for number in range(5):
        await shelf.has(f"p-{number}", f"Lamp {number}")
    products, sort = shelf.database[PRODUCTS.view.name], SORTS["name"]
    found = await find_page(products, {}, sort, PageParameters(skip=2, limit=2))
    assert [product["productId"] for product in found.documents] == ["p-2", "p-3"]
    rest = await find_page(products, {}, sort, PageParameters(cursor=found.next))
    assert [product["productId"] for product in rest.documents] == ["p-4"]


async def test_filters_of_the_sorted_field_stay(shelf: Shelf) -> None:
    for number in range(9):
        await shelf.has(f"p-{number}", amount=number // 2)
    query = {"price.amount": {"$gte": 1, "$lte": 3}}
    for sort in ("price", "-price"):
        found = await read_all(shelf.database, SORTS[sort], limit=1, query=query)
        assert len(found) == 6


@pytest.mark.parametrize("sort", SORTS)
async def test_what_is_asked_for_value_by_value_is_one_list(shelf: Shelf, sort: str) -> None:
    chance = random.Random(sort)
    for number in chance.sample(range(12), 12):
        await shelf.has(f"p-{number}", chance.choice(["Lamp", "Mug", "Éclair"]), chance.choice([1, 2, 3]))
    products, names = shelf.database[PRODUCTS.view.name], ["Mug", "Lamp", "Lamp", "Unicorn"]
    query: Document = {"name": {"$in": names}}
    whole = await products.find(query).sort(list(SORTS[sort])).to_list()
    read, cursor = list[Document](), None
    while cursor or not read:
        page = await find_page(products, query, SORTS[sort], PageParameters(limit=2, cursor=cursor), apart="name")
        read, cursor = [*read, *page.documents], page.next
    assert read == whole
    skipped = await find_page(products, query, SORTS[sort], PageParameters(skip=1, limit=3), apart="name")
    assert skipped.documents == whole[1:4]
    nothing = await find_page(products, {"name": {"$in": []}}, SORTS[sort], PageParameters(), apart="name")
    assert nothing == ([], None)


async def test_stock_is_listed_by_product_and_warehouse(mongodb: Database) -> None:
    history: list[Event] = []
    for warehouse in ("south", "main", "east"):
        for name in ("b", "a-b", "a"):
            items = (StockLine(product_id=name, quantity=1),)
            history += events("stock.received", warehouse_id=warehouse, items=items)
    await write(mongodb, STOCK, WAREHOUSES, recorded(history), DocumentCache())
    for limit in (1, 2, 4):
        found = await read_all(mongodb, BY_PRODUCT, limit=limit, view=STOCK.view.name)
        listed = [(each["productId"], each["warehouseId"]) for each in found]
        assert listed == [(name, place) for name in ("a", "a-b", "b") for place in ("east", "main", "south")]


def people() -> list[Event]:
    """Nine persons: all verified, every third an operator, the last one closed and forgotten the first."""
    names = [f"person-{number}" for number in range(9)]
    history = [event for name in names for event in events("user.created", "auth.email.verified", user_id=name)]
    history += [event for name in names[::3] for event in events("user.role.changed", user_id=name)]
    return [*history, *events("user.deactivated", user_id=names[8]), *events("user.erased", user_id=names[0])]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [8, 7, 6, 5, 4, 3, 2, 1, 0]),
        ({"roles": {"$in": ["operator"]}}, [6, 3]),
        ({"roles": {"$in": ["customer"]}, "state": "active"}, [7, 6, 5, 4, 3, 2, 1]),
        ({"state": "erased"}, [0]),
        ({"emailIndex": EMAIL_INDEX, "state": "deactivated"}, [8]),
        ({"emailIndex": EMAIL_INDEX[::-1]}, []),
    ],
)
async def test_people_are_listed_by_role_state_and_address(
    mongodb: Database, query: Document, found: list[int]
) -> None:
    await write(mongodb, USERS, TopicPartition(USERS.view.topic, 0), recorded(people()), DocumentCache())
    for limit in (1, 2, 200):
        listed = await read_all(mongodb, NEWEST_FIRST, limit=limit, query=query, view=USERS.view.name)
        assert [each["userId"] for each in listed] == [f"person-{number}" for number in found]


async def test_the_orders_of_several_ids_come_in_the_order_of_the_log(mongodb: Database) -> None:
    history = [
        event
        for number in range(9)
        for event in events("order.created", order_id=f"o-{number}", customer_id=("ann", "bob", "eve")[number % 3])
    ]
    await write(mongodb, ORDERS, TopicPartition(ORDERS.view.topic, 0), recorded(history), DocumentCache())
    query = {"customerId": {"$in": ["ann", "eve", "nobody"]}}
    for limit in (1, 2, 200):
        found = await read_all(mongodb, OLDEST_FIRST, limit=limit, query=query, view=ORDERS.view.name)
        assert [each["_id"] for each in found] == [f"o-{number}" for number in (0, 2, 3, 5, 6, 8)]
