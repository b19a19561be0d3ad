"""The versions of read models, as operators see them and decide about them."""

from typing import Annotated

from fastapi import APIRouter, Path

from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.accepted import VersionAccepted
from schemas.read_models import ReadModelList, VersionDecision, ViewTitle

PATH = "/admin/projections"
router = APIRouter(prefix="/bff/admin/projections", tags=["admin"], dependencies=[restricted("admin", "operator")])
Title = Annotated[ViewTitle, Path(alias="view")]
Rebuild = Annotated[int, Path(ge=0, le=1_000_000)]


@router.get("")
async def list_projections(calls: CurrentCalls) -> ReadModelList:
    """List the read models with their versions, how far each is behind the log, and how far rebuilds are."""
    return await calls.query(PATH, answer=ReadModelList)


@router.post("/{view}/rebuild")
async def rebuild_read_model(title: Title, body: VersionDecision, calls: CurrentCalls) -> VersionAccepted:
    """Build a new version beside the one that is read, and compare it with the log; queries are answered as before."""
    return await calls.command("POST", f"{PATH}/{title}/rebuild", body, answer=VersionAccepted)


@router.post("/{view}/versions/{rebuild}/switch")
async def switch_version(title: Title, rebuild: Rebuild, body: VersionDecision, calls: CurrentCalls) -> VersionAccepted:
    """Have queries answered from a version that equals the log; the one before is kept up to the log."""
    return await calls.command("POST", f"{PATH}/{title}/versions/{rebuild}/switch", body, answer=VersionAccepted)


@router.post("/{view}/rollback")
async def roll_back(title: Title, body: VersionDecision, calls: CurrentCalls) -> VersionAccepted:
    """Have queries answered from the version before the last switch again."""
    return await calls.command("POST", f"{PATH}/{title}/rollback", body, answer=VersionAccepted)


@router.post("/{view}/versions/{rebuild}/drop")
async def drop_version(title: Title, rebuild: Rebuild, body: VersionDecision, calls: CurrentCalls) -> VersionAccepted:
    """Remove a version that queries are not answered from; a rebuild that is under way is given up."""
    return await calls.command("POST", f"{PATH}/{title}/versions/{rebuild}/drop", body, answer=VersionAccepted)
