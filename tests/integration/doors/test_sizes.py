"""What is documented as the most of anything is taken, in the longest form it can be written in."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from command_api.reviews.bodies import MAX_CANDIDATES
from command_api.routers.place_order import MAX_LINES
from command_api.routers.products import MAX_IMPORTED
from edge.app import MAX_BODY
from edge.body_size import body_schema, largest_body
from edge.denials import MAX_KEYS
from query_api.paging import MAX_ITEMS
from schemas.config import MAX_REGIONS
from schemas.currencies import MINOR_UNITS
from schemas.dead_letters import MAX_LETTERS
from schemas.product import MAX_ATTRIBUTES
from schemas.warehouse import MAX_RECEIVED
from tests.examples import EXAMPLES, GUEST_ID, ORDER_ID
from tests.integration.doors.counter import ADDRESS, ANN, BOB, JSON, LAMP, Counter, key, problem, who
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_who_may_ask import ids
from tests.unit.bff.shop import Browser, FakeShop, door_of

LETTER = "\U0001f3e0"
"""Four bytes, or two escapes of six."""
FORMS: dict[str, Callable[[Any], str]] = {
    "plain": lambda body: json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    "escaped": json.dumps,
    "indented": lambda body: json.dumps(body, ensure_ascii=False, indent=4),
    "both": lambda body: json.dumps(body, indent=4),
}
forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


def name(number: int) -> str:
    """An id of 64 letters."""
    return f"{number:x>64}"


MONEY = {"amount": 10**12, "currency": "USD"}
WORDS = {
    "name": LETTER * 500,
    "department": LETTER * 80,
    "category": LETTER * 80,
    "brand": LETTER * 80,
    "description": LETTER * 2_000,
    "attributes": {f"{number:02}{LETTER * 78}": LETTER * 200 for number in range(MAX_ATTRIBUTES)},
    "picture": "p" * 64,
}
MORE = {"attributes": {f"{number:02}{LETTER * 78}": LETTER * 200 for number in range(2 * MAX_ATTRIBUTES)}}
LONGEST_ADDRESS = ADDRESS | dict.fromkeys(("name", "line1", "line2", "city"), LETTER * 500)
LETTERS = {"ids": [f"timer.{number:x>1294}" for number in range(MAX_LETTERS)], "reason": LETTER * 500}
DESTINATION = {"country": "DE", "region": LETTER * 500, "city": LETTER * 500, "postalCode": "10115"}


PRICING = {
    "tax": {f"AA-{number:03}": "99.123456" for number in range(MAX_REGIONS)},
    "otherTax": "99.123456",
    "taxedByPart": ["AA"] * 300,
    "fees": {currency: {"amount": 10**12, "freeFrom": 10**12} for currency in MINOR_UNITS},
}


def changed(value: dict[str, Any]) -> dict[str, Any]:
    """A change of the configuration, of a version that is not in force."""
    return {"value": value, "reason": LETTER * 500, "version": 999_999_999}


def product(number: int, **said: object) -> dict[str, Any]:
    return {"productId": name(number), **WORDS, "price": MONEY} | said


def lines(count: int) -> list[dict[str, Any]]:
    return [{"productId": name(number), "quantity": 1_000_000} for number in range(count)]


ORDER = {
    "items": lines(MAX_LINES),
    "shippingAddress": LONGEST_ADDRESS,
    "billingAddress": LONGEST_ADDRESS,
    "paymentMethod": {"token": f"tok_{'x' * 64}"},
    "totalAmount": 10**12,
    "customerId": "x" * 64,
}
EMAIL = f"{'e' * 64}@{'a' * 63}.{'b' * 63}.{'c' * 57}.com"
TYPED, TOKEN = LETTER * 1_024, "~" * 512
PERSON = {"email": EMAIL, "password": TYPED, "firstName": LETTER * 80, "lastName": LETTER * 80}
ROLES = ["customer", "admin", "operator", "analyst", "auditor"]
REVIEW = {
    "rating": 5,
    "title": LETTER * 120,
    "text": LETTER * 2_000,
    "shownAs": "displayName",
    "displayName": LETTER * 50,
}
LONGEST: dict[tuple[str, str], tuple[object, int]] = {
    ("POST", "/products"): (product(9_999), 201),
    ("POST", "/products/import"): ({"products": [product(number + 2_000) for number in range(MAX_IMPORTED)]}, 200),
    ("PATCH", "/products/{product_id}"): (WORDS | MORE, 409),
    ("PUT", "/products/{product_id}/price"): ({"price": MONEY}, 200),
    ("POST", "/inventory/receipts"): (
        {"receiptId": "r" * 64, "warehouseId": "main", "items": lines(MAX_RECEIVED)},
        201,
    ),
    ("POST", "/inventory/adjustments"): (
        {
            "adjustmentId": "a" * 64,
            "warehouseId": "main",
            "productId": name(1),
            "delta": 1_000_000,
            "reason": LETTER * 500,
        },
        201,
    ),
    ("POST", "/orders"): (ORDER, 409),
    ("POST", "/quotes"): ({"items": lines(MAX_LINES), "destination": DESTINATION}, 422),
    ("POST", "/carts/{owner_id}/transfer"): ({"guestId": GUEST_ID}, 404),
    ("POST", "/carts/{owner_id}/items"): ({"productId": "x" * 64, "quantity": 1_000_000}, 404),
    ("PUT", "/carts/{owner_id}/items/{product_id}"): ({"quantity": 1_000_000}, 404),
    ("POST", "/orders/{order_id}/cancel"): ({"reason": LETTER * 500}, 200),
    ("PUT", "/orders/{order_id}/status"): ({"status": "Compensation Stuck", "reason": LETTER * 500}, 409),
    **{
        ("POST", f"/admin/sagas/{{order_id}}/{action}"): ({"evidence": LETTER * 500, "step": "inventory"}, 409)
        for action in ("retry", "mark-done", "force-fail")
    },
    ("POST", "/admin/sagas/{order_id}/confirm"): ({"proposalId": "p" * 64}, 409),
    ("POST", "/admin/dead-letters/replay"): (LETTERS, 404),
    ("POST", "/admin/dead-letters/discard"): (LETTERS, 404),
    ("POST", "/admin/projections/{view}/rebuild"): ({"reason": LETTER * 500}, 409),
    ("POST", "/admin/projections/{view}/rollback"): ({"reason": LETTER * 500}, 409),
    ("POST", "/admin/projections/{view}/versions/{rebuild}/switch"): ({"reason": LETTER * 500}, 200),
    ("POST", "/admin/projections/{view}/versions/{rebuild}/drop"): ({"reason": LETTER * 500}, 409),
    ("POST", "/payments"): (
        {"orderId": ORDER_ID, "attempt": 1, "approved": False, "code": LETTER * 500},
        200,
    ),
    ("POST", "/audit/reads"): ({"section": "security", "about": "c" * 128, "by": "a" * 64}, 200),
    ("POST", "/audit/exports"): (
        {"format": "json", "first": "2026-03-14", "last": "2026-03-14", "by": "a" * 64},
        200,
    ),
    ("POST", "/security/denials"): (
        {
            "denials": [
                {
                    "id": name(number),
                    "minute": "2026-03-14T12:00:00.000000+00:00",
                    "kind": "access",
                    "route": LETTER * 500,
                    "code": "c" * 64,
                    "count": 10**9,
                    "address": "f" * 64,
                }
                for number in range(MAX_KEYS)
            ]
        },
        200,
    ),
    ("POST", "/products/-views"): (
        {
            "views": [
                {"productId": "x" * 64, "minute": "2026-03-14T12:00:00.000000+00:00", "n": 10**6} for _ in range(200)
            ]
        },
        200,
    ),
    ("POST", "/reviews"): (
        REVIEW | {"productId": "x" * 64, "orderId": "x" * 64, "candidateOrderIds": ["x" * 64] * MAX_CANDIDATES},
        409,
    ),
    ("PATCH", "/reviews/{product_id}"): (REVIEW, 404),
    ("POST", "/reviews/{product_id}/{user_id}/moderation"): ({"visible": False, "reason": LETTER * 500}, 404),
    ("POST", "/reviews/{product_id}/{review_id}/report"): ({"reason": "personal data"}, 404),
    ("POST", "/auth/register"): (PERSON, 422),
    ("POST", "/auth/login"): ({"email": EMAIL, "password": TYPED}, 401),
    ("POST", "/auth/refresh"): ({"refreshToken": TOKEN}, 401),
    ("POST", "/auth/verify-email"): ({"token": TOKEN}, 422),
    ("POST", "/auth/password-reset"): ({"email": EMAIL}, 202),
    ("POST", "/auth/password-reset/complete"): ({"token": TOKEN, "password": TYPED}, 422),
    ("POST", "/auth/password"): ({"currentPassword": TYPED, "newPassword": TYPED}, 404),
    ("PATCH", "/users/me"): ({"firstName": LETTER * 80, "lastName": LETTER * 80}, 404),
    ("DELETE", "/users/me"): ({"password": TYPED}, 404),
    ("POST", "/users/me/addresses"): ({"address": LONGEST_ADDRESS}, 404),
    ("PUT", "/users/me/addresses/{address_id}"): ({"address": LONGEST_ADDRESS}, 404),
    ("POST", "/users/me/email"): ({"email": EMAIL, "password": TYPED}, 404),
    ("POST", "/users"): (PERSON | {"roles": ROLES}, 422),
    ("PUT", "/users/{user_id}/roles"): ({"roles": ROLES}, 404),
    ("POST", "/users/{user_id}/deactivate"): ({"reason": LETTER * 500}, 404),
    ("PUT", "/admin/config/pricing"): (changed(PRICING), 422),
    ("PUT", "/admin/config/deadlines"): (
        changed(
            dict.fromkeys(("payment", "inventory", "shipping", "undo", "retryAfter"), 86_399.987654321)
            | {"reservation": 86_399.987654322, "maxAttempts": 10}
        ),
        409,
    ),
    ("PUT", "/admin/config/trending"): (
        changed(dict.fromkeys(("view", "cartAdd", "order"), 999.987654321) | {"halfLifeHours": 99.987654321}),
        409,
    ),
}
"""The longest body of every operation, and the status of its answer: the total is another, the region is unknown, the
saga is not stuck, a password is never so long, and who calls has no account."""
CONTENT = {"total_differs", "transition_refused", "saga_not_stuck", "invalid", "login_failed", "session_ended"}
CONTENT |= {"token_not_valid", "not_found", "not_purchased", "too_many_attributes", "config_version_differs"}
CONTENT |= {"proposal_gone", "rebuild_under_way", "version_not_verified", "version_in_use"}
"""The codes of refusals of what was read as a whole."""


SHOP, BUYER = who("aioutlet", "system"), who("bob", "customer")
CALLERS = dict.fromkeys(
    ("/audit/reads", "/audit/exports", "/security/denials", "/products/-views"), SHOP
) | dict.fromkeys(("/reviews", "/reviews/{product_id}", "/reviews/{product_id}/{review_id}/report"), BUYER)
"""Who sends it; an admin, if nobody is named."""
NEEDED = {"/inventory/receipts": MAX_RECEIVED, "/orders": MAX_LINES}
"""How many products there must be; two for every other operation."""


async def prepare(counter: Counter, path: str) -> None:
    """Sell the products that a body names, have an order whose payment is requested, and rebuild a read model."""
    products = [LAMP | {"productId": name(number)} for number in range(NEEDED.get(path, 2))]
    for start in range(0, len(products), MAX_IMPORTED):
        some = products[start : start + MAX_IMPORTED]
        await counter.done("POST", "/products/import", json={"products": some})
    await counter.happened(EXAMPLES["order.created"], EXAMPLES["payment.processing"])
    await counter.done("POST", "/admin/projections/orders/rebuild", json={"reason": "the first of two"})


def test_there_is_a_longest_body_for_every_operation(counter: Counter) -> None:
    with_body = {
        (method.upper(), path)
        for path, operations in counter.app.openapi()["paths"].items()
        for method, operation in operations.items()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }
    assert with_body == set(LONGEST)


@pytest.mark.parametrize("operation", LONGEST, ids="".join)
def test_each_is_as_long_as_its_model_allows(counter: Counter, operation: tuple[str, str]) -> None:
    schema = schema_of(counter, operation)
    assert_longest(schema, LONGEST[operation][0], schema.get("$defs", {}))


@pytest.mark.parametrize("operation", LONGEST, ids="".join)
async def test_the_longest_body_is_taken_in_every_form(bare: Counter, operation: tuple[str, str]) -> None:
    method, path = operation
    await prepare(bare, path)
    body, status = LONGEST[operation]
    headers = CALLERS.get(path, ANN) | JSON | (key("k") if path in {"/orders", "/products/-views"} else {})
    where = path.format(**ids("nobody") | {"product_id": name(0), "order_id": ORDER_ID})
    for form in FORMS.values():
        answer = await bare.says(method, where, content=form(body).encode(), headers=headers)
        assert answer.status_code == status, answer.text[:2_000]
        assert answer.json().get("code") in {None, *CONTENT}


@forms
async def test_an_order_of_the_most_lines_with_the_longest_names_is_placed(
    bare: Counter, form: Callable[[Any], str]
) -> None:
    products = [product(number, price=MONEY | {"amount": 1}) for number in range(MAX_LINES)]
    await bare.done("POST", "/products/import", json={"products": products})
    items = [{"productId": name(number), "quantity": 1} for number in range(MAX_LINES)]
    body = ORDER | {"items": items, "totalAmount": None, "customerId": None}
    headers = BOB | JSON | key("k")
    answer = await bare.says("POST", "/orders", content=form(body).encode(), headers=headers)
    assert answer.status_code == 201, answer.text[:2_000]


@pytest.mark.parametrize("operation", LONGEST, ids="".join)
async def test_the_next_byte_is_too_much(counter: Counter, operation: tuple[str, str]) -> None:
    method, path = operation
    limit = max(MAX_BODY, largest_body(route_of(counter, operation)))
    somewhere = path.format(**ids("nobody") | {"product_id": "lamp"})
    said = {"content": b"{}".ljust(limit + 1), "headers": CALLERS.get(path, ANN) | JSON | key("k")}
    answer = await counter.says(method, somewhere, **said)
    assert problem(answer, 413, "too_large")["limit"] == limit
    said["content"] = b"{}".ljust(limit)
    answer = await counter.says(method, somewhere, **said)
    assert answer.status_code != 413


FOR_BROWSERS: dict[tuple[str, str], object] = {
    ("POST", "/bff/orders"): {name: value for name, value in ORDER.items() if name != "customerId"},
    ("POST", "/bff/quotes"): LONGEST["POST", "/quotes"][0],
    ("POST", "/bff/reviews"): REVIEW | {"productId": "x" * 64, "orderId": "x" * 64},
    ("POST", "/bff/admin/products"): product(9_999),
    ("PATCH", "/bff/admin/products/lamp"): WORDS | MORE,
    ("POST", "/bff/admin/stock/receipts"): LONGEST["POST", "/inventory/receipts"][0],
    ("PUT", "/bff/admin/config/pricing"): changed(PRICING),
}
"""The longest bodies that the BFF passes on, of those that need more than every endpoint takes."""


@forms
@pytest.mark.parametrize("operation", FOR_BROWSERS, ids="".join)
async def test_the_longest_body_of_a_browser_goes_on(operation: tuple[str, str], form: Callable[[Any], str]) -> None:
    method, path = operation
    async with door_of(FakeShop()) as door, Browser(door) as browser:
        await browser.log_in()
        content = form(FOR_BROWSERS[operation]).encode()
        answer = await browser.request(method, path, content=content, headers=browser.page | JSON | key("k"))
    assert answer.json()["code"] == "not_found", "the service behind has nothing there"


async def test_the_longest_queries_are_answered(reader: Reader) -> None:
    ids = [name(number) for number in range(MAX_ITEMS)]
    for path, asked in (
        ("/orders", {"ids": ",".join(ids)}),
        ("/orders", {"ids": ids, "customerId": "x" * 64}),
        ("/inventory", {"productId": ids, "warehouseId": "x" * 64, "limit": MAX_ITEMS}),
        ("/products", {"q": LETTER * 200, "department": LETTER * 80, "category": LETTER * 80, "skip": 100_000}),
    ):
        assert (await reader.told(path, params=asked))["items"] == []


def route_of(counter: Counter, operation: tuple[str, str]) -> Any:
    method, path = operation
    found = [route for route in counter.app.routes if getattr(route, "path", None) == path]
    return next(route for route in found if method in route.methods)  # type: ignore[attr-defined]  # of one's own


def schema_of(counter: Counter, operation: tuple[str, str]) -> dict[str, Any]:
    schema = body_schema(route_of(counter, operation))
    assert schema is not None
    return dict(schema)


def assert_longest(schema: dict[str, Any], value: object, definitions: dict[str, Any], at: str = "body") -> None:
    """Fail where the value could be longer: a field left out, a list or a text below its greatest length."""
    match schema:
        case {"$ref": str(ref)}:
            assert_longest(definitions[ref.rpartition("/")[2]], value, definitions, at)
        case {"anyOf": [*choices]}:
            [choice] = [choice for choice in choices if choice != {"type": "null"}]
            assert_longest(choice, value, definitions, at)
        case {"type": "object", "properties": dict(fields)}:
            assert isinstance(value, dict)
            assert value.keys() == fields.keys() - INSTEAD.get(at, set()), at
            for field in value:
                assert_longest(fields[field], value[field], definitions, f"{at}.{field}")
        case {"type": "array", "maxItems": int(most), "items": items}:
            assert isinstance(value, list)
            assert len(value) == most, at
            for each in value:
                assert_longest(items, each, definitions, at)
        case {"type": "string", "maxLength": int(most)}:
            assert isinstance(value, str)
            assert len(value) == most or at.endswith(NEVER_FULL), at


INSTEAD = {"body": {"cartId"}}
"""Fields that stand in the place of others: an order of items names no cart."""
NEVER_FULL = ("Id", ".postalCode", ".region", ".country")
"""Fields whose rules allow less than their length: names that must exist, and places."""
