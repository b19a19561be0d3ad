"""One product: created once, described, priced and taken out of sale."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.product import PRODUCT
from schemas.errors import CurrencyDiffers, NotFound, ProductExists, ProductNotForSale, TooManyAttributes
from schemas.message import Money
from schemas.product import (
    MAX_ATTRIBUTES,
    ChangePrice,
    CreateProduct,
    DiscontinueProduct,
    ProductCommand,
    ProductCreated,
    ProductDiscontinued,
    ProductPriceChanged,
    ProductRelisted,
    ProductUpdated,
    ProductViewsCounted,
    RelistProduct,
    UpdateProduct,
)
from tests.examples import NOON
from tests.spec import given

CONTENT: dict[str, Any] = {
    "product_id": "820165",
    "name": "Whole milk",
    "department": "Grocery",
    "category": "Dairy",
    "brand": "National",
    "description": "One gallon",
}
PRICE = Money(amount=249, currency="USD")
DEARER = Money(amount=279, currency="USD")

CREATE = CreateProduct(**CONTENT, price=PRICE)
CREATED = ProductCreated(**CONTENT, price=PRICE)
RENAMED = ProductUpdated(**CONTENT | {"name": "Milk"})
DEARER_NOW = ProductPriceChanged(product_id="820165", old=PRICE, new=DEARER)
DISCONTINUE = DiscontinueProduct(product_id="820165")
DISCONTINUED = ProductDiscontinued(product_id="820165")
RELIST = RelistProduct(product_id="820165")
RELISTED = ProductRelisted(product_id="820165")
DESCRIBED = ProductUpdated(**CONTENT, attributes=(("Fat", "3.5 %"), ("Size", "1 gal")), picture="glass-of-milk")


def test_a_product_enters_the_catalogue() -> None:
    given(PRODUCT).when(CREATE).then(CREATED)


def test_creating_the_same_product_again_decides_nothing() -> None:
    given(PRODUCT, CREATED).when(CREATE).then()


def test_repeating_an_old_import_decides_nothing_even_after_the_product_changed() -> None:
    given(PRODUCT, CREATED, RENAMED, DEARER_NOW).when(CREATE).then()


def test_importing_the_current_content_decides_nothing() -> None:
    current = CreateProduct(**CONTENT | {"name": "Milk"}, price=DEARER)
    given(PRODUCT, CREATED, RENAMED, DEARER_NOW).when(current).then()


def test_other_content_under_the_same_id_is_refused() -> None:
    other = CREATE.model_copy(update={"name": "Oat milk"})
    given(PRODUCT, CREATED).when(other).refused(ProductExists, productId="820165")


def test_another_price_under_the_same_id_is_refused() -> None:
    given(PRODUCT, CREATED).when(CREATE.model_copy(update={"price": DEARER})).refused(ProductExists)


def test_an_update_records_the_whole_description() -> None:
    given(PRODUCT, CREATED).when(UpdateProduct(product_id="820165", name="Milk")).then(RENAMED)


def test_an_update_that_changes_nothing_decides_nothing() -> None:
    given(PRODUCT, CREATED, RENAMED).when(UpdateProduct(product_id="820165", name="Milk", brand="National")).then()


@pytest.mark.parametrize(("field", "cleared"), [("brand", None), ("description", "")])
def test_null_clears_what_need_not_be_there_once(field: str, cleared: str | None) -> None:
    command = UpdateProduct.model_validate({"productId": "820165", field: None})
    updated = ProductUpdated(**CONTENT | {field: cleared})
    given(PRODUCT, CREATED).when(command).then(updated)
    given(PRODUCT, CREATED, updated).when(command).then()


@pytest.mark.parametrize("field", ["name", "department", "category"])
def test_null_is_no_value_of_what_must_be_there(field: str) -> None:
    with pytest.raises(ValidationError):
        UpdateProduct.model_validate({"productId": "820165", field: None})


@pytest.mark.parametrize(
    ("recorded", "repeated"),
    [("Cre\u0300me", "Crème"), ("\u1112\u1161\u11ab", "한"), ("one\r\ntwo", "one\ntwo"), ("one\rtwo", "one\ntwo")],
    ids=ascii,
)
def test_an_import_is_recognised_by_texts_of_older_rules(recorded: str, repeated: str) -> None:
    old = ProductCreated(**CONTENT | {"description": recorded}, price=PRICE)
    again = CreateProduct(**CONTENT | {"description": repeated}, price=PRICE)
    given(PRODUCT, old).when(again).then()
    given(PRODUCT, old, RENAMED).when(again).then()


def test_the_price_changes() -> None:
    given(PRODUCT, CREATED).when(ChangePrice(product_id="820165", price=DEARER)).then(DEARER_NOW)


def test_the_same_price_is_no_change() -> None:
    given(PRODUCT, CREATED, DEARER_NOW).when(ChangePrice(product_id="820165", price=DEARER)).then()


def test_a_price_in_another_currency_is_refused() -> None:
    euros = ChangePrice(product_id="820165", price=Money(amount=249, currency="EUR"))
    given(PRODUCT, CREATED).when(euros).refused(CurrencyDiffers, currency="USD")


def test_a_product_is_discontinued_once() -> None:
    given(PRODUCT, CREATED).when(DISCONTINUE).then(DISCONTINUED)
    given(PRODUCT, CREATED, DISCONTINUED).when(DISCONTINUE).then()


def test_a_discontinued_product_is_relisted_once_and_is_as_it_was() -> None:
    given(PRODUCT, CREATED, RENAMED, DISCONTINUED).when(RELIST).then(RELISTED)
    given(PRODUCT, CREATED, RENAMED, DISCONTINUED, RELISTED).when(RELIST).then()
    assert PRODUCT.fold([CREATED, RENAMED, DISCONTINUED, RELISTED]) == PRODUCT.fold([CREATED, RENAMED])


def test_a_product_that_is_for_sale_is_not_relisted() -> None:
    given(PRODUCT, CREATED).when(RELIST).then()


def update(**changes: object) -> UpdateProduct:
    return UpdateProduct.model_validate({"productId": "820165", **changes})


def test_attributes_and_picture_come_with_a_description() -> None:
    command = update(attributes={"Fat": "3.5 %", "Size": "1 gal"}, picture="glass-of-milk")
    given(PRODUCT, CREATED).when(command).then(DESCRIBED)
    given(PRODUCT, CREATED, DESCRIBED).when(command).then()


@pytest.mark.parametrize(
    ("changes", "attributes"),
    [
        ({"Fat": "1 %"}, {"Fat": "1 %", "Size": "1 gal"}),
        ({"Fat": None}, {"Size": "1 gal"}),
        ({"Origin": "Ohio", "Fat": None}, {"Size": "1 gal", "Origin": "Ohio"}),
        (None, {}),
    ],
)
def test_attributes_are_changed_one_by_one(changes: object, attributes: dict[str, str]) -> None:
    [updated] = PRODUCT.decide(update(attributes=changes), PRODUCT.fold([CREATED, DESCRIBED]))
    assert isinstance(updated, ProductUpdated)
    assert updated.attributes == tuple(attributes.items())
    assert updated.picture == "glass-of-milk"


def test_a_product_has_not_too_many_attributes() -> None:
    attributes = tuple((str(number), "x") for number in range(MAX_ATTRIBUTES))
    most = ProductUpdated(**CONTENT, attributes=attributes)
    given(PRODUCT, CREATED, most).when(update(attributes={"1 more": "x"})).refused(TooManyAttributes)
    given(PRODUCT, CREATED, most).when(update(attributes={"1 more": "x", "0": None})).then(
        ProductUpdated(**CONTENT, attributes=(*attributes[1:], ("1 more", "x")))
    )


def test_an_import_in_another_order_of_attributes_is_another_product() -> None:
    created = CREATED.model_copy(update={"attributes": (("a", "1"), ("b", "2"))})
    other = CREATE.model_copy(update={"attributes": {"b": "2", "a": "1"}})
    given(PRODUCT, created).when(other).refused(ProductExists)
    given(PRODUCT, created).when(CREATE.model_copy(update={"attributes": {"a": "1", "b": "2"}})).then()


@pytest.mark.parametrize("picture", ["", "Milk", "a/b", "../x", "x" * 65, "é"])
def test_a_picture_has_the_name_of_an_icon(picture: str) -> None:
    with pytest.raises(ValidationError):
        update(picture=picture)


def test_what_has_neither_attributes_nor_picture_is_written_as_before_there_were_any() -> None:
    written = b'{"productId":"820165","name":"Whole milk","department":"Grocery","category":"Dairy","brand":"National",'
    assert ProductUpdated(**CONTENT).as_json() == written + b'"description":"One gallon"}'
    price = b',"price":{"amount":249,"currency":"USD"}}'
    assert CREATED.as_json() == written + b'"description":"One gallon"' + price
    assert ProductUpdated.model_validate_json(ProductUpdated(**CONTENT).as_json()) == ProductUpdated(**CONTENT)


LATER = [
    UpdateProduct(product_id="820165", name="Milk"),
    ChangePrice(product_id="820165", price=DEARER),
]


@pytest.mark.parametrize("command", [*LATER, DISCONTINUE, RELIST], ids=lambda command: type(command).__name__)
def test_an_unknown_product_is_not_found(command: ProductCommand) -> None:
    given(PRODUCT).when(command).refused(NotFound, productId="820165")


@pytest.mark.parametrize("command", LATER, ids=lambda command: type(command).__name__)
def test_a_discontinued_product_stays_as_it_was(command: ProductCommand) -> None:
    given(PRODUCT, CREATED, DISCONTINUED).when(command).refused(ProductNotForSale)


def test_views_change_nothing() -> None:
    viewed = ProductViewsCounted(product_id="820165", minute=NOON, n=3)
    assert PRODUCT.fold([CREATED, viewed]) == PRODUCT.fold([CREATED])


def test_the_state_prices_an_order() -> None:
    product = PRODUCT.fold([CREATED, RENAMED, DEARER_NOW])
    assert (product.name, product.price, product.for_sale) == ("Milk", DEARER, True)
    assert not PRODUCT.fold([DISCONTINUED], product).for_sale
