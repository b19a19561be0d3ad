"""One product as readers see it."""

from query_api.catalogue.presentation import is_product, present_product
from query_api.context import QueryContext
from schemas.documents import PRODUCTS_VIEW, Document
from schemas.errors import NotFound


async def find_product(context: QueryContext, product_id: str) -> Document:
    """Return a product, whether or not it is for sale.

    Raises:
        NotFound: There is none of this id; of one whose stock or reviews alone are known, nothing is shown.
    """
    document = await context.find_by_id(PRODUCTS_VIEW, product_id)
    if not is_product(document):
        raise NotFound(f"no product {product_id}", product_id=product_id)
    return present_product(document, context.sold_from)
