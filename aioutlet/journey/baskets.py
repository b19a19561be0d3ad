"""What a household carried to the till, as an order to be placed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from schemas.quantities import Quantities, sum_quantities

Line = tuple[str, str, str, int]
"""Basket, household, product and quantity, as one row of the data set says."""


@dataclass(frozen=True, slots=True)
class Basket:
    """One real basket: each product once, in the order it was scanned."""

    basket_id: str
    household_id: str
    items: Quantities


def assembled(lines: Iterable[Line]) -> list[Basket]:
    """Baskets of lines that stand together by basket; a product scanned twice is one item of the sum."""
    return [
        Basket(basket_id, household_id, sum_quantities((product, quantity) for *_, product, quantity in rows))
        for (basket_id, household_id), rows in groupby(lines, key=itemgetter(0, 1))
    ]


def demand(baskets: Sequence[Basket]) -> dict[str, int]:
    """Pieces asked for per product over all baskets."""
    return dict(sum_quantities(item for basket in baskets for item in basket.items))


def stocked(demand: dict[str, int], *, share: float = 0.1, least: int = 5) -> dict[str, int]:
    """Pieces to receive per product so that `demand` is met with a margin: a share of it, and a few on top."""
    return {product: pieces + int(pieces * share) + least for product, pieces in demand.items()}
