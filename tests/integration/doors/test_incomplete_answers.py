"""Answers of documents that lack an event say so, on every document server."""

from dataclasses import replace
from typing import Any

import pytest

from projectors.document_io import Database
from projectors.incomplete import IncompleteDocument, IncompleteDocuments
from query_api import incomplete
from schemas.documents import (
    CARTS_VIEW,
    ORDERS_VIEW,
    PRODUCTS_VIEW,
    REVIEWS_VIEW,
    SAGAS_VIEW,
    STOCK_VIEW,
    USERS_VIEW,
    Document,
    View,
)
from tests.documents import on_every_server
from tests.histories import COMPLETED, events, recorded
from tests.incomplete import INCOMPLETE_ORDER
from tests.integration.doors.counter import who
from tests.integration.doors.reader import Reader

pytestmark = on_every_server
MISSING = 9


@pytest.fixture(autouse=True)
def looked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incomplete, "LOOK_EVERY", 0)


@pytest.fixture
async def shown(reader: Reader, mongodb: Database) -> Reader:
    """A shop with a document of each kind."""
    told = ("product.created", "review.submitted", "stock.received", "user.created", "cart.created", "cart.item.added")
    await reader.sees(recorded(events(*told, *COMPLETED)))
    return reader


async def lose(database: Database, view: View) -> tuple[Document, IncompleteDocument]:
    """Let a document of a view lack an event; the document, and the row that says so."""
    [document] = await database[view.name].find().sort("_id", 1).limit(1).to_list()
    row = replace(INCOMPLETE_ORDER, view=view.name, key=document["_id"], position=MISSING)
    await IncompleteDocuments(database, [view.name]).save(row)
    return document, row


def marks(answer: Any) -> list[int]:
    """What an answer says of documents that lack events, wherever it says it."""
    if isinstance(answer, dict):
        said = answer.get("incompleteFrom")
        return ([said] if said else []) + [each for value in answer.values() for each in marks(value)]
    return [each for value in answer for each in marks(value)] if isinstance(answer, list) else []


ANSWERS = {
    "orders": (ORDERS_VIEW, "/orders"),
    "order": (ORDERS_VIEW, "/orders/{_id}"),
    "all orders": (ORDERS_VIEW, "/admin/orders"),
    "order of an admin": (ORDERS_VIEW, "/admin/orders/{_id}"),
    "order by its number": (ORDERS_VIEW, "/admin/orders/{orderNumber}"),
    "sagas": (SAGAS_VIEW, "/admin/sagas?state=COMPLETED"),
    "saga": (SAGAS_VIEW, "/admin/sagas/{_id}"),
    "records": (SAGAS_VIEW, "/admin/sagas/{_id}/records"),
    "products": (PRODUCTS_VIEW, "/products"),
    "product": (PRODUCTS_VIEW, "/products/{_id}"),
    "all products": (PRODUCTS_VIEW, "/admin/products"),
    "reviews": (REVIEWS_VIEW, "/reviews/product/{productId}"),
    "stock": (STOCK_VIEW, "/admin/stock"),
    "stock of a product": (STOCK_VIEW, "/inventory/{productId}"),
    "people": (USERS_VIEW, "/admin/users"),
    "person": (USERS_VIEW, "/admin/users/{_id}"),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_a_document_that_lacks_an_event_says_from_where_on_until_it_is_whole(
    shown: Reader, mongodb: Database, name: str
) -> None:
    view, path = ANSWERS[name]
    document, row = await lose(mongodb, view)
    asked = path.format_map(document)
    assert marks(await shown.told(asked)) == [MISSING]
    await IncompleteDocuments(mongodb, [view.name]).remove(row)
    assert marks(await shown.told(asked)) == []


async def test_a_cart_that_lacks_an_event_says_so(shown: Reader, mongodb: Database) -> None:
    cart, _ = await lose(mongodb, CARTS_VIEW)
    owner = cart["_id"]
    assert marks(await shown.told(f"/carts/{owner}", headers=who(owner, "customer"))) == [MISSING]


async def test_it_is_said_also_where_very_many_lack_events(
    shown: Reader, mongodb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incomplete, "MOST", 0)
    await lose(mongodb, ORDERS_VIEW)
    assert marks(await shown.told("/admin/orders")) == [MISSING]
    assert marks(await shown.told("/admin/products")) == []


async def test_only_the_document_concerned_says_so(reader: Reader, mongodb: Database) -> None:
    told = [events("order.created", order_id=each, order_number=f"ORD-20260314-0000{each}") for each in "123"]
    await reader.sees(recorded([event for each in told for event in each]))
    await IncompleteDocuments(mongodb, [ORDERS_VIEW.name]).save(replace(INCOMPLETE_ORDER, key="2"))
    items = (await reader.told("/admin/orders"))["items"]
    assert {each["orderId"]: each.get("incompleteFrom") for each in items} == {"1": None, "2": 5, "3": None}


async def test_who_waits_for_a_position_is_told_at_once_what_lacks_it(
    shown: Reader, mongodb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incomplete, "LOOK_EVERY", 3_600)
    assert marks(await shown.told("/admin/orders")) == []
    order, _ = await lose(mongodb, ORDERS_VIEW)
    headers = {"X-Min-Position": f"order-{order['_id']}@{order['position']}"}
    assert marks(await shown.told("/admin/orders", headers=headers)) == [MISSING]


async def test_while_no_document_lacks_an_event_it_is_looked_for_now_and_then(
    shown: Reader, mongodb: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incomplete, "LOOK_EVERY", 3_600)
    assert marks(await shown.told("/admin/orders")) == []
    await lose(mongodb, ORDERS_VIEW)
    assert marks(await shown.told("/admin/orders")) == []
