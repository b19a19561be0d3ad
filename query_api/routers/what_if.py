"""What would have been by other rules, for those who analyse the shop: computed from the log, without any effect."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field, ValidationError

from edge.auth import requires
from edge.problems import field_error
from history.what_if.pricing import read_candidate
from query_api.context import CurrentContext
from query_api.paging import QueryParameters
from query_api.routers.logged_events import CurrentLog
from query_api.trending_ranking import DAYS, Ranking
from schemas.config import Percent, TrendingWeights, Weight
from schemas.errors import Invalid
from schemas.saga import Step
from schemas.what_if import (
    MAX_RATES,
    FeeText,
    PricingDifference,
    StepsDifference,
    TaxText,
    TrendingDifference,
)

STEPS = (Step.PAYMENT, Step.INVENTORY, Step.SHIPPING)
"""As the saga takes them."""
router = APIRouter(prefix="/analytics/what-if", tags=["what if"], dependencies=[requires("admin", "analyst")])


class PeriodParameters(QueryParameters):
    """Orders that were recorded at `since` or later, and before `until`; by default all."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None


class PricingParameters(PeriodParameters):
    """Rates of tax (`US-OH:7.25`) and shipping fees (`USD:499:4000`) that differ from the rules in force."""

    tax: Annotated[tuple[TaxText, ...], Field(max_length=MAX_RATES)] = ()
    other_tax: Percent | None = None
    fee: Annotated[tuple[FeeText, ...], Field(max_length=MAX_RATES)] = ()


class TrendingParameters(QueryParameters):
    """What a view, a cart add and an order weigh, and the hours after which they weigh half; else as released."""

    view: Weight | None = None
    cart_add: Weight | None = None
    order: Weight | None = None
    half_life_hours: Annotated[float, Field(ge=0.1, le=8_760)] | None = None


class StepsParameters(PeriodParameters):
    """The step that is taken first; the others follow as they do."""

    first: Step = Step.INVENTORY


@router.get("/pricing")
async def what_if_priced(parameters: Annotated[PricingParameters, Query()], log: CurrentLog) -> PricingDifference:
    """Get what recorded orders would have paid by other rules of tax and shipping; where they go stays sealed."""
    candidate = read_candidate(parameters.tax, parameters.other_tax, parameters.fee)
    return await log.what_if_priced(candidate, parameters.since, parameters.until)


@router.get("/trending")
async def what_if_weighed(
    parameters: Annotated[TrendingParameters, Query()], context: CurrentContext, log: CurrentLog
) -> TrendingDifference:
    """Get what would be trending by other weights, beside what is."""
    weights, now = _weights(parameters), context.clock()
    return await log.what_if_weighed(weights, now - timedelta(days=DAYS), rank=Ranking, now=now)


@router.get("/steps")
async def what_if_ordered(parameters: Annotated[StepsParameters, Query()], log: CurrentLog) -> StepsDifference:
    """Get how recorded orders would have gone had their saga taken another step first."""
    steps = (parameters.first, *(step for step in STEPS if step is not parameters.first))
    return await log.what_if_ordered(steps, parameters.since, parameters.until)


def _weights(parameters: TrendingParameters) -> TrendingWeights:
    try:
        return TrendingWeights.model_validate(parameters.model_dump(exclude_none=True))
    except ValidationError as error:
        detail = error.errors()[0]["msg"]
        raise Invalid(detail, errors=[field_error("view", "weights", detail, where="query")]) from error
