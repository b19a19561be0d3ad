"""Every route of both APIs and everybody who may call: the whole matrix, as `docs/reference/access.md` shows it."""

from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from aioutlet.pages.access import CALLERS, NO, NOBODY, OWN, UNVERIFIED, YES, cell, rules_of
from edge.app import PUBLIC
from schemas.stream_names import cart_stream, review_stream
from tests.examples import GUEST_ID
from tests.histories import events
from tests.integration.doors.counter import ANN, BOB, EVE, LAMP, Counter, basket, key, problem, who
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_accounts import bearer, joined

pytestmark = pytest.mark.usefixtures("short_silences")

OPEN = {("GET", path) for path in PUBLIC if path != "/openapi.json"}
Matrix = dict[tuple[str, str], dict[str, str]]


@pytest.fixture
def door(request: pytest.FixtureRequest) -> Counter | Reader:
    found: Counter | Reader = request.getfixturevalue(request.param)
    return found


both = pytest.mark.parametrize("door", ["counter", "reader"], indirect=True, ids=["commands", "queries"])


def matrix_of(app: FastAPI) -> Matrix:
    """What the document says of every route and caller."""
    return {
        (method, path): {caller: cell(rule, caller) for caller in CALLERS}
        for method, path, rule in rules_of(app.openapi())
    }


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    found = {(str(route.path), method) for route in iter_route_contexts(app.routes) for method in route.methods or ()}
    return {(method, path) for path, method in found if path != "/openapi.json"}


def headers_of(caller: str) -> dict[str, str]:
    if caller == NOBODY:
        return {}
    return who("someone", kind="customer") if caller == UNVERIFIED else who("someone", caller, kind=_kind_of(caller))


def _kind_of(role: str) -> str:
    """People with an account are of one kind, whatever their roles."""
    return role if role in {"guest", "system"} else "customer"


def ids(value: str) -> dict[str, str]:
    """This value for every id in a path, and a version of a key of the configuration."""
    ids = (
        "product_id",
        "order_id",
        "user_id",
        "session_id",
        "address_id",
        "review_id",
        "owner_id",
        "guest_id",
        "event_id",
    )
    names = (*ids, "mail_id", "name", "content")  # the last two of a picture
    return dict.fromkeys(names, value) | {
        "review_id": value.ljust(40, "x"),
        "key": "trending",
        "version": "0",
        "position": "1",
        "stream": "order-1",
        "letter_id": "saga.1",
        "view": "orders",
        "rebuild": "0",
    }


async def status(door: Counter | Reader, method: str, path: str, headers: dict[str, str]) -> int:
    body: dict[str, str] | None = {} if method != "GET" else None
    somewhere = path.format(**ids("some"))
    answer = await door.client.request(method, somewhere, json=body, headers=headers)
    if answer.status_code in {401, 403}:
        codes = {401: {"unauthorised"}, 403: {"forbidden", "email_not_verified"}}[answer.status_code]
        assert problem(answer, answer.status_code, answer.json()["code"])["code"] in codes
    return answer.status_code


@both
async def test_every_route_is_in_the_document_and_says_who_may_call_it(door: Counter | Reader) -> None:
    assert routes_of(door.app) == set(matrix_of(door.app)) | OPEN


@both
async def test_everybody_may_call_what_the_matrix_says_and_nothing_else(door: Counter | Reader) -> None:
    for route, row in matrix_of(door.app).items():
        for caller in CALLERS:
            found = await status(door, *route, headers_of(caller))
            refused = {401} if caller == NOBODY else {403}
            assert (found in refused) is (row[caller] == NO), (route, caller, found)


@both
async def test_a_role_that_a_token_does_not_name_gives_no_right_to_its_bearers_kind(door: Counter | Reader) -> None:
    guest = who("ann", "guest", kind="admin")
    refused = {route for route, row in matrix_of(door.app).items() if row["guest"] == NO}
    assert {route for route in matrix_of(door.app) if await status(door, *route, guest) == 403} == refused


@both
async def test_without_a_token_nothing_else_is_answered(door: Counter | Reader) -> None:
    assert {await status(door, *route, {}) for route in OPEN | {("GET", "/openapi.json")}} == {200}
    assert {await status(door, "GET", path, {}) for path in ("/", "/docs", "/redoc", "/admin", "/health")} == {401}


async def test_of_several_roles_one_suffices(counter: Counter) -> None:
    answer = await counter.says("POST", "/products", json={}, headers=who("both", "customer", "admin"))
    assert answer.status_code == 422


@both
async def test_nothing_is_recorded_by_who_may_not_ask(door: Counter | Reader) -> None:
    if isinstance(door, Counter):
        head = await door.store.head()
        for route in matrix_of(door.app):
            await status(door, *route, who("eve", "guest"))
        assert await door.recorded(after=head) == []


async def others_order(counter: Counter, path: str, **request: object) -> list[int]:
    """How Eve and an admin are answered about an order of Bob."""
    order_id = (await counter.place("bobs")).json()["orderId"]
    somewhere = path.format(order_id=order_id)
    return [(await counter.says("POST", somewhere, headers=each, **request)).status_code for each in (EVE, ANN)]


async def place_for_bob(counter: Counter) -> None:
    body = basket(customerId="bob")
    answers = [
        (await counter.says("POST", "/orders", json=body, headers=each | key("for-bob"))).status_code
        for each in (EVE, BOB, ANN)
    ]
    assert answers == [403, 201, 201]


async def cancel_bobs(counter: Counter) -> None:
    assert await others_order(counter, "/orders/{order_id}/cancel") == [404, 200]


