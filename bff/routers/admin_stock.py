"""The stock, as an admin sees and corrects it."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.admin.answers import AdjustmentAccepted, ReceiptAccepted, Stocks
from bff.admin.bodies import NewAdjustment, NewReceipt
from bff.admin.parameters import StockParameters
from bff.calls import CurrentCalls
from edge.access import restricted

router = APIRouter(prefix="/bff/admin/stock", tags=["admin"], dependencies=[restricted("admin")])


@router.get("")
async def list_stock(parameters: Annotated[StockParameters, Query()], calls: CurrentCalls) -> Stocks:
    """List the stock per product and warehouse."""
    minimum = calls.session.written.of_category("warehouse")
    return await calls.query("/admin/stock", answer=Stocks, parameters=parameters.pairs(), minimum=minimum)


@router.post("/receipts", status_code=201)
async def receive_stock(body: NewReceipt, calls: CurrentCalls) -> ReceiptAccepted:
    """Record a delivery of products; the same `receiptId` with the same pieces is recorded once."""
    return await calls.command("POST", "/inventory/receipts", body, answer=ReceiptAccepted)


@router.post("/adjustments", status_code=201)
async def adjust_stock(body: NewAdjustment, calls: CurrentCalls) -> AdjustmentAccepted:
    """Correct the stock of one product, with a reason."""
    return await calls.command("POST", "/inventory/adjustments", body, answer=AdjustmentAccepted)
