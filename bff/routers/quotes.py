"""What an order would cost, for everybody who asks."""

from fastapi import APIRouter

from bff.answers import Quoted
from bff.bodies import NewQuote
from bff.calls import CurrentCalls
from bff.session_layer import NO_SESSION

router = APIRouter(prefix="/bff/quotes", tags=["orders"])


@router.post("", openapi_extra=NO_SESSION)
async def quote_order(body: NewQuote, calls: CurrentCalls) -> Quoted:
    """Price a basket by the catalogue and the rules of now, as an order would be; nothing is recorded or held."""
    return await calls.question("/quotes", body, answer=Quoted)
