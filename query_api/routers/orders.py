"""Orders: a customer's own, or any for an admin."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from pydantic import field_validator
from starlette.responses import Response

from edge.auth import CurrentActor, requires
from edge.shortcut import Asked, Shortcut
from query_api.context import CurrentContext, Opener, QueryContext
from query_api.freshness import HEADER, fresh, wait_until_seen
from query_api.paging import MOST, Listed, Page, Sort, page_of
from schemas.actor_type import ActorType
from schemas.documents import ORDERS_VIEW, TALLIES, Document, label
from schemas.envelope import Actor
from schemas.errors import Forbidden, Invalid, NotFound, Poison
from schemas.message import Id
from schemas.order import OrderStatus
from schemas.sealed import Sealed

NEWEST: Sort = (("placed", -1),)
ADDRESSES = ("shippingAddress", "billingAddress")
SUMMARY = dict.fromkeys(("timeline", "rulesVersion", *ADDRESSES), 0)
"""What a list leaves out."""


class Orders(Page):
    """Whose orders, in which status, or exactly these (`ids=a,b,c`)."""

    customer_id: Id | None = None
    status: OrderStatus | None = None
    ids: tuple[Id, ...] | None = None

    @field_validator("ids", mode="before")
    @classmethod
    def _separated(cls, value: object) -> object:
        given = [value] if isinstance(value, str) else value
        return ",".join(given).split(",") if isinstance(given, list) else given


COUNTS = "/counts"

router = APIRouter(prefix="/orders", tags=["orders"], dependencies=[fresh(ORDERS_VIEW)])
_MIN_POSITION = HEADER.lower().encode()


@router.get("")
async def list_orders(asked: Annotated[Orders, Query()], actor: CurrentActor, reading: CurrentContext) -> Listed:
    """Orders without their stories, the newest first."""
    wanted = _wanted(asked, actor)
    found = await page_of(reading.of(ORDERS_VIEW), wanted, NEWEST, asked, SUMMARY)
    total = await _total(wanted, reading)
    return Listed(items=[_told(order) for order in found], total=total, skip=asked.skip, limit=asked.limit)


@router.get(COUNTS, dependencies=[requires("admin", "operator")])
async def count_orders(reading: CurrentContext) -> dict[str, int]:
    """How many orders there are, in all and in each status."""
    counts = {"all": 0}
    async for tally in reading.database[TALLIES].find({"view": ORDERS_VIEW.name}):
        name = tally["filters"].get("status", "all")
        counts[name] = counts.get(name, 0) + tally["count"]
    return counts


@router.get("/{order_id}", response_model=Document)
async def get_order(order_id: str, actor: CurrentActor, reading: CurrentContext) -> Response:
    """One order with its items, where it stands and its timeline; somebody else's is not there."""
    found = await reading.one(ORDERS_VIEW, order_id)
    if found is None or not (_sees_all(actor) or found["customerId"] == actor.id):
        raise NotFound(f"no order {order_id}", order_id=order_id)
    told = _told(found) | {name: opened(reading.opener, found[name]) for name in ADDRESSES}
    return Response(orjson.dumps(told), media_type="application/json")


def shortcut(reading: QueryContext) -> Shortcut:
    """Answers plain questions for one order as `get_order` does."""

    async def answer(asked: Asked) -> Response:
        if wanted := asked.headers.get(_MIN_POSITION):
            await wait_until_seen(reading, ORDERS_VIEW, str(wanted, "latin-1"))
        return await get_order(asked.name, asked.actor, reading)

    return Shortcut("GET", f"{router.prefix}/{{order_id}}", lambda asked: answer(asked) if asked.name else None)


def opened(opener: Opener, field: Document) -> Document | None:
    """A sealed address in the clear; nothing when its person was forgotten."""
    try:
        address: Document = orjson.loads(opener.open(Sealed.model_validate(field)))
    except Poison:
        return None
    return address


def _sees_all(actor: Actor) -> bool:
    return ActorType.ADMIN in actor.roles


def _wanted(asked: Orders, actor: Actor) -> Document:
    customer = asked.customer_id
    if not _sees_all(actor):
        if customer not in (None, actor.id):
            raise Forbidden("these are somebody else's orders")
        customer = actor.id
    if asked.ids is not None and len(asked.ids) > MOST:
        raise Invalid(f"at most {MOST} ids", ids=len(asked.ids))
    filters = {
        "customerId": customer,
        "status": asked.status and asked.status.value,
        "_id": asked.ids and {"$in": list(asked.ids)},
    }
    return {name: value for name, value in filters.items() if value is not None}


async def _total(wanted: Document, reading: QueryContext) -> int:
    if wanted.keys() <= {"status"}:
        return await reading.tally(ORDERS_VIEW, label(**wanted))
    return await reading.count(ORDERS_VIEW, wanted)


def _told(order: Document) -> Document:
    return {"orderId": order["_id"], **{name: value for name, value in order.items() if name != "_id"}}
