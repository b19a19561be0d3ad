"""Which products are in the same orders."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectors.folding import fold
from projectors.models.bought_together import BOUGHT_TOGETHER, CAPACITY, NEIGHBOURS, touches
from schemas.envelope import Envelope
from schemas.order import OrderLine
from tests.histories import events, recorded

BASKETS = st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8), max_size=20)


def orders(*baskets: list[str]) -> list[Envelope]:
    """One order of each basket."""
    return recorded(
        event
        for number, basket in enumerate(baskets)
        for event in events("order.created", order_id=f"order-{number}", items=tuple(map(line, basket)))
    )


def line(product_id: str) -> OrderLine:
    return OrderLine(product_id=product_id, name="A thing", quantity=2, unit_price=100)


def pairs(history: list[Envelope]) -> Counter[tuple[str, str]]:
    documents = fold(BOUGHT_TOGETHER, {}, history, 0).documents
    return Counter(
        {
            (key.removeprefix("0/"), other): n
            for key, document in documents.items()
            for other, n in (document["counts"] if document else {}).items()
        }
    )


@given(baskets=BASKETS)
def test_every_pair_of_an_order_counts_once_each_way(baskets: list[list[str]]) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for basket in baskets:
        expected.update(itertools.permutations(sorted(set(basket)), 2))
    assert pairs(orders(*baskets)) == expected


@pytest.mark.parametrize("size", [24, 25, 26, 27, 200])
def test_a_large_order_makes_bounded_work_and_counts_each_pair_both_ways(size: int) -> None:
    [order] = orders([f"product-{number}" for number in range(size)])
    touched = dict(touches(order))
    assert len(touched) == size
    assert {len(partners) for partners in touched.values()} == {min(size - 1, 2 * NEIGHBOURS)}
    assert all(product in touched[other] for product, others in touched.items() for other in others)
    assert all(product not in others for product, others in touched.items())


def test_the_pairs_of_a_large_order_are_the_same_whenever_they_are_asked_for() -> None:
    basket = [f"product-{number}" for number in range(60)]
    [order], [same], [_, other] = orders(basket), orders(basket[::-1]), orders([], basket)
    chosen, again, others = ({key: set(parts) for key, parts in touches(each)} for each in (order, same, other))
    assert chosen == again
    assert chosen != others


def test_an_order_of_one_product_counts_for_it_and_has_no_pairs() -> None:
    history = orders(["lamp", "lamp"], ["lamp", "mug"])
    assert list(touches(history[0])) == [("lamp", [])]
    document = fold(BOUGHT_TOGETHER, {}, history, 0).documents["0/lamp"]
    assert document
    assert (document["orders"], document["counts"]) == (2, {"mug": 1})


def test_a_document_stays_small() -> None:
    history = orders(*([f"other-{number}", "lamp", "mug"] for number in range(5 * CAPACITY)))
    document = fold(BOUGHT_TOGETHER, {}, history, 0).documents["0/lamp"]
    assert document
    assert len(document["counts"]) <= 2 * CAPACITY
    assert (document["counts"]["mug"], document["orders"]) == (5 * CAPACITY, 5 * CAPACITY)
    assert 0 < document["missed"] < 10
