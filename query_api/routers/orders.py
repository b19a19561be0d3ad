"""Orders: a customer's own, or any for an admin."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from pydantic import field_validator
from starlette.requests import Request
from starlette.responses import Response

from edge.auth import CurrentActor, actor_of, requires
from edge.raw_route import RawRoute, describe_parameters, header_parameter, path_parameter
from query_api.context import CurrentContext, Opener, QueryContext, query_context
from query_api.freshness import HEADER, OPTIONAL_POSITION, fresh, wait_until_seen
from query_api.paging import MOST, Listed, Page, Sort, page_of
from schemas.documents import ORDERS_VIEW, TALLIES, Document, label
from schemas.envelope import Actor, ActorType
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


router = APIRouter(prefix="/orders", tags=["orders"], dependencies=[fresh(ORDERS_VIEW)])
busy = APIRouter(prefix="/orders", tags=["orders"], route_class=RawRoute)


@router.get("")
async def list_orders(asked: Annotated[Orders, Query()], actor: CurrentActor, context: CurrentContext) -> Listed:
    """Orders without their stories, the newest first."""
    wanted = _wanted(asked, actor)
    found = await page_of(context.of(ORDERS_VIEW), wanted, NEWEST, asked, SUMMARY)
    total = await _total(wanted, context)
    return Listed(items=[_shown(order) for order in found], total=total, skip=asked.skip, limit=asked.limit)


@router.get("/counts", dependencies=[requires("admin", "operator")])
async def count_orders(context: CurrentContext) -> dict[str, int]:
    """How many orders there are, in all and in each status."""
    counts = {"all": 0}
    async for tally in context.database[TALLIES].find({"view": ORDERS_VIEW.name}):
        name = tally["filters"].get("status", "all")
        counts[name] = counts.get(name, 0) + tally["count"]
    return counts


@busy.get(
    "/{order_id}",
    response_model=Document,
    openapi_extra=describe_parameters(
        path_parameter("order_id", {"type": "string", "title": "Order Id"}), header_parameter(HEADER, OPTIONAL_POSITION)
    ),
)
async def get_order(request: Request) -> Response:
    """One order with its items, where it stands and its timeline; somebody else's is not there."""
    context, actor, order_id = query_context(request), actor_of(request), request.path_params["order_id"]
    if (wanted := request.headers.get(HEADER)) is not None:
        await wait_until_seen(context, ORDERS_VIEW, wanted)
    found = await context.one(ORDERS_VIEW, order_id)
    if found is None or not (_sees_all(actor) or found["customerId"] == actor.id):
        raise NotFound(f"no order {order_id}", order_id=order_id)
    order = _shown(found) | {name: opened(context.opener, found[name]) for name in ADDRESSES}
    return Response(orjson.dumps(order), media_type="application/json")


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


async def _total(wanted: Document, context: QueryContext) -> int:
    if wanted.keys() <= {"status"}:
        return await context.tally(ORDERS_VIEW, label(**wanted))
    return await context.count(ORDERS_VIEW, wanted)


def _shown(order: Document) -> Document:
    return {"orderId": order["_id"], **{name: value for name, value in order.items() if name != "_id"}}
