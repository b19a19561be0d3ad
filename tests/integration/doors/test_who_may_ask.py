"""Every route of both doors and every role: the whole table of who may call what."""

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from edge.app import PUBLIC
from schemas.actor_type import ActorType
from tests.integration.doors.counter import Counter, problem, who
from tests.integration.doors.reader import Reader

EVERYONE = frozenset(ActorType)
ADMIN = frozenset({ActorType.ADMIN})

COMMANDS: dict[tuple[str, str], frozenset[ActorType]] = {
    ("POST", "/products"): ADMIN,
    ("POST", "/products/import"): ADMIN,
    ("PATCH", "/products/{product_id}"): ADMIN,
    ("PUT", "/products/{product_id}/price"): ADMIN,
    ("POST", "/products/{product_id}/discontinue"): ADMIN,
    ("POST", "/inventory/receipts"): ADMIN,
    ("POST", "/inventory/adjustments"): ADMIN,
    ("POST", "/orders"): ADMIN | {ActorType.CUSTOMER},
    ("POST", "/orders/{order_id}/cancel"): ADMIN | {ActorType.CUSTOMER},
    ("PUT", "/orders/{order_id}/status"): ADMIN,
    ("POST", "/payments"): ADMIN | {ActorType.SYSTEM},
    ("POST", "/admin/sagas/{order_id}/retry"): ADMIN | {ActorType.OPERATOR},
    ("POST", "/security/denials"): frozenset({ActorType.SYSTEM}),
}
QUERIES: dict[tuple[str, str], frozenset[ActorType]] = {
    ("GET", "/products"): EVERYONE,
    ("GET", "/products/departments"): EVERYONE,
    ("GET", "/products/{product_id}"): EVERYONE,
    ("GET", "/inventory"): EVERYONE,
    ("GET", "/inventory/{product_id}"): EVERYONE,
    ("GET", "/orders"): EVERYONE,
    ("GET", "/orders/counts"): ADMIN | {ActorType.OPERATOR},
    ("GET", "/orders/{order_id}"): EVERYONE,
    ("GET", "/users/me"): EVERYONE,
    ("GET", "/users/me/export"): EVERYONE,
    ("GET", "/admin/users"): ADMIN,
    ("GET", "/admin/users/{user_id}"): ADMIN,
    ("GET", "/admin/users/{user_id}/export"): ADMIN,
}
"""Who may ask at all. Of orders, everyone but an admin is told only of their own: test_reading_orders.py. Who has no
account finds none: test_reading_users.py."""
OPEN = {("GET", path) for path in PUBLIC if path != "/openapi.json"}


@pytest.fixture
def door(request: pytest.FixtureRequest) -> Counter | Reader:
    found: Counter | Reader = request.getfixturevalue(request.param)
    return found


def both(table_of_commands: object = COMMANDS, table_of_queries: object = QUERIES) -> pytest.MarkDecorator:
    """Once for the command API, once for the query API, each with its table."""
    return pytest.mark.parametrize(
        ("door", "table"),
        [("counter", table_of_commands), ("reader", table_of_queries)],
        indirect=["door"],
        ids=["commands", "queries"],
    )


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    found = {(str(route.path), method) for route in iter_route_contexts(app.routes) for method in route.methods or ()}
    return {(method, path) for path, method in found if path != "/openapi.json"}


async def status(door: Counter | Reader, method: str, path: str, headers: dict[str, str]) -> int:
    somewhere = path.format(product_id="lamp", order_id="some", user_id="some")
    body: dict[str, str] | None = {} if method != "GET" else None
    answer = await door.client.request(method, somewhere, json=body, headers=headers)
    if answer.status_code in {401, 403}:
        problem(answer, answer.status_code, {401: "unauthorised", 403: "forbidden"}[answer.status_code])
    return answer.status_code


@both()
async def test_every_route_is_in_the_table(
    door: Counter | Reader, table: dict[tuple[str, str], frozenset[ActorType]]
) -> None:
    assert routes_of(door.app) == set(table) | OPEN


@both()
async def test_each_role_may_call_what_the_table_says_and_nothing_else(
    door: Counter | Reader, table: dict[tuple[str, str], frozenset[ActorType]]
) -> None:
    found = {
        route: frozenset([role for role in ActorType if await status(door, *route, who("someone", role)) != 403])
        for route in table
    }
    assert found == table


@both()
async def test_what_a_bearer_is_gives_no_right_without_the_role(
    door: Counter | Reader, table: dict[tuple[str, str], frozenset[ActorType]]
) -> None:
    guarded = {route for route, roles in table.items() if roles != EVERYONE}
    guest = who("ann", "guest")
    assert {route for route in table if await status(door, *route, guest) == 403} == guarded


@both()
async def test_without_a_token_nothing_is_answered_but_what_is_public(
    door: Counter | Reader, table: dict[tuple[str, str], frozenset[ActorType]]
) -> None:
    assert {await status(door, *route, {}) for route in table} == {401}
    assert {await status(door, *route, {}) for route in OPEN | {("GET", "/openapi.json")}} == {200}
    assert {await status(door, "GET", path, {}) for path in ("/", "/docs", "/redoc", "/admin", "/health")} == {401}


async def test_of_several_roles_one_suffices(counter: Counter) -> None:
    answer = await counter.says("POST", "/products", json={}, headers=who("both", "customer", "admin"))
    assert answer.status_code == 422


@both()
async def test_nothing_is_recorded_by_who_may_not_ask(
    door: Counter | Reader, table: dict[tuple[str, str], frozenset[ActorType]]
) -> None:
    if isinstance(door, Counter):
        head = await door.store.head()
        for route in table:
            await status(door, *route, who("eve", "guest"))
        assert await door.recorded(after=head) == []
