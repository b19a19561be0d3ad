"""No query goes without an index, whatever is asked, on every document server.

Every reading command that the query API sends while each of its routes is asked is recorded. It must ask by id, or an
index must lead to what it finds, in its order; and where the server explains itself, it must say that it goes that way.
"""

import re
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple

import pytest
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from event_store.memory import memory_store
from projectors.incomplete import INDEXES as INCOMPLETE_INDEXES
from projectors.incomplete import IncompleteDocuments
from projectors.models.registry import MODELS
from projectors.read_model import Index
from projectors.writer import ensure_indexes
from query_api.cursors import Sort
from query_api.equality import SELECTIVE
from schemas.dead_letters import LetterKey, LetterKind, letter_id
from schemas.documents import (
    CART_ROUNDS_VIEW,
    CHECKPOINTS,
    INCOMPLETE,
    ORDERS_VIEW,
    PRODUCTS_VIEW,
    READ_MODELS,
    REBUILDS,
    TALLIES,
    TOTALS,
    Document,
)
from schemas.message import Event
from tests.contract.event_store.requests import request
from tests.demo_log import demo_log_of
from tests.documents import on_every_server
from tests.examples import CUSTOMER_ID, EXAMPLES, GUEST_ID, LAMP_ID, MUG_ID, ORDER_ID, ORDER_NUMBER
from tests.histories import events, recorded
from tests.incomplete import INCOMPLETE_ORDER
from tests.indexes import leads, serves
from tests.integration.doors.counter import ANN, who
from tests.integration.doors.reader import Reader

EMAIL = "ada@example.org"
CALLERS = (ANN, who(CUSTOMER_ID, "customer"), who(GUEST_ID, kind="guest"), who("eve", "customer"))
IN_MARCH = "from=2026-03-01T00:00:00Z&to=2026-04-01T00:00:00Z"
BOTH = f"productId={LAMP_ID}&productId={MUG_ID}"
LEAVES = {"cart.expired", "cart.handed.over", "review.withdrawn", "user.erased"}
"""Events after which less is to be found."""
INDEXES: Mapping[str, Sequence[Index]] = {
    **{model.view.name: model.indexes for model in MODELS},
    TALLIES: [(("view", 1), ("label", 1))],
    CHECKPOINTS: [],
    TOTALS: [],
    INCOMPLETE: INCOMPLETE_INDEXES,
    READ_MODELS: (),
    REBUILDS: (),
}
"""Beside that of `_id`."""
DENSE = ("name", "roles")
"""Fields that need no index: nearly every product has a name, and who is no customer only is found by `isStaff`."""
NEVER_READ = {CART_ROUNDS_VIEW.name}
"""Only their totals are."""
WHOLE = (PRODUCTS_VIEW.name, {"name": {"$exists": True}}, {"_id": 1})
"""The export of the catalogue, which reads all of it."""
QUESTIONS: Mapping[str, Sequence[str]] = {
    "/orders": (
        "", "status=Pending", f"customerId={CUSTOMER_ID}", f"customerId={CUSTOMER_ID}&status=Pending",
        f"ids={ORDER_ID},b",
    ),
    "/orders/counts": ("",),
    f"/orders/{ORDER_ID}": ("",),
    f"/orders/{ORDER_ID}/events": ("",),
    "/admin/events": ("",),
    "/admin/lag": ("",),
    "/products/trending": ("", "department=Home"),
    "/products": (
        "", "department=Home&sort=-price", "brand=Private&sort=rating&skip=1", "q=la+desk&sort=newest",
        "category=Lighting&minPrice=1&maxPrice=1000000&currency=USD&inStock=true&minRating=1", "q=lamp&sort=trending",
        f"ids={LAMP_ID},unicorn",
    ),
    "/products/departments": ("",),
    f"/products/{LAMP_ID}": ("",),
    f"/products/{LAMP_ID}/bought-together": ("",),
    "/inventory": ("", BOTH, "warehouseId=main", "level=low", "level=out&warehouseId=main", f"level=out&{BOTH}"),
    "/inventory/-totals": (BOTH,),
    f"/inventory/{LAMP_ID}": ("",),
    "/admin/stock": ("", "level=low"),
    f"/reviews/product/{LAMP_ID}": ("", "sort=highest", "sort=lowest", "rating=4", "rating=4&sort=highest"),
    f"/reviews/user/{CUSTOMER_ID}": ("",),
    f"/reviews/purchases/{LAMP_ID}": ("",),
    "/admin/reviews": ("", "show=hidden"),
    f"/carts/{CUSTOMER_ID}": ("",),
    f"/carts/{GUEST_ID}": ("",),
    "/users/me": ("",),
    "/users/me/export": ("",),
    "/admin/users": (
        "", "role=customer", "role=admin", "state=active", "role=admin&state=active", f"q={EMAIL}",
        f"q={EMAIL}&role=admin",
    ),
    f"/admin/users/{CUSTOMER_ID}": ("",),
    f"/admin/users/{CUSTOMER_ID}/export": ("",),
    "/admin/analytics": ("", "from=2026-03-01&to=2026-04-01", "by=hour"),
    "/admin/config": ("",),
    "/admin/config/pricing": ("",),
    "/admin/config/trending/versions/1": ("",),
    "/admin/orders": (
        "", f"number={ORDER_NUMBER}", f"number={ORDER_NUMBER}&status=Pending", f"customerId={CUSTOMER_ID}",
        f"customerId={CUSTOMER_ID}&{IN_MARCH}", f"email={EMAIL}", f"email={EMAIL}&status=Pending", "status=Pending",
        IN_MARCH, f"status=Pending&{IN_MARCH}",
    ),
    f"/admin/orders/{ORDER_ID}": ("",),
    f"/admin/orders/{ORDER_NUMBER}": ("",),
    "/admin/sagas": (
        "", "state=COMPLETED", "step=payment", "staleFor=1", "state=PAYMENT_PROCESSING&step=payment&staleFor=1",
    ),
    f"/admin/sagas/{ORDER_ID}": ("",),
    "/admin/dead-letters": ("", "state=dead", "state=waiting", "cause=KeyError", f"orderId={ORDER_ID}&state=dead"),
    f"/admin/dead-letters/{letter_id(LetterKey(LetterKind.DOCUMENT, 'projections', INCOMPLETE_ORDER.id))}": ("",),
    "/admin/projections": ("",),
    f"/admin/sagas/{ORDER_ID}/records": ("",),
    "/admin/products": ("", "forSale=true", "forSale=false"),
    f"/admin/products/{LAMP_ID}": ("",),
    "/admin/catalogue": ("",),
    "/admin/log/events": ("", "type=order.*", f"order={ORDER_ID}"),
    "/admin/log/events/1": ("",),
    "/admin/log/events/1/chain": ("",),
    "/admin/log/live": ("",),
    "/audit/events": (
        "", f"person={CUSTOMER_ID}", f"person={EMAIL}", f"order={ORDER_ID}&type=order.*", "type=order.created",
        "outcome=failure", "outcome=success&sort=oldest", "address=192.0.2.1", f"correlationId={ORDER_ID}",
    ),
    f"/audit/users/{CUSTOMER_ID}": ("",),
    f"/audit/orders/{ORDER_ID}": ("since=2026-03-01T00:00:00Z",),
    "/audit/security": ("",),
    "/audit/report": ("first=2026-03-01&last=2026-04-01",),
    "/dev/events": ("",),
    f"/dev/sources/products/{LAMP_ID}": ("",),
    f"/dev/sources/orders/{ORDER_ID}": ("",),
    f"/dev/sources/carts/{CUSTOMER_ID}": ("",),
}  # fmt: skip
"""The paths, and the queries to each."""


