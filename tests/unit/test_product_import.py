"""A row of a catalogue file: what it changes of the product that it names."""

from typing import Any

import pytest

from domain.product import PRODUCT, Product
from domain.product_import import decide_row
from schemas.errors import AIOutletError, CurrencyDiffers, ProductIncomplete, ProductNotForSale
from schemas.message import Money
from schemas.product import (
    ProductCreated,
    ProductDiscontinued,
    ProductEvent,
    ProductPriceChanged,
    ProductRelisted,
    ProductUpdated,
    PutProduct,
)

CONTENT: dict[str, Any] = {
    "name": "Whole milk",
    "department": "Grocery",
    "category": "Dairy",
    "brand": "National",
    "description": "One gallon",
    "attributes": {"Fat": "3.5 %", "Size": "1 gal"},
    "picture": "glass-of-milk",
}
PRICE, DEARER = Money(amount=249, currency="USD"), Money(amount=279, currency="USD")
CREATED = ProductCreated(product_id="milk", **CONTENT, price=PRICE)
RENAMED = ProductUpdated(product_id="milk", **CONTENT | {"name": "Milk"})
DEARER_NOW = ProductPriceChanged(product_id="milk", old=PRICE, new=DEARER)
DISCONTINUED = ProductDiscontinued(product_id="milk")
RELISTED = ProductRelisted(product_id="milk")
WHOLE: dict[str, Any] = CONTENT | {"price": PRICE}


def row(**said: Any) -> PutProduct:
    return PutProduct.model_validate({"product_id": "milk", **said})


def decided(said: dict[str, Any], *past: ProductEvent) -> list[ProductEvent]:
    return [*decide_row(row(**said), PRODUCT.fold(past))]


@pytest.mark.parametrize(
    ("said", "events"),
    [
        (WHOLE, [CREATED]),
        (WHOLE | {"for_sale": True}, [CREATED]),
        (WHOLE | {"for_sale": False}, [CREATED, DISCONTINUED]),
        (
            {"name": "Milk", "department": "Grocery", "category": "Dairy", "price": PRICE},
            [ProductCreated(product_id="milk", name="Milk", department="Grocery", category="Dairy", price=PRICE)],
        ),
        (
            WHOLE | {"brand": None, "description": None, "attributes": None, "picture": None},
            [ProductCreated(product_id="milk", name="Whole milk", department="Grocery", category="Dairy", price=PRICE)],
        ),
    ],
)
def test_a_row_adds_a_product(said: dict[str, Any], events: list[ProductEvent]) -> None:
    assert decided(said) == events


@pytest.mark.parametrize(
    ("said", "events"),
    [
        (WHOLE, []),
        ({}, []),
        (CONTENT, []),
        ({"for_sale": True}, []),
        ({"name": "Milk"}, [RENAMED]),
        (WHOLE | {"name": "Milk"}, [RENAMED]),
        ({"price": DEARER}, [DEARER_NOW]),
        (WHOLE | {"name": "Milk", "price": DEARER}, [RENAMED, DEARER_NOW]),
        ({"for_sale": False}, [DISCONTINUED]),
        ({"name": "Milk", "for_sale": False}, [RENAMED, DISCONTINUED]),
        ({"brand": None}, [ProductUpdated(product_id="milk", **CONTENT | {"brand": None})]),
        ({"description": None}, [ProductUpdated(product_id="milk", **CONTENT | {"description": ""})]),
        ({"attributes": None}, [ProductUpdated(product_id="milk", **CONTENT | {"attributes": {}})]),
        (
            {"attributes": {"Fat": "1 %"}},
            [ProductUpdated(product_id="milk", **CONTENT | {"attributes": {"Fat": "1 %"}})],
        ),
        ({"picture": None}, [ProductUpdated(product_id="milk", **CONTENT | {"picture": None})]),
    ],
)
def test_a_row_changes_what_it_says_and_leaves_the_rest(said: dict[str, Any], events: list[ProductEvent]) -> None:
    assert decided(said, CREATED) == events


def test_the_order_of_attributes_counts() -> None:
    turned = {"Size": "1 gal", "Fat": "3.5 %"}
    [updated] = decided({"attributes": turned}, CREATED)
    assert isinstance(updated, ProductUpdated)
    assert [*updated.attributes] == [*turned.items()]


def test_a_row_is_what_the_product_becomes_also_where_it_repeats_an_old_one() -> None:
    assert decided(WHOLE, CREATED, RENAMED, DEARER_NOW) == [
        ProductUpdated(product_id="milk", **CONTENT),
        ProductPriceChanged(product_id="milk", old=DEARER, new=PRICE),
    ]


@pytest.mark.parametrize(
    ("said", "events"),
    [
        (WHOLE, []),
        (WHOLE | {"for_sale": False}, []),
        ({"for_sale": True}, [RELISTED]),
        ({"for_sale": True, "name": "Milk"}, [RELISTED, RENAMED]),
    ],
)
def test_a_discontinued_product_stays_so_unless_the_row_relists_it(
    said: dict[str, Any], events: list[ProductEvent]
) -> None:
    assert decided(said, CREATED, DISCONTINUED) == events


@pytest.mark.parametrize(
    ("said", "past", "error"),
    [
        ({"name": "Milk"}, (), ProductIncomplete),
        ({"name": "Milk"}, (CREATED, DISCONTINUED), ProductNotForSale),
        ({"price": DEARER, "for_sale": False}, (CREATED, DISCONTINUED), ProductNotForSale),
        ({"price": Money(amount=249, currency="EUR")}, (CREATED,), CurrencyDiffers),
    ],
)
def test_a_row_is_refused(said: dict[str, Any], past: tuple[ProductEvent, ...], error: type[AIOutletError]) -> None:
    with pytest.raises(error):
        decided(said, *past)


def test_what_a_new_product_needs_is_named() -> None:
    with pytest.raises(ProductIncomplete) as refused:
        decide_row(row(name="Milk", price=PRICE), Product())
    assert refused.value.extra["missing"] == ["department", "category"]


def test_texts_of_older_rules_are_the_same_text() -> None:
    decomposed = (("Cre\u0300me", "Cre\u0300me"),)
    old = CREATED.model_copy(update={"description": "one\r\ntwo", "attributes": decomposed})
    assert decided({"description": "one\ntwo", "attributes": {"Crème": "Crème"}}, old) == []


@pytest.mark.parametrize("past", [(), (CREATED,), (CREATED, RENAMED, DISCONTINUED)])
@pytest.mark.parametrize("said", [WHOLE | {"for_sale": True}, WHOLE | {"name": "Milk", "for_sale": True}])
def test_a_row_done_twice_is_done_once(said: dict[str, Any], past: tuple[ProductEvent, ...]) -> None:
    events = decided(said, *past)
    assert decided(said, *past, *events) == []
