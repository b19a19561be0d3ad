"""A body for each operation that it accepts from somebody, as things stand when it is sent."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from domain.pricing import released_pricing
from identity.mailed_tokens import RESET, VERIFY
from schemas.message import Event
from tests.examples import EXAMPLES, GUEST_ID, LAMP_ID, ORDER_ID, PROPOSAL_ID
from tests.histories import events
from tests.integration.doors.counter import ADDRESS, LAMP, NOON, basket
from tests.integration.openapi.shop import PASSWORD, Person, Shop

NEW_PASSWORD = "purple monkey dishwasher 9"
LINES = [{"productId": "lamp", "quantity": 1}]
PRICE = {"amount": 3499, "currency": "USD"}
MUGS = {"productId": "mug", "quantity": 2}
NAMES = {"firstName": "Ada", "lastName": "Lovelace"}


@dataclass(frozen=True)
class Sender:
    """Who sends a body; `person` is somebody else's session where nobody is logged in."""

    shop: Shop
    person: Person


Body = Callable[[Sender], Awaitable[Any]]


def fixed(body: Any) -> Body:
    """The same for all."""

    async def make(_: Sender) -> Any:
        return body

    return make


async def registration(_: Sender) -> Any:
    return NAMES | {"email": f"{uuid4().hex}@example.org", "password": PASSWORD}


async def new_user(_: Sender) -> Any:
    return NAMES | {"email": f"{uuid4().hex}@example.org", "roles": ["operator"]}


async def login(sender: Sender) -> Any:
    return {"email": sender.person["user"]["email"], "password": PASSWORD}


async def forgotten(sender: Sender) -> Any:
    return {"email": sender.person["user"]["email"]}


async def refresh(sender: Sender) -> Any:
    return {"refreshToken": (await sender.shop.join())["refreshToken"]}


async def verification(sender: Sender) -> Any:
    return {"token": await sender.shop.mailed(sender.person, VERIFY)}


async def reset(sender: Sender) -> Any:
    person = await sender.shop.join()
    await sender.shop.post("/auth/password-reset", {"email": person["user"]["email"]}, 202)
    return {"token": await sender.shop.mailed(person, RESET), "password": NEW_PASSWORD}


async def new_email(_: Sender) -> Any:
    return {"email": f"{uuid4().hex}@example.org", "password": PASSWORD}


async def product(_: Sender) -> Any:
    return LAMP | {"productId": uuid4().hex}


async def products(_: Sender) -> Any:
    return {"products": [LAMP | {"productId": uuid4().hex}]}


async def review(sender: Sender) -> Any:
    """Of a product that the sender has bought, in an order that is completed."""
    about = {"order_id": str(uuid4()), "customer_id": sender.person["user"]["userId"]}
    names = ("order.created", "saga.started", "saga.completed", "order.completed")
    await sender.shop.counter.happened(*events(*names, **about))
    return {"productId": LAMP_ID, "orderId": about["order_id"], "rating": 4, "text": "It glows"}


def of_stuck_saga(body: Any, *events: Event) -> Body:
    """The same for all, once the saga is stuck again and these events have followed."""

    async def make(sender: Sender) -> Any:
        await sender.shop.counter.happened(RESUMED, EXAMPLES["saga.stuck"], *events)
        return body

    return make


