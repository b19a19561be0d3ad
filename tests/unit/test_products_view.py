"""What the catalogue shows after these events."""

import unicodedata

from projectors.folding import TallyChange, fold
from projectors.models.products import PRODUCTS
from schemas.documents import Document, filters_of, label
from schemas.message import Event
from tests.examples import EXAMPLES, LAMP_ID
from tests.histories import events, recorded
from text.search_words import tokens

LIGHTING = label(department="Home", category="Lighting")


def lamp_after(*history: Event) -> Document:
    document = fold(PRODUCTS, {}, recorded(history)).documents[LAMP_ID]
    assert document is not None
    return document


def counts_after(*history: Event) -> dict[str, int]:
    counts: dict[str, int] = {}
    for count in fold(PRODUCTS, {}, recorded(history)).tally_changes:
        counts[count.label] = counts.get(count.label, 0) + count.change
    return {name: count for name, count in counts.items() if count}


def test_a_new_product_is_for_sale_at_its_price() -> None:
    lamp = lamp_after(*events("product.created"))
    assert (lamp["name"], lamp["forSale"], lamp["price"]) == (
        "Desk lamp, brass",
        True,
        {"amount": 3499, "currency": "USD"},
    )


def test_it_is_found_by_its_name_brand_category_and_department() -> None:
    found = lamp_after(*events("product.created"))["words"].split()
    assert found == tokens(["desk", "lamp", ",", "brass", "private", "lighting", "home"])


def test_texts_of_older_rules_are_shown_composed() -> None:
    typed = {name: unicodedata.normalize("NFD", "Crème") for name in ("name", "department", "category", "brand")}
    lamp = lamp_after(*events("product.created", **typed, description="one\r\ntwo"))
    assert [lamp[name] for name in typed] == [unicodedata.normalize("NFC", "Crème")] * 4
    assert lamp["description"] == "one\ntwo"
    assert label(department=lamp["department"]) in PRODUCTS.labels(lamp)


def test_what_stands_after_a_control_character_is_found() -> None:
    [lamp] = [lamp_after(*events("product.created", name="before\x00after"))]
    assert set(tokens(["before", "after"])) <= set(lamp["words"].split())


def test_an_update_replaces_all_that_is_said_of_it_but_not_the_price() -> None:
    lamp = lamp_after(*events("product.created", "product.updated"))
    assert (lamp["name"], lamp["brand"], lamp["price"]["amount"]) == ("Desk lamp, polished brass", None, 3499)


def test_a_new_price_is_shown_at_once() -> None:
    assert lamp_after(*events("product.created", "product.price.changed"))["price"]["amount"] == 2999


def test_a_discontinued_product_stays_but_is_no_longer_for_sale() -> None:
    assert lamp_after(*events("product.created", "product.discontinued"))["forSale"] is False


def test_products_for_sale_are_counted_by_department_and_category() -> None:
    home, lighting = label(department="Home"), label(category="Lighting")
    assert counts_after(*events("product.created")) == {label(): 1, home: 1, lighting: 1, LIGHTING: 1}


def test_a_product_that_moves_is_counted_where_it_now_is() -> None:
    moved = EXAMPLES["product.updated"].model_copy(update={"category": "Lamps"})
    counts = counts_after(*events("product.created"), moved)
    assert LIGHTING not in counts
    assert counts[label(department="Home", category="Lamps")] == 1


def test_a_discontinued_product_is_not_counted() -> None:
    assert counts_after(*events("product.created", "product.discontinued")) == {}


def test_every_count_says_since_when() -> None:
    assert TallyChange(LIGHTING, 1, 1) in fold(PRODUCTS, {}, recorded(events("product.created"))).tally_changes


def test_a_label_is_the_same_whatever_the_order_of_its_filters() -> None:
    assert label(b="x", a="y") == label(a="y", b="x")
    assert filters_of(label(b="x&a=z", a="")) == {"a": "", "b": "x&a=z"}
