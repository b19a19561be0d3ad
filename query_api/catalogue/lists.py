"""Lists of products: a page in an order, with its cursor, and counts that are found once for the same filters."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from query_api.catalogue.index import CatalogueIndex
from query_api.catalogue.ordering import Group, Ordering, Place, SortKey, read_page
from query_api.catalogue.selection import Filters, Selection, select
from query_api.cursors import Listing, Sort, invalid_cursor, read_cursor, write_cursor
from query_api.paging import check_no_skip
from schemas.documents import PRODUCTS_VIEW

REMEMBERED = 64
"""Selections that are kept until the catalogue changes."""
NOT_TRENDING = 10**6
"""The rank of products that are not among the trending ones."""
BEFORE_ALL = ("", "")


class Order(NamedTuple):
    """An order of products: the ordering it follows, in which direction, and the type of its values."""

    ordering: str
    is_descending: bool
    type: type[str] | type[int]


ORDERS: dict[str, Order] = {
    "relevance": Order("by_name", False, str),
    "name": Order("by_name", False, str),
    "-name": Order("by_name", True, str),
    "price": Order("by_price", False, int),
    "-price": Order("by_price", True, int),
    "newest": Order("by_age", True, int),
    "rating": Order("by_rating", True, int),
    "trending": Order("by_name", False, str),
}
"""Ties are in the order of the ids, with a descending order descending too."""


class ProductPage(NamedTuple):
    """The ids of one page, and the cursor of the next, if there is one."""

    ids: list[str]
    next: str | None


class Question(NamedTuple):
    """Which part of which list is asked for."""

    filters: Filters
    sort: str
    skip: int
    limit: int
    cursor: str | None


class SelectionCache:
    """Remembers selections of an index until it changes."""

    def __init__(self) -> None:
        self._selections: dict[Filters, Selection] = {}
        self._of: tuple[CatalogueIndex, int] | None = None

    def select(self, index: CatalogueIndex, filters: Filters) -> Selection:
        """As `selection.select`."""
        if self._of != (index, index.version) or len(self._selections) >= REMEMBERED:
            self._of, self._selections = (index, index.version), {}
        if filters not in self._selections:
            self._selections[filters] = select(index, filters)
        return self._selections[filters]


def find_products(
    index: CatalogueIndex, selection: Selection, question: Question, trending: Sequence[str] = ()
) -> ProductPage:
    """Return one page; `trending` are the ids that come first in that order, in theirs.

    Raises:
        Invalid: The cursor is none of this list, or comes with `skip`.
    """
    order = ORDERS[question.sort]
    ordering: Ordering = getattr(index, order.ordering)
    groups = _groups(index, selection, question.sort, trending)
    found = read_page(
        groups,
        ordering,
        is_descending=order.is_descending,
        after=_place(question, order, trending),
        skip=question.skip,
        limit=question.limit + 1,
    )
    shown = found[: question.limit]
    ids = [index.products[number].product_id for _, number in shown]
    if len(found) <= question.limit:
        return ProductPage(ids, None)
    rank, number = shown[-1]
    value, product_id = ordering.key(number)
    return ProductPage(ids, write_cursor(_listing(question), {"rank": rank, "value": value, "productId": product_id}))


def _groups(index: CatalogueIndex, selection: Selection, sort: str, trending: Sequence[str]) -> Sequence[Group]:
    if sort == "relevance":
        return selection.groups
    matches = 0
    for group in selection.groups:
        matches |= group.matches
    if sort != "trending":
        return [Group(0, matches)]
    first = []
    for rank, product_id in enumerate(trending):
        number = index.number_of(product_id)
        if number is not None and matches >> number & 1:
            first.append(Group(rank, 1 << number))
            matches ^= 1 << number
    return [*first, Group(NOT_TRENDING, matches)]


def _listing(question: Question) -> Listing:
    direction = -1 if ORDERS[question.sort].is_descending else 1
    sort: Sort = (("rank", 1), ("value", direction), ("productId", direction))
    return Listing(f"{PRODUCTS_VIEW.name}/{question.sort}", question.filters._asdict(), sort)


def _place(question: Question, order: Order, trending: Sequence[str]) -> Place | None:
    if question.cursor is None:
        return None
    check_no_skip(question.skip)
    values: Sequence[Any] = read_cursor(question.cursor, _listing(question))
    rank, value, product_id = values
    if [type(each) for each in values] != [int, order.type, str]:
        raise invalid_cursor()
    if question.sort == "trending" and rank != NOT_TRENDING:
        return _trending_place(trending, rank, (value, product_id))
    return Place(rank, (value, product_id))


def _trending_place(trending: Sequence[str], rank: int, key: SortKey) -> Place:
    """Return where a product is now: others may have overtaken it since its page was read."""
    return Place(trending.index(key[1]), key) if key[1] in trending else Place(rank, BEFORE_ALL)
