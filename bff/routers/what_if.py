"""What would have been by other rules, for those who analyse the shop."""

from typing import Annotated

from fastapi import APIRouter, Query

from bff.admin.parameters import PricingWhatIf, StepsWhatIf, TrendingWhatIf
from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.what_if import PricingDifference, StepsDifference, TrendingDifference

router = APIRouter(prefix="/bff/analytics/what-if", tags=["analytics"], dependencies=[restricted("admin", "analyst")])


@router.get("/pricing")
async def what_if_priced(parameters: Annotated[PricingWhatIf, Query()], calls: CurrentCalls) -> PricingDifference:
    """Get what recorded orders would have paid by other rules of tax and shipping; where they go stays sealed."""
    return await calls.query("/analytics/what-if/pricing", answer=PricingDifference, parameters=parameters.pairs())


@router.get("/trending")
async def what_if_weighed(parameters: Annotated[TrendingWhatIf, Query()], calls: CurrentCalls) -> TrendingDifference:
    """Get what would be trending by other weights, beside what is."""
    return await calls.query("/analytics/what-if/trending", answer=TrendingDifference, parameters=parameters.pairs())


@router.get("/steps")
async def what_if_ordered(parameters: Annotated[StepsWhatIf, Query()], calls: CurrentCalls) -> StepsDifference:
    """Get how recorded orders would have gone had their saga taken another step first."""
    return await calls.query("/analytics/what-if/steps", answer=StepsDifference, parameters=parameters.pairs())
