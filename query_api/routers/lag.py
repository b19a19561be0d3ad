"""The query for how far consumers are behind the log, by those who keep the shop."""

from fastapi import APIRouter
from starlette.requests import Request

from edge.auth import requires
from query_api.context import CurrentContext
from query_api.lag import ReadProgress, read_lag
from schemas.errors import NotFound
from schemas.lag import Lag

router = APIRouter(prefix="/admin/lag", tags=["admin"], dependencies=[requires("admin", "operator")])


@router.get("")
async def get_lag(request: Request, context: CurrentContext) -> Lag:
    """Get how many positions of the log the relay, each processor and each read model are behind."""
    read_progress: ReadProgress | None = request.app.state.read_progress
    if read_progress is None:
        raise NotFound("this process does not know how far the log goes")
    return await read_lag(context, await read_progress())
