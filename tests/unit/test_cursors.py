"""Cursors: what they hold, and that none but those of the same list are read."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from query_api.cursors import Listing, Sort, narrow, read_cursor, write_cursor
from schemas.errors import Invalid

BY_PRICE: Sort = (("price.amount", 1), ("productId", 1))
QUERY = {"forSale": True, "price.amount": {"$gte": 5}}
LAST = {"price": {"amount": 899}, "productId": "mug", "name": "Mug"}
PRODUCTS = Listing("products", QUERY, BY_PRICE)
CURSOR = write_cursor(PRODUCTS, LAST)


def test_a_cursor_gives_back_the_sort_values_of_the_last_item() -> None:
    assert read_cursor(CURSOR, PRODUCTS) == [899, "mug"]


@given(st.integers(-(2**53), 2**53), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_every_value_comes_back(amount: int, product_id: str) -> None:
    cursor = write_cursor(PRODUCTS, {"price": {"amount": amount}, "productId": product_id})
    assert cursor.isascii()
    assert read_cursor(cursor, PRODUCTS) == [amount, product_id]


@pytest.mark.parametrize("index", range(len(CURSOR)))
def test_a_mutilated_cursor_is_refused(index: int) -> None:
    other = "A" if CURSOR[index] != "A" else "B"
    for mutilated in (
        CURSOR[:index] + other + CURSOR[index + 1 :],
        CURSOR[:index],
        CURSOR[index + 1 :],
        CURSOR + other,
    ):
        with pytest.raises(Invalid):
            read_cursor(mutilated, PRODUCTS)


@pytest.mark.parametrize("text", ["", "A", "AAAA", "=", "é", "%00", "null", "../..", "W10", " " + CURSOR, "x" * 8_000])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_cursor(text, PRODUCTS)


@pytest.mark.parametrize(
    "other",
    [
        PRODUCTS._replace(query=QUERY | {"forSale": False}),
        PRODUCTS._replace(query=QUERY | {"customerId": "bob"}),
        PRODUCTS._replace(query={"forSale": True}),
        PRODUCTS._replace(sort=(("price.amount", -1), ("productId", 1))),
        PRODUCTS._replace(sort=(("placed", -1),)),
        PRODUCTS._replace(collection="stock"),
    ],
    ids=str,
)
def test_a_cursor_of_another_list_is_refused(other: Listing) -> None:
    with pytest.raises(Invalid) as refused:
        read_cursor(CURSOR, other)
    [error] = refused.value.extra["errors"]
    assert (error["field"], error["in"]) == ("cursor", "query")


@pytest.mark.parametrize("value", [{"$gt": 0}, None, [1], 1.5])
def test_a_cursor_holds_no_operators(value: object) -> None:
    forged = write_cursor(PRODUCTS, LAST | {"price": {"amount": value}})
    with pytest.raises(Invalid):
        read_cursor(forged, PRODUCTS)


@pytest.mark.parametrize(
    ("query", "sort", "after", "narrowed"),
    [
        ({}, (("placed", -1),), [7], [{"placed": {"$lt": 7}}]),
        (
            {"a": 1},
            (("name", 1), ("id", 1)),
            ["x", "i"],
            [{"a": 1, "name": {"$eq": "x"}, "id": {"$gt": "i"}}, {"a": 1, "name": {"$gt": "x"}}],
        ),
        (
            {"price": {"$gte": 5, "$lte": 9}},
            (("price", -1), ("id", 1)),
            [8, "i"],
            [
                {"price": {"$gte": 5, "$lte": 9, "$eq": 8}, "id": {"$gt": "i"}},
                {"price": {"$gte": 5, "$lte": 9, "$lt": 8}},
            ],
        ),
        ({"id": {"$in": ["a", "b"]}}, (("id", 1),), ["a"], [{"id": {"$in": ["a", "b"], "$gt": "a"}}]),
        ({"id": "b"}, (("id", 1),), ["a"], [{"id": {"$eq": "b", "$gt": "a"}}]),
    ],
)
def test_what_comes_after_a_cursor_is_asked_for_one_field_at_a_time(
    query: dict[str, Any], sort: Sort, after: list[str | int], narrowed: list[dict[str, Any]]
) -> None:
    assert narrow(Listing("any", query, sort), after) == narrowed
