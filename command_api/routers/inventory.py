"""Commands for stock, by admins."""

from collections.abc import Iterable
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from command_api.context import CommandContext, CurrentCaller, StreamCommand
from command_api.responses import AdjustmentAccepted, ReceiptAccepted
from command_api.warehouses import known_warehouse
from domain.warehouse.state import Warehouse
from edge.auth import requires
from event_store.unit_of_work import UnitOfWork
from schemas.errors import NotFound
from schemas.message import Command, Id
from schemas.reserved_ids import ChosenId
from schemas.stream_names import product_stream, warehouse_stream
from schemas.text import Line
from schemas.warehouse import MAX_RECEIVED, AdjustStock, ReceivedLine, ReceiveStock

router = APIRouter(prefix="/inventory", tags=["inventory"], dependencies=[requires("admin")])


class NewReceipt(Command):
    """A delivery of products to one of the shop's warehouses; one `receiptId` with the same pieces is recorded once."""

    receipt_id: ChosenId | None = None
    warehouse_id: Id | None = None
    items: Annotated[tuple[ReceivedLine, ...], Field(min_length=1, max_length=MAX_RECEIVED)]


class NewAdjustment(Command):
    """A correction of a product's stock by `delta` pieces; the same correction by its id is recorded once."""

    adjustment_id: ChosenId | None = None
    warehouse_id: Id | None = None
    product_id: Id
    delta: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]
    reason: Line


@router.post("/receipts", status_code=201, response_model=ReceiptAccepted)
async def receive_stock(body: NewReceipt, caller: CurrentCaller) -> Response:
    """Record a delivery of products; another delivery under the same id is refused."""
    request, warehouse_id = caller.make_request(body), known_warehouse(caller.context, body.warehouse_id)
    receipt_id = body.receipt_id or request.new_id("receipt")
    await _check_products(caller.context, (line.product_id for line in body.items))
    command = ReceiveStock(warehouse_id=warehouse_id, receipt_id=receipt_id, items=body.items)
    reply = partial(ReceiptAccepted, receipt_id=receipt_id)

    def version(unit: UnitOfWork, stream: str) -> int:
        warehouse: Warehouse = unit.state(stream)
        return warehouse.receipts[receipt_id].version

    return await request.handle([_warehouse(caller.context, command)], reply, status=201, version=version)


@router.post("/adjustments", status_code=201, response_model=AdjustmentAccepted)
async def adjust_stock(body: NewAdjustment, caller: CurrentCaller) -> Response:
    """Correct the stock of one product; another correction under the same id is refused."""
    request, warehouse_id = caller.make_request(body), known_warehouse(caller.context, body.warehouse_id)
    adjustment_id = body.adjustment_id or request.new_id("adjustment")
    await _check_products(caller.context, [body.product_id])
    ids = {"adjustment_id": adjustment_id, "warehouse_id": warehouse_id, "by": caller.actor.id}
    command = AdjustStock(**dict(body) | ids)
    reply = partial(AdjustmentAccepted, adjustment_id=adjustment_id)

    def version(unit: UnitOfWork, stream: str) -> int:
        warehouse: Warehouse = unit.state(stream)
        return warehouse.adjustments[adjustment_id].version

    return await request.handle([_warehouse(caller.context, command)], reply, status=201, version=version)


async def _check_products(context: CommandContext, product_ids: Iterable[str]) -> None:
    """Raise `NotFound` if a product is not in the catalogue."""
    streams = {product_stream(product_id): product_id for product_id in product_ids}
    products = await context.products.load_many(streams)
    if missing := [streams[stream] for stream, product in products.items() if not product.version]:
        raise NotFound(f"{len(missing)} unknown products", product_ids=missing)


def _warehouse(context: CommandContext, command: ReceiveStock | AdjustStock) -> StreamCommand:
    return StreamCommand(context.warehouses, warehouse_stream(command.warehouse_id), command)
