"""The write side's door over a store in memory: what a test says to it, and what its log then holds."""

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from types import MappingProxyType
from typing import Any

import httpx

from command_api.main import build_app
from event_store.memory import memory_store
from event_store.records import AppendRequest
from event_store.store import EventStore
from identity.tokens import TokenIssuer
from schemas.codec import decode
from schemas.envelope import Envelope
from schemas.errors import Unavailable
from schemas.ids import derived_id
from schemas.message import Event
from schemas.stream_names import category_of
from schemas.warehouse_sites import ONE_SITE, WarehouseSite
from tests.accounts import SECRET, new_accounts
from tests.doors import client_of
from tests.examples import stream_of
from tests.integration.doors.declared import Declared

PROBLEM = "application/problem+json"
JSON = {"Content-Type": "application/json"}
BUSINESS = frozenset({"order", "order_number", "saga", "payment", "product", "warehouse", "shipment", "review"})
"""Categories of streams that nothing refused may touch."""
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
_NONE: Mapping[str, str] = MappingProxyType({})
MANY_HOURS = timedelta(days=365 * 50)

ADDRESS = {
    "name": "Wilhelmina Featherstone",
    "line1": "221B Baker Street",
    "city": "Pacific Grove",
    "region": "CA",
    "postalCode": "93950",
    "country": "US",
}
LAMP = {
    "productId": "lamp",
    "name": "Bedside lamp",
    "department": "Home",
    "category": "Lighting",
    "price": {"amount": 3499, "currency": "USD"},
}
MUG = LAMP | {"productId": "mug", "name": "Mug", "price": {"amount": 899, "currency": "USD"}}


def basket(*lines: tuple[str, object], **said: object) -> dict[str, Any]:
    """The body of an order of these (product, pieces), a lamp if none are named."""
    items = [{"productId": product_id, "quantity": quantity} for product_id, quantity in lines or [("lamp", 1)]]
    return {"items": items, "shippingAddress": ADDRESS} | said


def key(name: str) -> dict[str, str]:
    """The header of an Idempotency-Key."""
    return {"Idempotency-Key": name}


def who(subject: str, *roles: str, kind: str | None = None) -> dict[str, str]:
    """The header of somebody whose token outlives every test: an actor of this kind, or of that of the first role."""
    token = TokenIssuer(SECRET).issue(subject, roles, kind or roles[0], MANY_HOURS)
    return {"Authorization": f"Bearer {token}"}


ANN = who("ann", "admin")
BOB = who("bob", "customer")
EVE = who("eve", "customer")
OLIVE = who("olive", "operator")
PAT = who("pat", "operator")


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, time: timedelta) -> None:
        """Move on."""
        self.now += time


class Counter:
    """One command API, its callers and its log."""

    def __init__(
        self,
        store: EventStore | None = None,
        *,
        sites: tuple[WarehouseSite, ...] = ONE_SITE,
        second_person: timedelta | None = None,
    ) -> None:
        self.clock = Clock()
        self.store = store or memory_store(clock=self.clock)
        self.arrivals: asyncio.Queue[str] = asyncio.Queue()
        """One entry for each request that reaches the idempotency store: it then acts, or waits for one that does."""
        self._numbers = count()
        self.accounts = new_accounts(clock=self.clock, new_id=self._new_id)
        self.app = build_app(
            self.store,
            accounts=self.accounts,
            clock=self.clock,
            new_id=self._new_id,
            sites=sites,
            second_person=second_person,
        )
        self.client = client_of(self.app)
        self.client.event_hooks = {"response": [Declared(self.app)]}

    def _new_id(self) -> str:
        drawn = derived_id("counter", str(next(self._numbers)))
        self.arrivals.put_nowait(drawn)
        return drawn

    async def says(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Whatever the door answers."""
        return await self.client.request(method, path, **request)

    async def done(self, method: str, path: str, status: int = 200, **request: Any) -> dict[str, Any]:
        """The answer to what must succeed, by an admin unless said otherwise."""
        request["headers"] = ANN | request.get("headers", {})
        answer = await self.says(method, path, **request)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json"), answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def refused(self, status: int, code: str, method: str, path: str, **request: Any) -> dict[str, Any]:
        """The problem document of what must be refused, and must leave no trace in a business stream."""
        before = await self.store.head()
        answer = await self.says(method, path, **request)
        assert await self.recorded(after=before) == [], "a refusal recorded something"
        return problem(answer, status, code)

    async def place(
        self, name: str, body: dict[str, Any] | None = None, *, headers: Mapping[str, str] = _NONE
    ) -> httpx.Response:
        """Bob's order under an Idempotency-Key."""
        said = BOB | key(name) | dict(headers)
        return await self.says("POST", "/orders", json=basket() if body is None else body, headers=said)

    async def stock(self, *products: dict[str, Any]) -> None:
        """Bring products into the catalogue."""
        for product in products:
            await self.done("POST", "/products", 201, json=product)

    async def happened(self, *events: Event) -> None:
        """Put events of others (the saga's, the warehouse's) in the log."""
        for event in events:
            stream = stream_of(event)
            version = len(await self.store.stream(stream)) + 1
            envelope = Envelope(
                id=derived_id("others", stream, str(version)),
                stream=stream,
                version=version,
                event=event,
                occurred_at=self.clock.now,
                correlation_id="of-others",
                causation_id="of-others",
            )
            await self.store.append(AppendRequest((envelope,)))

    async def log(self, *, after: int = 0) -> list[Envelope]:
        """Every event past a position."""
        return [decode(stored) for stored in await self.store.log(after)]

    async def recorded(self, *, after: int = 0) -> list[str]:
        """The types recorded in business streams past a position."""
        return [event.type for event in await self.log(after=after) if category_of(event.stream) in BUSINESS]


@asynccontextmanager
async def open_counter(
    store: EventStore | None = None,
    *,
    sites: tuple[WarehouseSite, ...] = ONE_SITE,
    second_person: timedelta | None = None,
) -> AsyncIterator[Counter]:
    """A command API, and its store, for as long as the context is open."""
    counter = Counter(store, sites=sites, second_person=second_person)
    async with counter.client:
        yield counter
    with suppress(Unavailable):  # some tests close the store
        ids = [event.id for event in await counter.log()]
        assert len(ids) == len({*ids}), "two events have one id"
    await counter.accounts.passwords.close()
    await counter.store.close()


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, which must be whole."""
    assert answer.headers["content-type"] == PROBLEM, answer.text
    document: dict[str, Any] = answer.json()
    assert (answer.status_code, document["status"], document["code"]) == (status, status, code), document
    assert document["type"] == f"urn:aioutlet:problem:{code}"
    assert document["correlationId"] == answer.headers["x-correlation-id"] != ""
    assert document["title"]
    assert document["detail"]
    return document


def tally(types: Sequence[str]) -> dict[str, int]:
    """How often each type was recorded."""
    return dict(Tally(types))
