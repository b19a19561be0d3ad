"""Every query for reviews has its index: of the first page, and of the pages that a cursor leads to."""

from typing import Any

import pytest

from projectors.models.orders import ORDERS
from projectors.models.reviews import REVIEWS
from query_api import paging
from query_api.cursors import Listing, Sort, narrow
from query_api.routers import reviews
from tests.histories import events, recorded
from tests.indexes import serves
from tests.integration.doors.counter import ANN, BOB, EVE
from tests.integration.doors.reader import Reader

Asked = list[tuple[dict[str, Any], Sort]]
OF_A_PERSON = ("state", "shownAs")
"""What the index of a person's reviews does not have: they are few."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The query and order of every page that is asked for."""
    found: Asked = []

    async def noted(collection: Any, query: dict[str, Any], sort: Sort, *rest: Any) -> paging.Page:
        found.append((query, sort))
        return await paging.find_page(collection, query, sort, *rest)

    monkeypatch.setattr(reviews, "find_page", noted)
    return found


@pytest.mark.parametrize(
    ("path", "looked_at"),
    [
        ("/reviews/product/lamp", ()),
        ("/reviews/product/lamp?sort=highest", ()),
        ("/reviews/product/lamp?sort=lowest", ()),
        ("/reviews/product/lamp?rating=5", ()),
        ("/reviews/product/lamp?rating=5&sort=highest", ()),
        ("/reviews/user/bob", OF_A_PERSON),
        ("/admin/reviews", ()),
        ("/admin/reviews?show=hidden", ()),
    ],
)
@pytest.mark.parametrize("headers", [ANN, BOB, EVE])
async def test_every_list_has_its_index(
    reader: Reader, asked: Asked, path: str, looked_at: tuple[str, ...], headers: dict[str, str]
) -> None:
    await reader.sees(recorded(events("product.created", product_id="lamp")))
    answer = await reader.asks(path, headers=headers)
    if path.startswith("/admin") and headers is not ANN:
        assert answer.status_code == 403
        return
    assert answer.status_code == 200
    [(query, sort)] = asked
    values = [1] * len(sort)
    for each in (query, *narrow(Listing("reviews", query, sort), values)):
        assert serves(REVIEWS, each, sort, looked_at=looked_at), (each, sort)


def test_ones_orders_are_found_by_their_customer() -> None:
    query = {"customerId": "bob", "items.productId": "lamp"}
    assert serves(ORDERS, query, (("placed", -1),), looked_at=("items.productId",))


@pytest.mark.parametrize(
    ("query", "sort"),
    [
        ({"rating": 5}, (("placed", -1),)),
        ({"productId": "lamp"}, (("placed", -1),)),
        ({"productId": "lamp", "state": "visible"}, (("createdAt", -1),)),
        ({"productId": "lamp", "state": "visible"}, (("rating", 1), ("placed", 1), ("userId", 1))),
        ({"userId": {"$gt": "a"}}, (("placed", -1),)),
    ],
)
def test_a_query_without_an_index_is_seen(query: dict[str, Any], sort: Sort) -> None:
    assert not serves(REVIEWS, query, sort)
