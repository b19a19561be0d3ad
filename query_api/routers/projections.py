"""The versions of read models, for operators."""

from fastapi import APIRouter
from starlette.requests import Request

from edge.auth import requires
from query_api.context import CurrentContext
from query_api.projections import list_read_models
from schemas.errors import Unavailable
from schemas.read_models import ReadModelList

router = APIRouter(prefix="/admin/projections", tags=["projections"], dependencies=[requires("admin", "operator")])


@router.get("")
async def list_projections(request: Request, context: CurrentContext) -> ReadModelList:
    """List the read models with their versions, how far each is behind the log, and how far rebuilds are."""
    if (read_progress := request.app.state.read_progress) is None:
        raise Unavailable("how far the log goes cannot be read here")
    progress = await read_progress()
    return await list_read_models(context, progress.head, progress.published)
