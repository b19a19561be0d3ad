"""Money at the door: currencies in which somebody can pay, exact tax, and a shipping fee in the order's currency."""

from random import Random
from typing import Any

import pytest

from schemas.message import Money
from schemas.product import ProductCreated
from tests.integration.doors.counter import ADDRESS, ANN, BOB, LAMP, Counter, basket, key
from tests.price_list import SHIPPING, totals_on_paper

QUEBEC = ADDRESS | {"country": "CA", "region": "QC", "postalCode": "H3Z 2Y7"}
GOODS: dict[str, Any] = {"department": "Home", "category": "Lighting", "name": "Thing"}


def thing(product_id: str, amount: int, currency: str) -> dict[str, Any]:
    return GOODS | {"productId": product_id, "price": {"amount": amount, "currency": currency}}


@pytest.mark.parametrize("currency", ["ZZZ", "XXX", "XTS", "XAU", "XDR", "CLF", "CHE", "BGN", "DEM", "HRK"])
async def test_a_price_in_no_currency_that_circulates_is_refused_beside_it(bare: Counter, currency: str) -> None:
    lamp = thing("lamp", 3499, currency)
    await bare.stock(LAMP)
    for method, path, body, field in (
        ("POST", "/products", lamp | {"productId": "other"}, "price.currency"),
        ("POST", "/products/import", {"products": [LAMP, lamp]}, "products.1.price.currency"),
        ("PUT", "/products/lamp/price", {"price": lamp["price"]}, "price.currency"),
    ):
        refusal = await bare.refused(422, "invalid", method, path, json=body, headers=ANN)
        assert [(error["field"], error["code"]) for error in refusal["errors"]] == [(field, "currency_unknown")]


@pytest.mark.parametrize(
    "currency", ["USD", "EUR", "JPY", "KWD", "VND", "ISK", "CLP", "XAF", "XPF", "ZWG", "SLE", "VES"]
)
async def test_a_price_in_every_other_currency_is_taken_and_can_be_paid(bare: Counter, currency: str) -> None:
    await bare.stock(thing("thing", 10**6, currency))
    answer = await bare.place("k", basket(("thing", 1)))
    assert (answer.status_code, answer.json()["currency"]) == (201, currency), answer.text


async def test_a_product_of_a_currency_that_nobody_can_pay_in_is_not_sold(bare: Counter) -> None:
    """It came into the log before the rule, and stays readable."""
    price = Money(amount=100, currency="ZZZ")
    await bare.happened(ProductCreated(product_id="old", price=price, **GOODS))
    refusal = await bare.refused(
        409, "currency_not_accepted", "POST", "/orders", json=basket(("old", 1)), headers=BOB | key("k")
    )
    assert refusal["currency"] == "ZZZ"
    assert (await bare.done("POST", "/products/old/discontinue"))["version"] == 2


async def test_the_tax_of_quebec_is_exact(bare: Counter) -> None:
    await bare.stock(thing("sofa", 100_000, "CAD"))
    order = (await bare.place("k", basket(("sofa", 1), shippingAddress=QUEBEC))).json()
    assert (order["subtotal"], order["tax"], order["shipping"], order["totalAmount"]) == (100_000, 14_975, 0, 114_975)


@pytest.mark.parametrize(("currency", "shown"), [("USD", "15.99 USD"), ("JPY", "1900 JPY"), ("KWD", "2.850 KWD")])
async def test_another_total_is_refused_in_words_of_the_currency(bare: Counter, currency: str, shown: str) -> None:
    await bare.stock(thing("thing", 1000, currency))
    place = ADDRESS | {"region": "OR", "postalCode": "97201"}
    body = basket(("thing", 1), shippingAddress=place, totalAmount=1)
    refusal = await bare.refused(409, "total_differs", "POST", "/orders", json=body, headers=BOB | key("k"))
    assert refusal["detail"] == f"the total is {shown} now"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("currency", SHIPPING)
async def test_the_totals_of_random_baskets_equal_a_sum_on_paper(bare: Counter, currency: str, seed: int) -> None:
    random = Random(f"{currency}{seed}")
    prices = {f"p-{number}": random.randrange(10 ** random.randrange(1, 6)) for number in range(8)}
    await bare.stock(*(thing(product, amount, currency) for product, amount in prices.items()))
    lines = [(random.choice([*prices]), random.randrange(1, 40)) for _ in range(random.randrange(1, 20))]
    order = (await bare.place("k", basket(*lines, shippingAddress=QUEBEC))).json()
    amounts = tuple(order[name] for name in ("subtotal", "tax", "shipping", "totalAmount"))
    assert amounts == totals_on_paper([(prices[product], pieces) for product, pieces in lines], currency, "14.975")
    assert order["currency"] == currency
