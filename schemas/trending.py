"""How views, cart adds and orders are weighed to say what is trending."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.message import Command

Weight = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]


class TrendingWeights(Command):
    """What one view, one cart add and one order add to a product's score; after each half-life they count half."""

    view: Weight = 1
    cart_add: Weight = 4
    order: Weight = 12
    half_life_hours: Annotated[float, Field(ge=1, le=168, allow_inf_nan=False)] = 24

    @model_validator(mode="after")
    def _check_weights(self) -> Self:
        if self.view or self.cart_add or self.order:
            return self
        raise PydanticCustomError("weights_all_zero", "At least one weight is above 0")


DEFAULT_WEIGHTS = TrendingWeights()