LOG_ALONE = ("/audit/proofs/", "/audit/verify", "/analytics/")


class Question(NamedTuple):
    """What the database was asked."""

    collection: str
    query: Mapping[str, Any]
    sort: Mapping[str, int]

    @property
    def indexed(self) -> Mapping[str, Any]:
        """The conditions that an index may lead by."""
        return {field: condition for field, condition in self.query.items() if field not in DENSE}

    @property
    def order(self) -> Sort:
        """The order in which an index must lead; what is found by an address or a number is too little to mind."""
        return [] if self.query.keys() & {"emailIndex", "orderNumber"} else [*self.sort.items()]


class Commands(CommandListener):
    """The reading commands that a client has sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name in {"find", "aggregate", "count", "distinct"}:
            self.sent.append(event.command)

    def succeeded(self, event: CommandSucceededEvent) -> None: ...

    def failed(self, event: CommandFailedEvent) -> None: ...

    def questions(self) -> list[Question]:
        """Each once; what is neither found nor counted has no collection that we know."""
        found = {
            str(question): question
            for sent in self.sent
            for question in [
                Question(
                    sent.get("find") or sent.get("count") or "",
                    sent.get("filter") or sent.get("query") or {},
                    sent.get("sort") or {},
                )
            ]
        }
        return [*found.values()]


def history(reader: Reader) -> list[Event]:
    """Three at least of whatever is listed, two of them by people with the same mail address."""
    first = [name for name in EXAMPLES if name.endswith((".created", "submitted"))]
    found = events(*first, *sorted(EXAMPLES.keys() - LEAVES))
    for number in range(3):
        ids = {"order_id": f"o-{number}", "product_id": f"p-{number}", "customer_id": CUSTOMER_ID}
        found += events("order.created", "saga.started", "payment.processing", "product.created", **ids)
        found += events("stock.received", warehouse_id=f"w-{number}")
        found += events("user.created", user_id=f"u-{number}", email_index=reader.app.state.context.index_of(EMAIL))
        found += events("auth.email.verified", user_id=f"u-{number}", roles=("customer", "admin"))
        found += events("review.submitted", product_id=LAMP_ID, user_id=f"u-{number}")
    return found


@pytest.fixture
async def asked(documents_uri: str) -> AsyncIterator[tuple[list[Question], AsyncMongoClient[Document], str]]:
    """What a query API asks the database for while it is asked everything, and the database."""
    listener, name = Commands(), f"test_{uuid.uuid4().hex}"
    async with AsyncMongoClient[Document](documents_uri, event_listeners=[listener]) as client:
        await ensure_indexes(client[name], MODELS)
        store = memory_store()
        reader = Reader(client[name], store=store, demo_log=demo_log_of(store))
        await reader.store.append(request("order-1"))
        await reader.sees(recorded(history(reader)))
        await IncompleteDocuments(client[name], [ORDERS_VIEW.name]).save(INCOMPLETE_ORDER)
        assert unasked(reader) == []
        listener.sent.clear()
        async with reader.client:
            for path, queries in QUESTIONS.items():
                for query in queries:
                    await ask(reader, path, query)
        yield listener.questions(), client, name
        await store.close()
        await client.drop_database(name)


def unasked(reader: Reader) -> list[str]:
    """The routes that no path of ours leads to; those of proofs, replays and the past ask no document."""
    paths = reader.app.openapi()["paths"]
    routes = [path for path in paths if "get" in paths[path] and not path.startswith(LOG_ALONE)]
    patterns = {path: re.sub(r"{\w+}", "[^/]+", path) for path in routes}
    return [path for path in routes if not any(re.fullmatch(patterns[path], each) for each in QUESTIONS)]


async def ask(reader: Reader, path: str, query: str) -> None:
    """Ask as everybody, and for the second page of what is listed."""
    statuses = set()
    for caller in CALLERS:
        answer = await reader.asks(f"{path}?{query}", headers=caller)
        statuses.add(answer.status_code)
        page = await reader.asks(f"{path}?{query}&limit=1", headers=caller)
        if page.status_code == 200 and "skip" not in query and (cursor := _cursor(page.text)):
            await reader.told(f"{path}?{query}&limit=1&cursor={cursor}", headers=caller)
    assert 200 in statuses, (path, query, statuses)


def _cursor(page: str) -> str:
    found = re.search(r'"next(?:Cursor)?":"([^"]+)"', page)
    return found[1] if found else ""


@on_every_server
@pytest.mark.usefixtures("short_silences")
async def test_every_query_has_an_index(asked: tuple[list[Question], AsyncMongoClient[Document], str]) -> None:
    questions, client, name = asked
    assert {question.collection for question in questions} == INDEXES.keys() - NEVER_READ
    for question in questions:
        if question == WHOLE:
            continue
        is_by_id = "$in" in question.query.get("_id", {}) or "$eq" in question.query.get("_id", {})
        assert is_by_id or leads(INDEXES[question.collection], question.indexed, question.order), question
        if question.indexed:
            for stage in await explained(client, name, question):
                assert goes_by_index(stage, question), (stage, question)


async def explained(client: AsyncMongoClient[Document], name: str, question: Question) -> list[str]:
    """How the server executes a query, in its own words; nothing where it does not say."""
    query = {"find": question.collection, "filter": question.query} | ({"sort": question.sort} if question.sort else {})
    try:
        plan = (await client[name].command("explain", query))["queryPlanner"]["winningPlan"]
    except OperationFailure:
        return []
    return [str(stage) for stage in ([plan] if isinstance(plan, dict) else plan)]


def goes_by_index(stage: str, question: Question) -> bool:
    """Whether a stage reads neither the whole collection, nor the many that share a value with the few asked for."""
    taken = re.search(rf"idx_{question.collection}_(\w+)", stage)
    few = [field for field in question.query if field in SELECTIVE and "$eq" in question.query[field]]
    is_right = taken is None or not few or taken[1].startswith((*few, "id"))
    return is_right and not re.search(r"COLLSCAN|SCAN (?!json_each)", stage)


@pytest.mark.parametrize(
    ("query", "sort"),
    [
        ({"rating": 5}, (("placed", -1),)),
        ({"productId": "lamp"}, (("placed", -1),)),
        ({"productId": "lamp", "state": "visible"}, (("createdAt", -1),)),
        ({"productId": "lamp", "state": "visible"}, (("rating", 1), ("placed", 1), ("userId", 1))),
        ({"userId": {"$gt": "a"}}, (("placed", -1),)),
        ({}, (("rating", -1),)),
    ],
)
def test_a_query_without_an_index_is_seen(query: dict[str, Any], sort: Sort) -> None:
    assert not serves(INDEXES["reviews"], query, sort)
    assert not leads(INDEXES["reviews"], query, sort)
