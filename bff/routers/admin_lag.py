"""How far the consumers of the log are behind it, for those who keep the shop."""

from fastapi import APIRouter

from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.lag import Lag

router = APIRouter(prefix="/bff/admin/lag", tags=["admin"], dependencies=[restricted("admin", "operator")])


@router.get("")
async def get_lag(calls: CurrentCalls) -> Lag:
    """Get how many positions of the log the relay, each processor and each read model are behind."""
    return await calls.query("/admin/lag", answer=Lag)
