"""The order of a dictionary."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projectors.models.products import PRODUCTS
from query_api.cursors import Listing, write_cursor
from query_api.paging import PageParameters
from text.collation import sort_key


@pytest.mark.parametrize(
    "names",
    [
        ["apple", "Banana", "éclair", "Fig", "Warranty"],
        ["cote", "coté", "côte", "côté"],
        ["résumé", "résumés", "Résumés"],
        ["co-op", "CO-OP", "coop"],
        ["de luge", "de Luge", "de-luge", "deluge"],
        ["Äpfel", "Apfelbaum", "apple", "Apple"],
        ["öl", "Öl", "Ostern"],
        ["Strasse", "straße", "Straßen"],
        ["Lodge", "Łódź", "Lodzer"],
        ["елка", "Ёлка", "ель", "йогурт", "яблоко"],
        ["αβγό", "καφές", "ψωμί"],
        ["กา", "เก", "ขา"],
        ["1 lamp", "10 lamps", "2 lamps", "lamp"],
        ["zebra", "ψωμί", "ель", "עץ", "كتاب", "काम", "ไทย", "한글", "かな", "茶"],
    ],
    ids=lambda names: names[0],
)
def test_names_are_sorted_as_in_a_dictionary(names: list[str]) -> None:
    expected = sorted(names, key=names.index)
    assert sorted(random.Random(1).sample(names, len(names)), key=sort_key) == expected


def test_the_keys_are_those_of_the_stored_form() -> None:
    """Another ICU may give other keys. Then raise the form of the products' view, and change this."""
    assert PRODUCTS.view.form == 3
    assert sort_key("Crème brûlée") == "2f4d334333042d4d5341333301438a408e44880501dc12"


@pytest.mark.parametrize("character", ["a", "é", "茶", "\ufdfa", "\U0001f469", "ệ", "Ω"])
def test_the_longest_name_makes_a_cursor_that_is_taken(character: str) -> None:
    product = {"nameKey": sort_key(character * 500), "productId": "x" * 64}
    cursor = write_cursor(Listing("products", {}, (("nameKey", 1), ("productId", 1))), product)
    assert PageParameters(cursor=cursor).cursor == cursor


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_key_is_hexadecimal_and_the_same_in_every_form(text: str) -> None:
    assert set(sort_key(text)) <= set("0123456789abcdef")
    assert sort_key(unicodedata.normalize("NFD", text)) == sort_key(text)
