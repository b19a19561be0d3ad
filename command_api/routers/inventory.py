"""The warehouse's commands, for admins."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from command_api.context import CommandContext, CurrentCaller
from command_api.handling import CommandResult, StreamCommand
from command_api.responses import AdjustmentAccepted, ReceiptAccepted
from edge.auth import requires
from schemas.errors import NotFound
from schemas.message import Command, Id, Text
from schemas.stream_names import product_stream, warehouse_stream
from schemas.warehouse import AdjustStock, ReceivedLine, ReceiveStock

router = APIRouter(prefix="/inventory", tags=["inventory"], dependencies=[requires("admin")])


class NewReceipt(Command):
    """A delivery note; under the same `receiptId` it is taken in once."""

    receipt_id: Id | None = None
    warehouse_id: Id = "main"
    items: Annotated[tuple[ReceivedLine, ...], Field(min_length=1, max_length=1_000)]


class NewAdjustment(Command):
    """A count corrected by hand; under the same `adjustmentId` it is corrected once."""

    adjustment_id: Id | None = None
    warehouse_id: Id = "main"
    product_id: Id
    delta: Annotated[int, Field(strict=True, ge=-1_000_000, le=1_000_000)]
    reason: Text


@router.post("/receipts", status_code=201, response_model=ReceiptAccepted)
async def receive_stock(body: NewReceipt, caller: CurrentCaller) -> Response:
    """Take a delivery in."""
    errand = caller.asks(body)
    receipt_id = body.receipt_id or errand.fresh_id("receipt")
    await _known(caller.desk, (line.product_id for line in body.items))
    command = ReceiveStock(warehouse_id=body.warehouse_id, receipt_id=receipt_id, items=body.items)
    turn = StreamCommand(caller.desk.warehouses, warehouse_stream(body.warehouse_id), command)
    return await errand.run([turn], partial(_received, receipt_id), status=201)


@router.post("/adjustments", status_code=201, response_model=AdjustmentAccepted)
async def adjust_stock(body: NewAdjustment, caller: CurrentCaller) -> Response:
    """Correct a count."""
    errand = caller.asks(body)
    adjustment_id = body.adjustment_id or errand.fresh_id("adjustment")
    await _known(caller.desk, [body.product_id])
    command = AdjustStock(**dict(body) | {"adjustment_id": adjustment_id, "by": caller.actor.id})
    turn = StreamCommand(caller.desk.warehouses, warehouse_stream(body.warehouse_id), command)
    return await errand.run([turn], partial(_adjusted, adjustment_id), status=201)


async def _known(desk: CommandContext, product_ids: Iterable[str]) -> None:
    """Raise `NotFound` for products that are in no catalogue."""
    streams = {product_stream(product_id): product_id for product_id in product_ids}
    products = await desk.products.load(streams)
    if missing := [streams[stream] for stream, product in products.items() if not product.version]:
        raise NotFound(f"{len(missing)} unknown products", product_ids=missing)


def _received(receipt_id: str, outcomes: Sequence[CommandResult]) -> ReceiptAccepted:
    [outcome] = outcomes
    return ReceiptAccepted(
        receipt_id=receipt_id, stream_id=outcome.stream, version=outcome.version, position=outcome.position
    )


def _adjusted(adjustment_id: str, outcomes: Sequence[CommandResult]) -> AdjustmentAccepted:
    [outcome] = outcomes
    return AdjustmentAccepted(
        adjustment_id=adjustment_id, stream_id=outcome.stream, version=outcome.version, position=outcome.position
    )
