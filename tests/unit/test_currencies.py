"""Prices are in currencies that circulate, and amounts have as many digits as the standard says."""

from decimal import Decimal
from typing import Any

import pytest
from iso4217 import Currency
from pydantic import TypeAdapter, ValidationError

from schemas.currencies import MINOR_UNITS, Price, to_minor_units, to_whole_units
from schemas.message import Money
from schemas.product import ChangePrice, CreateProduct, ProductCreated, ProductPriceChanged

NOBODY_PAYS_IN = {
    "BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW",  # funds and indexed units
    "XAD", "XBA", "XBB", "XBC", "XBD", "XDR", "XSU", "XUA",         # units of account and of bonds
    "XAG", "XAU", "XPD", "XPT",                                     # precious metals
    "XTS", "XXX",                                                   # tests, no currency
}  # fmt: skip
LISTED = {each.code for each in Currency}
WITHDRAWN = ["BGN", "DEM", "FRF", "HRK", "ITL", "SLL", "VEF", "ZWL", "ANG", "CUC"]
UNASSIGNED = ["ZZZ", "AAA", "QQQ", "EEE"]


def accepts(currency: str) -> bool:
    try:
        TypeAdapter(Price).validate_python({"amount": 1, "currency": currency})
    except ValidationError:
        return False
    return True


def test_exactly_the_currencies_of_the_standard_that_circulate_are_accepted() -> None:
    assert {currency for currency in LISTED if accepts(currency)} == LISTED - NOBODY_PAYS_IN == MINOR_UNITS.keys()


def test_every_currency_has_the_digits_of_the_standard() -> None:
    assert {each.code: each.exponent for each in Currency if each.code in MINOR_UNITS} == MINOR_UNITS


@pytest.mark.parametrize("currency", [*sorted(NOBODY_PAYS_IN), *WITHDRAWN, *UNASSIGNED])
@pytest.mark.parametrize(
    ("command", "rest"),
    [
        (CreateProduct, {"product_id": "p", "name": "P", "department": "D", "category": "C"}),
        (ChangePrice, {"product_id": "p"}),
    ],
)
def test_a_command_with_another_currency_is_refused_beside_it(
    command: type[CreateProduct] | type[ChangePrice], rest: dict[str, Any], currency: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        command.model_validate(rest | {"price": {"amount": 100, "currency": currency}})
    assert [(error["loc"], error["type"]) for error in raised.value.errors()] == [
        (("price", "currency"), "currency_unknown")
    ]


@pytest.mark.parametrize("currency", ["XXX", "ZZZ", "BGN"])
def test_what_is_in_the_log_is_read_whatever_its_currency(currency: str) -> None:
    price = {"amount": 100, "currency": currency}
    created = ProductCreated.model_validate(
        {"productId": "p", "name": "P", "department": "D", "category": "C", "price": price}
    )
    changed = ProductPriceChanged.model_validate({"productId": "p", "old": price, "new": price})
    assert created.price == changed.new == Money(amount=100, currency=currency)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (123_450, "USD", "1,234.50"),
        (0, "USD", "0.00"),
        (5, "EUR", "0.05"),
        (1_234, "JPY", "1,234"),
        (0, "JPY", "0"),
        (1_234_567, "KWD", "1,234.567"),
        (500, "BHD", "0.500"),
        (158_000, "VND", "158,000"),
        (10**12, "TND", "1,000,000,000.000"),
        (-599, "GBP", "-5.99"),
        (129_900, "ZZZ", "129,900"),
    ],
)
def test_an_amount_is_shown_with_the_digits_of_its_currency(amount: int, currency: str, shown: str) -> None:
    assert f"{to_whole_units(amount, currency):,}" == shown


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD", "VND", "CHF"])
def test_minor_units_and_whole_units_are_the_same_amount(currency: str) -> None:
    for amount in (0, 1, 99, 599, 10**12):
        assert to_minor_units(str(to_whole_units(amount, currency)), currency) == amount
    assert to_whole_units(1, currency) == Decimal(1) / 10 ** MINOR_UNITS[currency]