async def end_anothers_session(counter: Counter) -> None:
    own, other = await joined(counter), await joined(counter, email="eve@example.org")
    answer = await counter.says("DELETE", f"/users/me/sessions/{own['sessionId']}", headers=bearer(other))
    assert answer.status_code == 404


async def change_anothers_address(counter: Counter) -> None:
    """The same id in another book is another address."""
    own, other = await joined(counter), await joined(counter, email="eve@example.org")
    address = {"address": basket()["shippingAddress"]}
    for session in (own, other):
        answer = await counter.says("PUT", "/users/me/addresses/home", json=address, headers=bearer(session))
        assert answer.json()["streamId"] == f"user-{session['user']['userId']}"
    await counter.done("DELETE", "/users/me/addresses/home", headers=bearer(other))
    kept = (await counter.store.stream(f"user-{own['user']['userId']}"))[-1]
    assert kept.type == "user.address.saved"


async def change_anothers_review(counter: Counter) -> None:
    """The same product, reviewed by another person, is another review."""
    await counter.happened(*events("review.submitted", product_id="lamp", user_id="bob"))
    for method, body in (("PATCH", {"rating": 1}), ("DELETE", None)):
        answer = await counter.says(method, "/reviews/lamp", json=body, headers=EVE)
        assert answer.status_code == 404
    assert len(await counter.store.stream(review_stream("lamp", "bob"))) == 1


async def review_by_anothers_order(counter: Counter) -> None:
    order_id = (await counter.place("bobs")).json()["orderId"]
    await counter.happened(*events("order.completed", order_id=order_id))
    body = {"productId": "lamp", "orderId": order_id, "rating": 5, "text": "Good"}
    answers = [(await counter.says("POST", "/reviews", json=body, headers=each)).status_code for each in (EVE, BOB)]
    assert answers == [409, 201]


async def change_anothers_cart(counter: Counter) -> None:
    item = {"productId": "lamp", "quantity": 1}
    for method, path, body in (
        ("POST", "items", item),
        ("PUT", "items/lamp", {"quantity": 1}),
        ("DELETE", "items/lamp", None),
        ("DELETE", "", None),
        ("POST", "transfer", {"guestId": GUEST_ID}),
    ):
        answers = [
            (await counter.says(method, f"/carts/bob/{path}".rstrip("/"), json=body, headers=each)).status_code
            for each in (EVE, ANN)
        ]
        assert answers == [404, 404]
    assert await counter.store.stream(cart_stream("bob")) == []


OTHERS: dict[tuple[str, str], Callable[[Counter], Awaitable[None]]] = {
    ("POST", "/orders"): place_for_bob,
    ("POST", "/orders/{order_id}/cancel"): cancel_bobs,
    ("DELETE", "/users/me/sessions/{session_id}"): end_anothers_session,
    ("PUT", "/users/me/addresses/{address_id}"): change_anothers_address,
    ("DELETE", "/users/me/addresses/{address_id}"): change_anothers_address,
    ("POST", "/carts/{owner_id}/items"): change_anothers_cart,
    ("PUT", "/carts/{owner_id}/items/{product_id}"): change_anothers_cart,
    ("DELETE", "/carts/{owner_id}/items/{product_id}"): change_anothers_cart,
    ("DELETE", "/carts/{owner_id}"): change_anothers_cart,
    ("POST", "/carts/{owner_id}/transfer"): change_anothers_cart,
    ("POST", "/reviews"): review_by_anothers_order,
    ("PATCH", "/reviews/{product_id}"): change_anothers_review,
    ("DELETE", "/reviews/{product_id}"): change_anothers_review,
}
"""What happens to another's things. All other commands for one's own name nothing but the caller, by the token."""
OWN_READINGS = {
    ("GET", "/orders"),
    ("GET", "/orders/{order_id}"),
    ("GET", "/carts/{owner_id}"),
    ("GET", "/orders/{order_id}/events"),
    ("GET", "/reviews/user/{user_id}"),
    ("GET", "/reviews/purchases/{product_id}"),
    ("GET", "/users/me"),
    ("GET", "/users/me/export"),
    ("GET", "/dev/events"),
    ("GET", "/dev/sources/orders/{order_id}"),
    ("GET", "/dev/sources/carts/{owner_id}"),
}
"""Told apart in test_reading_carts.py, test_reading_orders.py, test_order_events.py, test_reading_reviews.py,
test_reading_users.py and test_own_events.py."""


@pytest.mark.parametrize("check", OTHERS.values(), ids=map(" ".join, OTHERS))
async def test_nobody_reaches_what_is_anothers(counter: Counter, check: Callable[[Counter], Awaitable[None]]) -> None:
    await counter.stock(LAMP)
    await check(counter)


@both
async def test_every_route_about_somebodys_things_is_checked(door: Counter | Reader) -> None:
    about = {route for route, row in matrix_of(door.app).items() if OWN in row.values()}
    named = {route for route in about if "{" in route[1] or route in {("POST", "/orders"), ("POST", "/reviews")}}
    if isinstance(door, Counter):
        assert named == set(OTHERS)
        assert {path for _, path in about - named} <= {
            "/auth/logout",
            "/auth/verify-email/resend",
            "/auth/password",
            "/users/me",
            "/users/me/addresses",
            "/users/me/email",
            "/users/me/sessions",
        }
    else:
        assert about == OWN_READINGS
        assert {row["admin"] for route, row in matrix_of(door.app).items() if route[1].startswith("/orders")} == {YES}
