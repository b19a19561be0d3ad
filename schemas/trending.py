"""How views, cart adds and orders are weighed to say what is trending."""

from typing import Annotated

from pydantic import Field

from schemas.message import Message

Weight = Annotated[float, Field(ge=0, le=1_000, allow_inf_nan=False)]


class TrendingWeights(Message):
    """What one view, one cart add and one order add to a product's score; after each half-life they count half."""

    view: Weight = 1
    cart_add: Weight = 4
    order: Weight = 12
    half_life_hours: Annotated[float, Field(ge=1, le=168, allow_inf_nan=False)] = 24


DEFAULT_WEIGHTS = TrendingWeights()
