from hypothesis import given
from hypothesis import strategies as st

from aioutlet.journey.baskets import Basket, assembled, demand, stocked

ROWS = [("b1", "h1", "milk", 1), ("b1", "h1", "eggs", 2), ("b1", "h1", "milk", 3), ("b2", "h2", "eggs", 1)]


def test_lines_that_stand_together_are_one_basket_with_each_product_once() -> None:
    first, second = assembled(ROWS)
    assert first == Basket("b1", "h1", (("milk", 4), ("eggs", 2)))
    assert second == Basket("b2", "h2", (("eggs", 1),))


def test_demand_is_summed_over_all_baskets() -> None:
    assert demand(assembled(ROWS)) == {"milk": 4, "eggs": 3}


@given(st.dictionaries(st.text(min_size=1), st.integers(1, 10_000)))
def test_what_is_stocked_is_always_more_than_what_is_asked_for(asked: dict[str, int]) -> None:
    received = stocked(asked)
    assert received.keys() == asked.keys()
    assert all(received[product] > pieces for product, pieces in asked.items())
