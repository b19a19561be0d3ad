"""`POST /orders`, when something is wrong: the right problem document, and nothing in any business stream."""

from typing import Any

import pytest

from command_api.routers.place_order import MAX_LINES
from tests.integration.doors.counter import ADDRESS, ANN, BOB, LAMP, Counter, basket, key, who

ORDER = ("POST", "/orders")
KEYED = BOB | key("k")


async def invalid(counter: Counter, body: object, field: str, fault: str) -> None:
    refusal = await counter.refused(422, "invalid", *ORDER, json=body, headers=KEYED)
    faults = {(error["field"], error["code"]) for error in refusal["errors"]}
    assert (field, fault) in faults


@pytest.mark.parametrize(
    ("quantity", "fault"),
    [
        (0, "greater_than"),
        (-1, "greater_than"),
        (1_000_001, "less_than_equal"),
        (10**30, "less_than_equal"),
        (1.5, "int_type"),
        (1.0, "int_type"),
        ("1", "int_type"),
        (True, "int_type"),
        (None, "int_type"),
    ],
)
async def test_a_quantity_that_is_no_number_of_pieces_is_invalid(
    counter: Counter, quantity: object, fault: str
) -> None:
    await invalid(counter, basket(("lamp", quantity)), "items.0.quantity", fault)


async def test_an_empty_basket_is_invalid(counter: Counter) -> None:
    await invalid(counter, basket(items=[]), "items", "too_short")


async def test_a_basket_has_so_many_lines_and_no_more(counter: Counter) -> None:
    most = [("lamp", 1)] * MAX_LINES
    await invalid(counter, basket(*most, ("lamp", 1)), "items", "too_long")
    assert (await counter.place("most", basket(*most))).status_code == 201


async def test_lines_cannot_sum_up_to_what_one_line_may_not_say(counter: Counter) -> None:
    body = basket(("mug", 1_000_000), ("mug", 1))
    refusal = await counter.refused(422, "invalid", *ORDER, json=body, headers=KEYED)
    assert refusal["productId"] == "mug"


async def test_an_order_worth_more_than_can_be_counted_is_invalid(counter: Counter) -> None:
    await counter.stock(LAMP | {"productId": "moon", "price": {"amount": 10**12, "currency": "USD"}})
    refusal = await counter.refused(422, "invalid", *ORDER, json=basket(("moon", 2)), headers=KEYED)
    assert refusal["limit"] == 10**12


@pytest.mark.parametrize(
    ("change", "field", "fault"),
    [
        ({"coupon": "free"}, "coupon", "extra_forbidden"),
        ({"subtotal": 1}, "subtotal", "extra_forbidden"),
        ({"items": [{"productId": "lamp", "quantity": 1, "unitPrice": 1}]}, "items.0.unitPrice", "extra_forbidden"),
        ({"items": [{"quantity": 1}]}, "items.0.productId", "missing"),
        ({"items": [{"productId": "lamp"}]}, "items.0.quantity", "missing"),
        ({"items": [{"productId": "../lamp", "quantity": 1}]}, "items.0.productId", "string_pattern_mismatch"),
        ({"items": [{"productId": "lamp\n", "quantity": 1}]}, "items.0.productId", "string_pattern_mismatch"),
        ({"items": [{"productId": "x" * 65, "quantity": 1}]}, "items.0.productId", "string_too_long"),
        ({"items": {"productId": "lamp", "quantity": 1}}, "items", "tuple_type"),
        ({"items": None}, "items", "tuple_type"),
        ({"totalAmount": -1}, "totalAmount", "greater_than_equal"),
        ({"totalAmount": "4352"}, "totalAmount", "int_type"),
        ({"customerId": ""}, "customerId", "string_too_short"),
        ({"paymentMethod": {"token": "4111 1111 1111 1111"}}, "paymentMethod.token", "string_pattern_mismatch"),
        ({"paymentMethod": {"cardNumber": "4111"}}, "paymentMethod.cardNumber", "extra_forbidden"),
        ({"shippingAddress": None}, "shippingAddress", "model_attributes_type"),
        ({"shippingAddress": ADDRESS | {"country": "usa"}}, "shippingAddress.country", "string_pattern_mismatch"),
        ({"shippingAddress": ADDRESS | {"postalCode": ""}}, "shippingAddress.postalCode", "string_too_short"),
        ({"shippingAddress": ADDRESS | {"postalCode": "<b>"}}, "shippingAddress.postalCode", "string_pattern_mismatch"),
        ({"shippingAddress": ADDRESS | {"name": " "}}, "shippingAddress.name", "string_too_short"),
        ({"shippingAddress": ADDRESS | {"city": "x" * 501}}, "shippingAddress.city", "string_too_long"),
        ({"shippingAddress": ADDRESS | {"phone": "555"}}, "shippingAddress.phone", "extra_forbidden"),
        ({"billingAddress": {"name": "Bob"}}, "billingAddress.line1", "missing"),
    ],
)
async def test_every_field_is_held_to_its_form(
    counter: Counter, change: dict[str, Any], field: str, fault: str
) -> None:
    await invalid(counter, basket() | change, field, fault)


async def test_an_order_needs_an_address_to_go_to(counter: Counter) -> None:
    await invalid(counter, {"items": [{"productId": "lamp", "quantity": 1}]}, "shippingAddress", "missing")


@pytest.mark.parametrize("letter", ["\u0000", "\u0001", "\n", "\u001b", "\u007f", "\u0085"])
async def test_an_address_is_words_and_no_control_characters(counter: Counter, letter: str) -> None:
    body = basket(shippingAddress=ADDRESS | {"name": f"Bob{letter}Miller"})
    await invalid(counter, body, "shippingAddress.name", "control_character")


