"""Which products are bought together with one: what the partitions of orders have counted, added up."""

from collections import Counter
from typing import NamedTuple

from query_api.catalogue.presentation import is_product, present_product
from query_api.context import QueryContext
from schemas.documents import BOUGHT_TOGETHER_VIEW, PRODUCTS_VIEW, Document, product_of

MAX_PARTNERS = 8
CHUNK = 3 * MAX_PARTNERS
"""Products looked up at once: some may not be for sale any more."""


class Together(NamedTuple):
    """Products for sale and how many orders had both, the most first, equal ones by id.

    `orders` had the product at all. No count is too high; each may be too low by at most `missed`.
    """

    orders: int
    missed: int
    products: list[tuple[Document, int]]


async def find_bought_together(context: QueryContext, product_id: str) -> Together:
    """Return the products for sale that most orders had together with this one."""
    ids = [f"{partition}/{product_id}" for partition in range(context.partitions)]
    documents = await context.collection(BOUGHT_TOGETHER_VIEW).find({"_id": {"$in": ids}}).to_list()
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update(document["counts"])
    ranked = sorted(((product_of(field), n) for field, n in counts.items()), key=lambda each: (-each[1], each[0]))
    return Together(
        sum(document["orders"] for document in documents),
        sum(document["missed"] for document in documents),
        await _for_sale(context, ranked),
    )


async def _for_sale(context: QueryContext, ranked: list[tuple[str, int]]) -> list[tuple[Document, int]]:
    found: list[tuple[Document, int]] = []
    for start in range(0, len(ranked), CHUNK):
        chunk = dict(ranked[start : start + CHUNK])
        products = await context.find_by_ids(PRODUCTS_VIEW, chunk)
        found += [
            (present_product(product, context.sold_from), n)
            for product, n in zip(products, chunk.values(), strict=True)
            if is_product(product) and product["forSale"]
        ]
        if len(found) >= MAX_PARTNERS:
            break
    return found[:MAX_PARTNERS]
