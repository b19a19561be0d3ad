"""Quantities per product."""

from schemas.order import OrderLine
from schemas.quantities import quantities_of, stock_lines, sum_quantities
from schemas.warehouse import StockLine


def test_a_product_that_occurs_twice_is_summed_at_its_first_place() -> None:
    assert sum_quantities([("milk", 2), ("eggs", 1), ("milk", 3)]) == (("milk", 5), ("eggs", 1))
    assert sum_quantities([]) == ()


def test_order_lines_and_stock_lines_have_the_same_quantities() -> None:
    ordered = [OrderLine(product_id="milk", name="Milk", quantity=quantity, unit_price=99) for quantity in (2, 3)]
    stored = [StockLine(product_id="milk", quantity=5)]
    assert quantities_of(ordered) == quantities_of(stored) == (("milk", 5),)


def test_quantities_become_lines_and_back() -> None:
    quantities = (("milk", 5), ("eggs", 1))
    assert quantities_of(stock_lines(quantities)) == quantities