RESUMED = EXAMPLES["saga.resolved"].model_copy(update={"resolution": "retry", "confirmed_by": None})
PRICING = released_pricing().model_dump(mode="json") | {"otherTax": "1"}
DEADLINES = {"payment": 5, "inventory": 5, "shipping": 5, "undo": 5, "reservation": 60}
DENIAL = {
    "id": "denial-1", "minute": NOON.isoformat(), "kind": "access", "route": "/orders", "code": "forbidden", "count": 3,
}  # fmt: skip
BODIES: dict[str, Body] = {
    "POST /auth/register": registration,
    "POST /auth/login": login,
    "POST /auth/refresh": refresh,
    "POST /auth/verify-email": verification,
    "POST /auth/password-reset": forgotten,
    "POST /auth/password-reset/complete": reset,
    "POST /auth/password": fixed({"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD}),
    "PATCH /users/me": fixed(NAMES),
    "DELETE /users/me": fixed({"password": PASSWORD}),
    "POST /users/me/email": new_email,
    "POST /users/me/addresses": fixed({"address": ADDRESS}),
    "PUT /users/me/addresses/{address_id}": fixed({"address": ADDRESS}),
    "POST /users": new_user,
    "PUT /users/{user_id}/roles": fixed({"roles": ["auditor"]}),
    "POST /users/{user_id}/deactivate": fixed({"reason": "fraud"}),
    "POST /orders": fixed(basket()),
    "POST /quotes": fixed({"items": [MUGS], "destination": {"country": "DE", "city": "Berlin", "postalCode": "10115"}}),
    "POST /carts/{owner_id}/items": fixed(MUGS),
    "PUT /carts/{owner_id}/items/{product_id}": fixed({"quantity": 3}),
    "POST /carts/{owner_id}/transfer": fixed({"guestId": GUEST_ID}),
    "POST /cart/items": fixed(MUGS),
    "PUT /cart/items/{product_id}": fixed({"quantity": 3}),
    "POST /cart/transfer": fixed({"guestId": GUEST_ID}),
    "POST /guest/cart/{guest_id}/items": fixed(MUGS),
    "PUT /guest/cart/{guest_id}/items/{product_id}": fixed({"quantity": 3}),
    "POST /orders/{order_id}/cancel": fixed({"reason": "changed my mind"}),
    "PUT /orders/{order_id}/status": fixed({"status": "Cancelled"}),
    "POST /products": product,
    "POST /products/import": products,
    "POST /products/-views": fixed({"views": [{"productId": "lamp", "minute": NOON.isoformat(), "n": 3}]}),
    "POST /admin/catalogue": product,
    "PATCH /products/{product_id}": fixed({"brand": None, "name": "Lamp"}),
    "PUT /products/{product_id}/price": fixed({"price": PRICE}),
    "POST /inventory/receipts": fixed({"items": LINES}),
    "POST /inventory/adjustments": fixed({"productId": "lamp", "delta": 1, "reason": "found"}),
    "POST /payments": fixed({"orderId": ORDER_ID, "attempt": 1, "approved": True}),
    "POST /admin/sagas/{order_id}/retry": of_stuck_saga({"evidence": "the provider is well"}),
    "POST /admin/dead-letters/replay": fixed({"ids": ["saga.41"], "reason": "mended"}),
    "POST /admin/dead-letters/discard": fixed({"ids": ["saga.41"], "reason": "settled by phone"}),
    **{
        f"POST /admin/projections/{{view}}/{action}": fixed({"reason": "a try"})
        for action in ("rebuild", "rollback", "versions/{rebuild}/switch", "versions/{rebuild}/drop")
    },
    "POST /admin/dead-letters/replay-cause": fixed({"cause": "KeyError", "reason": "mended"}),
    "POST /admin/sagas/{order_id}/mark-done": of_stuck_saga({"evidence": "bank transfer 7", "step": "payment"}),
    "POST /admin/sagas/{order_id}/force-fail": of_stuck_saga({"evidence": "nobody answers"}),
    "POST /admin/sagas/{order_id}/confirm": of_stuck_saga(
        {"proposalId": PROPOSAL_ID}, EXAMPLES["saga.resolution.proposed"]
    ),
    "POST /reviews": review,
    "PATCH /reviews/{product_id}": fixed({"rating": 2, "title": None}),
    "POST /reviews/{product_id}/{user_id}/moderation": fixed({"visible": False, "reason": "rude"}),
    "POST /reviews/{product_id}/{review_id}/report": fixed({"reason": "spam"}),
    "PUT /admin/config/pricing": fixed({"value": PRICING, "reason": "a new law", "version": 0}),
    "PUT /admin/config/deadlines": fixed({"value": DEADLINES, "reason": "quicker", "version": 0}),
    "PUT /admin/config/trending": fixed({"value": {"view": 2}, "reason": "looks count more", "version": 0}),
    "PUT /admin/config/{key}": fixed({"value": {"view": 2}, "reason": "looks count more", "version": 0}),
    "POST /security/denials": fixed({"denials": [DENIAL]}),
}
"""By the operation of the command API; the BFF takes the same, see `command_of`."""


LINES_OF_JSON = frozenset({"POST /admin/catalogue"})
"""Operations that take a file of such lines, of which a body is one."""


def command_of(operation: str) -> str:
    """Return the operation of the command API that takes the bodies of one of the BFF's."""
    renamed = {
        "/bff/me": "/users/me",
        "/bff/admin/stock": "/inventory",
        "/bff/admin/config": "/admin/config",
        "/bff/admin/catalogue": "/admin/catalogue",
        "/bff/admin/sagas": "/admin/sagas",
        "/bff/admin/dead-letters": "/admin/dead-letters",
        "/bff/admin/projections": "/admin/projections",
    }
    for ours, theirs in (renamed | {"/bff/admin": "", "/bff": ""}).items():
        operation = operation.replace(ours, theirs)
    return operation
