"""What was bought together by SQL; which pairs of a large order count is said by its rule."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import groupby
from sys import intern
from typing import NamedTuple

from tests.recount.analytics import Answer, ranked
from tests.recount.tables import Tables

PARTNERS = 8
"""Products that an answer lists."""
ALL_PAIRED, NEIGHBOURS = 25, 12
"""Products up to which an order counts for all of its pairs; beyond, each with so many on either side of it."""
PRODUCTS = "select distinct id, line.productId as product from lines"
SIZES = f"select id, count(*) as size from ({PRODUCTS}) group by id"
PAIRS = f"""
with products as ({PRODUCTS}), usual as (select id from ({SIZES}) where size <= {ALL_PAIRED})
select a.product, b.product, count(*)
from products a join products b on a.id = b.id and a.product <> b.product
where a.id in (select id from usual) group by all
"""
LARGE = f"""
select id, product from ({PRODUCTS}) where id in (select id from ({SIZES}) where size > {ALL_PAIRED}) order by id
"""


class Together(NamedTuple):
    """In how many orders a product was, and in how many with each other one."""

    orders: int
    others: Counter[str]


def bought_together(log: Tables) -> dict[str, Together]:
    """Return this of every product that was ordered."""
    others: dict[str, Counter[str]] = defaultdict(Counter)
    for product, other, n in log.rows(PAIRS):
        others[intern(product)][intern(other)] = n
    for order_id, rows in groupby(log.rows(LARGE), key=lambda row: str(row[0])):
        for product, other in _in_circle(order_id, [product for _, product in rows]):
            others[product][other] += 1
    counted = log.rows(f"select product, count(*) from ({PRODUCTS}) group by all")
    return {product: Together(n, others[product]) for product, n in counted}


def is_told(answer: Answer, together: Together) -> bool:
    """Whether an answer tells the orders of a product, and its partners as they are ranked.

    No count may be too high, none lower by more than is said, and no product left out that has more.
    """
    if answer["orders"] != together.orders:
        return False
    listed, missed, others = partners_of(answer), answer["missed"], together.others
    if not missed:
        return listed == ranked(others)[:PARTNERS]
    least = listed[-1][1] + missed
    return (
        listed == ranked(dict(listed))
        and len(listed) == PARTNERS
        and all(others[each] - missed <= n <= others[each] for each, n in listed)
        and all(n <= least for each, n in others.items() if each not in dict(listed))
    )


def partners_of(answer: Answer) -> list[tuple[str, int]]:
    """Return the products that an answer lists, with the orders that had both."""
    return [(each["productId"], each["orders"]) for each in answer["items"]]


def _in_circle(order_id: str, products: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of a large order, both ways: of those next to one another in a circle, ordered by a hash."""
    circle = sorted(products, key=lambda each: blake2b(f"{order_id}/{each}".encode(), digest_size=8).digest())
    for index, product in enumerate(circle):
        for step in range(1, NEIGHBOURS + 1):
            other = circle[(index + step) % len(circle)]
            yield from ((product, other), (other, product))