@pytest.mark.parametrize("text", ["\u200b", "\u3164", "\u2800", "\u202e", "\u00ad\u200d"], ids=ascii)
async def test_an_address_can_be_seen(counter: Counter, text: str) -> None:
    for field in ("name", "line1", "line2", "city", "region"):
        body = basket(shippingAddress=ADDRESS | {field: text})
        await invalid(counter, body, f"shippingAddress.{field}", "invisible_text")


@pytest.mark.parametrize("letter", ["x", '"', "\\", "é", "\U0001f3e0"])
async def test_the_longest_address_can_be_sealed_whatever_it_is_written_in(counter: Counter, letter: str) -> None:
    longest = dict.fromkeys(("name", "line1", "line2", "city"), letter * 500)
    assert (await counter.place("k", basket(shippingAddress=ADDRESS | longest))).status_code == 201


async def test_unknown_products_are_named(counter: Counter) -> None:
    body = basket(("lamp", 1), ("unicorn", 1), ("dragon", 2))
    refusal = await counter.refused(404, "not_found", *ORDER, json=body, headers=KEYED)
    assert refusal["productIds"] == ["unicorn", "dragon"]


async def test_discontinued_products_are_named(counter: Counter) -> None:
    await counter.done("POST", "/products/mug/discontinue")
    body = basket(("lamp", 1), ("mug", 1))
    refusal = await counter.refused(409, "product_not_for_sale", *ORDER, json=body, headers=KEYED)
    assert refusal["productIds"] == ["mug"]


async def test_one_order_is_in_one_currency(counter: Counter) -> None:
    await counter.stock(LAMP | {"productId": "lampe", "price": {"amount": 3499, "currency": "EUR"}})
    body = basket(("lamp", 1), ("lampe", 1))
    refusal = await counter.refused(409, "currency_differs", *ORDER, json=body, headers=KEYED)
    assert refusal["currencies"] == ["EUR", "USD"]


@pytest.mark.parametrize("total", [0, 4351, 4353, 10**12])
async def test_another_total_is_answered_with_the_quote(counter: Counter, total: int) -> None:
    refusal = await counter.refused(409, "total_differs", *ORDER, json=basket(totalAmount=total), headers=KEYED)
    quote = {name: refusal[name] for name in ("subtotal", "tax", "shipping", "totalAmount", "currency")}
    assert quote == {"subtotal": 3499, "tax": 254, "shipping": 599, "totalAmount": 4352, "currency": "USD"}


async def test_after_a_quote_the_right_total_is_accepted_under_the_same_key(counter: Counter) -> None:
    await counter.refused(409, "total_differs", *ORDER, json=basket(totalAmount=1), headers=KEYED)
    answer = await counter.place("k", basket(totalAmount=4352))
    assert answer.status_code == 201
    assert "idempotent-replayed" not in answer.headers


async def test_nobody_orders_for_somebody_else(counter: Counter) -> None:
    await counter.refused(403, "forbidden", *ORDER, json=basket(customerId="eve"), headers=KEYED)


async def test_whoever_may_not_order_for_another_is_told_nothing_of_the_basket(counter: Counter) -> None:
    body = basket(("unicorn", 1), customerId="eve")
    await counter.refused(403, "forbidden", *ORDER, json=body, headers=KEYED)


async def test_whose_roles_are_a_colleagues_orders_for_nobody(counter: Counter) -> None:
    headers = who("olga", "operator", "analyst", "auditor", "system", "guest") | key("k")
    await counter.refused(403, "forbidden", *ORDER, json=basket(), headers=headers)


@pytest.mark.parametrize("headers", [BOB, ANN])
async def test_an_order_needs_an_idempotency_key(counter: Counter, headers: dict[str, str]) -> None:
    await counter.refused(400, "idempotency_key_missing", *ORDER, json=basket(), headers=headers)


@pytest.mark.parametrize(
    "bad",
    [
        *("", " ", "two words", "a/b", "é".encode(), "x" * 129, "a\tb", "k;v"),
        *('""', '"', '"a', 'a"', '"a"b', '"a" "b"', '"a"b"', "'a'", '"a\\b"', '"a\\"', '"é"'.encode(), '"a\tb"'),
        f'"{"x" * 129}"',
    ],
)
async def test_a_malformed_idempotency_key_is_invalid(counter: Counter, bad: str | bytes) -> None:
    headers = [*((name, value.encode()) for name, value in BOB.items()), (b"Idempotency-Key", bad)]
    refusal = await counter.refused(422, "invalid", *ORDER, json=basket(), headers=headers)
    assert [(error["in"], error["field"]) for error in refusal["errors"]] == [("header", "Idempotency-Key")]


@pytest.mark.parametrize(
    "good",
    [
        *("a", "x" * 128, "019ceb9e-f0fa-7c3d-a1b2-5f0e9d8c7b6a", "basket:42_try.1"),
        *('"two words"', '"KG5LxwFBepaKHyUD=="', '"a/b;c,d"', '"\\"\\\\"', f'"{"x" * 128}"'),
    ],
)
async def test_an_idempotency_key_may_be_any_short_name(counter: Counter, good: str) -> None:
    assert (await counter.place(good)).status_code == 201


@pytest.mark.parametrize("second", ["other", "k", '"k"'])
async def test_of_several_idempotency_keys_none_is_chosen(counter: Counter, second: str) -> None:
    headers = [*BOB.items(), ("Idempotency-Key", "k"), ("Idempotency-Key", second)]
    refusal = await counter.refused(422, "invalid", *ORDER, json=basket(), headers=headers)
    assert [(error["in"], error["field"]) for error in refusal["errors"]] == [("header", "Idempotency-Key")]
