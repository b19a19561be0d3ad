"""What an order would cost: the same as the order then does, with nothing recorded."""

from typing import Any

from tests.integration.doors.counter import ADDRESS, ANN, BOB, LAMP, Counter, basket, key

DESTINATION = {name: ADDRESS[name] for name in ("country", "region", "city", "postalCode") if name in ADDRESS}


def wanted(quantity: int = 2, **more: Any) -> dict[str, Any]:
    return {"items": [{"productId": "lamp", "quantity": quantity}], **more}


async def ask(counter: Counter, **body: Any) -> dict[str, Any]:
    return await counter.done("POST", "/quotes", json=wanted(**body), headers=BOB)


async def test_a_quote_is_what_the_order_then_costs_and_records_nothing(bare: Counter) -> None:
    await bare.stock(LAMP)
    before = await bare.store.head()
    quoted = await ask(bare, destination=DESTINATION)
    assert await bare.store.head() == before
    order = (await bare.place("k", basket(("lamp", 2), totalAmount=quoted["totalAmount"]))).json()
    assert {name: quoted[name] for name in ("subtotal", "tax", "shipping", "totalAmount", "currency")} == {
        name: order[name] for name in ("subtotal", "tax", "shipping", "totalAmount", "currency")
    }


async def test_without_a_destination_the_tax_is_unknown_and_the_shipping_is_not(bare: Counter) -> None:
    await bare.stock(LAMP)
    few, many = await ask(bare, quantity=1), await ask(bare, quantity=2)
    assert (few["tax"], few["taxRate"], few["shipping"], few["freeFrom"]) == (None, None, 599, 5_000)
    assert (few["totalAmount"], many["shipping"]) == (few["subtotal"] + 599, 0)


async def test_what_is_wrong_with_a_destination_stands_beside_its_field(bare: Counter) -> None:
    await bare.stock(LAMP)
    body = wanted(destination={"country": "US", "city": "Monterey", "region": "CA", "postalCode": "452"})
    refusal = await bare.refused(422, "invalid", "POST", "/quotes", json=body, headers=BOB)
    assert [(each["field"], each["code"]) for each in refusal["errors"]] == [
        ("destination.postalCode", "postal_code_invalid")
    ]


async def test_a_product_that_is_not_sold_any_more_has_no_quote(bare: Counter) -> None:
    await bare.stock(LAMP)
    await bare.done("POST", "/products/lamp/discontinue", headers=ANN)
    await bare.refused(409, "product_not_for_sale", "POST", "/quotes", json=wanted(), headers=BOB | key("k"))
