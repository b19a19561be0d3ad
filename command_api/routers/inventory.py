"""Commands for stock, by admins."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from command_api.context import CommandContext, CurrentCaller, StreamCommand
from command_api.responses import AdjustmentAccepted, ReceiptAccepted
from edge.auth import requires
from schemas.errors import NotFound
from schemas.message import Command, Id
from schemas.reserved_ids import ChosenId
from schemas.stream_names import product_stream, warehouse_stream
from schemas.text import Line
from schemas.warehouse import AdjustStock, ReceivedLine, ReceiveStock

router = APIRouter(prefix="/inventory", tags=["inventory"], dependencies=[requires("admin")])


class NewReceipt(Command):
    """A delivery of products; the same `receiptId` is recorded once."""

    receipt_id: ChosenId | None = None
    warehouse_id: Id = "main"
    items: Annotated[tuple[ReceivedLine, ...], Field(min_length=1, max_length=1_000)]


class NewAdjustment(Command):
    """A correction of a product's stock by `delta` pieces; the same `adjustmentId` is recorded once."""

    adjustment_id: ChosenId | None = None
    warehouse_id: Id = "main"
    product_id: Id
    delta: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]
    reason: Line


@router.post("/receipts", status_code=201, response_model=ReceiptAccepted)
async def receive_stock(body: NewReceipt, caller: CurrentCaller) -> Response:
    """Record a delivery of products."""
    request = caller.make_request(body)
    receipt_id = body.receipt_id or request.derive_id("receipt")
    await _check_products(caller.context, (line.product_id for line in body.items))
    command = ReceiveStock(warehouse_id=body.warehouse_id, receipt_id=receipt_id, items=body.items)
    reply = partial(ReceiptAccepted, receipt_id=receipt_id)
    return await request.handle([_warehouse(caller.context, command)], reply, status=201)


@router.post("/adjustments", status_code=201, response_model=AdjustmentAccepted)
async def adjust_stock(body: NewAdjustment, caller: CurrentCaller) -> Response:
    """Correct the stock of one product."""
    request = caller.make_request(body)
    adjustment_id = body.adjustment_id or request.derive_id("adjustment")
    await _check_products(caller.context, [body.product_id])
    command = AdjustStock(**dict(body) | {"adjustment_id": adjustment_id, "by": caller.actor.id})
    reply = partial(AdjustmentAccepted, adjustment_id=adjustment_id)
    return await request.handle([_warehouse(caller.context, command)], reply, status=201)


async def _check_products(context: CommandContext, product_ids: Iterable[str]) -> None:
    """Raise `NotFound` if a product is not in the catalogue."""
    streams = {product_stream(product_id): product_id for product_id in product_ids}
    products = await context.products.load_many(streams)
    if missing := [streams[stream] for stream, product in products.items() if not product.version]:
        raise NotFound(f"{len(missing)} unknown products", product_ids=missing)


def _warehouse(context: CommandContext, command: ReceiveStock | AdjustStock) -> StreamCommand:
    return StreamCommand(context.warehouses, warehouse_stream(command.warehouse_id), command)
