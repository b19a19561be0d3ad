"""How many of what: a quantity per product, each product once, in the order of their first mention."""

from collections.abc import Iterable

from schemas.order import OrderLine
from schemas.warehouse import StockLine

Quantities = tuple[tuple[str, int], ...]
"""(product id, quantity), once per product."""


def sum_quantities(mentions: Iterable[tuple[str, int]]) -> Quantities:
    """One quantity for each product, however often it is mentioned."""
    total: dict[str, int] = {}
    for product_id, quantity in mentions:
        total[product_id] = total.get(product_id, 0) + quantity
    return tuple(total.items())


def quantities_of(lines: Iterable[OrderLine | StockLine]) -> Quantities:
    """What the lines are about, all together."""
    return sum_quantities((line.product_id, line.quantity) for line in lines)


def stock_lines(pieces: Quantities) -> tuple[StockLine, ...]:
    """The pieces as events and requests say them."""
    return tuple(StockLine(product_id=product_id, quantity=quantity) for product_id, quantity in pieces)
