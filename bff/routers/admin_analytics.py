"""The figures of the shop, for admins and analysts."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.calls import CurrentCalls
from bff.parameters import AnalyticsParameters
from edge.access import restricted
from schemas.analytics import Analytics

router = APIRouter(prefix="/bff/admin", tags=["admin"], dependencies=[restricted("admin", "analyst")])


@router.get("/analytics")
async def get_analytics(parameters: Annotated[AnalyticsParameters, Query()], calls: CurrentCalls) -> Analytics:
    """Get revenue, orders, carts, top products and stock turn per day or hour."""
    return await calls.query("/admin/analytics", answer=Analytics, parameters=parameters.pairs())
