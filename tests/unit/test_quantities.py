"""How many of what."""

from schemas.order import OrderLine
from schemas.quantities import quantities_of, stock_lines, sum_quantities
from schemas.warehouse import StockLine


def test_a_product_mentioned_twice_is_counted_once_where_it_was_mentioned_first() -> None:
    assert sum_quantities([("milk", 2), ("eggs", 1), ("milk", 3)]) == (("milk", 5), ("eggs", 1))
    assert sum_quantities([]) == ()


def test_lines_of_orders_and_of_stock_are_the_same_pieces() -> None:
    ordered = [OrderLine(product_id="milk", name="Milk", quantity=each, unit_price=99) for each in (2, 3)]
    stored = [StockLine(product_id="milk", quantity=5)]
    assert quantities_of(ordered) == quantities_of(stored) == (("milk", 5),)


def test_pieces_are_said_in_lines_and_read_again() -> None:
    pieces = (("milk", 5), ("eggs", 1))
    assert quantities_of(stock_lines(pieces)) == pieces
