"""What is fingerprinted of a request: what was sent, so that a later release with more fields finds the same."""

import json
from typing import Any

import pytest
from pydantic import create_model

from command_api.routers.inventory import NewAdjustment, NewReceipt
from command_api.routers.orders import Cancellation, NewStatus, OrderChange
from command_api.routers.place_order import NewOrder
from command_api.routers.products import NewPrice, NewProduct, NewProducts
from command_api.routers.provider_answers import ChargeAnswered
from schemas.message import Command
from schemas.product import ProductChanges
from schemas.saga_actions import Evidence
from tests.integration.doors.counter import ADDRESS, LAMP, basket

BODIES: list[tuple[type[Command], dict[str, Any]]] = [
    (NewOrder, basket(("lamp", 2), ("mug", 1), billingAddress=ADDRESS | {"line2": "2"})),
    (NewOrder, {"cartId": "bob.1", "shippingAddress": ADDRESS}),
    (NewProduct, LAMP),
    (NewProducts, {"products": [LAMP, LAMP | {"productId": "mug", "description": "for tea"}]}),
    (ProductChanges, {"name": "Mug"}),
    (ProductChanges, {}),
    (ProductChanges, {"brand": None, "description": None}),
    (NewPrice, {"price": LAMP["price"]}),
    (NewReceipt, {"receiptId": "r", "items": [{"productId": "lamp", "quantity": 1}]}),
    (NewAdjustment, {"productId": "lamp", "delta": -1, "reason": "broke"}),
    (Cancellation, {"reason": "too slow"}),
    (NewStatus, {"status": "Shipped"}),
    (Evidence, {"evidence": "the provider is well"}),
    (ChargeAnswered, {"orderId": "o", "attempt": 1, "approved": True}),
]
bodies = pytest.mark.parametrize(
    ("model", "body"), BODIES, ids=[f"{model.__name__}-{len(body)}" for model, body in BODIES]
)


@bodies
def test_only_what_was_sent_is_part_of_it(model: type[Command], body: dict[str, Any]) -> None:
    assert json.loads(model.model_validate(body).as_sent()) == body


@bodies
def test_a_release_with_more_optional_fields_finds_the_same(model: type[Command], body: dict[str, Any]) -> None:
    later: Any = create_model(
        "Later", __base__=model, note=(str | None, None), priority=(int, 3), marks=(list[str], [])
    )
    assert later.model_validate(body).as_sent() == model.model_validate(body).as_sent()
    assert later.model_validate(body | {"note": "!"}).as_sent() != model.model_validate(body).as_sent()


@bodies
def test_the_order_of_fields_is_no_part_of_it(model: type[Command], body: dict[str, Any]) -> None:
    turned = dict(reversed(body.items()))
    assert model.model_validate(turned).as_sent() == model.model_validate(body).as_sent()


class One(Command):
    a: int
    b: int = 0


class Turned(Command):
    b: int = 0
    a: int


def test_a_release_that_declares_its_fields_in_another_order_finds_the_same() -> None:
    assert One(a=1, b=2).as_sent() == Turned(b=2, a=1).as_sent()


def test_what_stands_around_a_body_is_sent_too() -> None:
    changes = [OrderChange(order_id=order_id, body=Cancellation()) for order_id in ("one", "two")]
    assert [json.loads(change.as_sent()) for change in changes] == [
        {"orderId": "one", "body": {}},
        {"orderId": "two", "body": {}},
    ]
