"""What could not be handled, as operators see it and decide about it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from bff.admin.answers import CauseDecided
from bff.admin.bodies import CauseDecision
from bff.admin.parameters import DeadLetterParameters
from bff.calls import Calls, CurrentCalls
from edge.access import restricted
from schemas.accepted import LettersDecided
from schemas.dead_letters import MAX_LETTERS, DeadLetterPage, DeadLetterShown, LetterDecision, LetterId

PATH = "/admin/dead-letters"
router = APIRouter(prefix="/bff/admin/dead-letters", tags=["admin"], dependencies=[restricted("admin", "operator")])


@router.get("")
async def list_dead_letters(
    parameters: Annotated[DeadLetterParameters, Query()], calls: CurrentCalls
) -> DeadLetterPage:
    """List what could not be handled, with the cause, and whether it waits to be tried again or for an operator."""
    return await calls.query(PATH, answer=DeadLetterPage, parameters=parameters.pairs())


@router.get("/{letter_id}")
async def get_dead_letter(letter_id: Annotated[LetterId, Path()], calls: CurrentCalls) -> DeadLetterShown:
    """Get one of them, with where its error was raised."""
    return await calls.query(f"{PATH}/{letter_id}", answer=DeadLetterShown)


@router.post("/replay")
async def replay_dead_letters(body: LetterDecision, calls: CurrentCalls) -> LettersDecided:
    """Have dead letters tried again within a second; the reason is recorded."""
    return await calls.command("POST", f"{PATH}/replay", body, answer=LettersDecided)


@router.post("/discard")
async def discard_dead_letters(body: LetterDecision, calls: CurrentCalls) -> LettersDecided:
    """Give dead letters up: what waits behind them goes on without them; the reason is recorded."""
    return await calls.command("POST", f"{PATH}/discard", body, answer=LettersDecided)


@router.post("/replay-cause")
async def replay_cause(body: CauseDecision, calls: CurrentCalls) -> CauseDecided:
    """Have the dead letters of a cause tried again, a hundred at a time: `next` goes on with the rest."""
    page = await _dead_of_cause(body, calls)
    if page.items:
        decision = LetterDecision(ids=tuple(item.id for item in page.items), reason=body.reason)
        await calls.command("POST", f"{PATH}/replay", decision, answer=LettersDecided)
    return CauseDecided(decided=len(page.items), next=page.next)


async def _dead_of_cause(body: CauseDecision, calls: Calls) -> DeadLetterPage:
    wanted = DeadLetterParameters(
        cause=body.cause, consumer=body.consumer, state="dead", limit=MAX_LETTERS, cursor=body.cursor
    )
    return await calls.query(PATH, answer=DeadLetterPage, parameters=wanted.pairs())
