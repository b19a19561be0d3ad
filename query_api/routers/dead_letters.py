"""What is parked, for those who decide about it."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request

from edge.auth import requires
from history.parked_rows import ParkedRows
from query_api.app_parts import app_part
from query_api.context import CurrentContext
from query_api.dead_letters import DeadLetterParameters, find_dead_letter, list_dead_letters
from schemas.dead_letters import DeadLetterPage, DeadLetterShown, LetterId, key_of_letter
from schemas.errors import NotFound

router = APIRouter(prefix="/admin/dead-letters", tags=["dead letters"], dependencies=[requires("admin", "operator")])


async def parked_rows(request: Request) -> ParkedRows:
    """Return what is parked beside the log; a dependency.

    Raises:
        Unavailable: This process cannot read it.
    """
    return cast(ParkedRows, app_part(request, "parked_rows", "what is parked cannot be read here"))


CurrentRows = Annotated[ParkedRows, Depends(parked_rows)]


@router.get("")
async def list_parked(
    parameters: Annotated[DeadLetterParameters, Query()], context: CurrentContext, rows: CurrentRows
) -> DeadLetterPage:
    """List what could not be handled, with the cause, and whether it waits to be tried again or for an operator."""
    return await list_dead_letters(context, rows, parameters)


@router.get("/{letter_id}")
async def show_parked(
    letter_id: Annotated[LetterId, Path()], context: CurrentContext, rows: CurrentRows
) -> DeadLetterShown:
    """Show one of them, with where its error was raised."""
    key = key_of_letter(letter_id)
    found = await find_dead_letter(context, rows, key) if key else None
    if found is None:
        raise NotFound(f"nothing is parked under {letter_id}: it was handled, or given up", id=letter_id)
    return found
