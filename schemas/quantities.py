"""A quantity for each product of some lines."""

from collections.abc import Iterable
from typing import Protocol

from schemas.warehouse import StockLine

Quantities = tuple[tuple[str, int], ...]
"""(product id, quantity), each product once, in the order of their first mention."""


class ProductLine(Protocol):
    """A number of pieces of one product, in whatever is ordered, reserved or moved."""

    @property
    def product_id(self) -> str: ...
    @property
    def quantity(self) -> int: ...


def sum_quantities(pairs: Iterable[tuple[str, int]]) -> Quantities:
    """One quantity for each product, however often it occurs in `pairs`."""
    totals: dict[str, int] = {}
    for product_id, quantity in pairs:
        totals[product_id] = totals.get(product_id, 0) + quantity
    return tuple(totals.items())


def quantities_of(lines: Iterable[ProductLine]) -> Quantities:
    """The quantities of `lines`, summed per product."""
    return sum_quantities((line.product_id, line.quantity) for line in lines)


def stock_lines(quantities: Quantities) -> tuple[StockLine, ...]:
    """The form that quantities have in events and requests."""
    return tuple(StockLine(product_id=product_id, quantity=quantity) for product_id, quantity in quantities)
