"""The query parameters of lists, in camelCase; what they may be, the query API checks."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from schemas.actor_type import ActorType
from schemas.documents import UserState
from schemas.order import OrderStatus

Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Cursor = Annotated[str, StringConstraints(max_length=4_096, pattern=r"^[A-Za-z0-9_-]+$")]
Ids = Annotated[str, StringConstraints(max_length=13_000, pattern=r"^[A-Za-z0-9._-]+(,[A-Za-z0-9._-]+)*$")]
"""`a,b,c`; at most 200."""
Limit = Annotated[int, Field(ge=1, le=200)]
Price = Annotated[int, Field(ge=0, le=10**12)]


class Parameters(BaseModel):
    """Query parameters; an unknown one is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True)

    def pairs(self) -> list[tuple[str, str]]:
        """Return what was asked for, as it is sent on."""
        given = self.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        return [(name, _written(each)) for name, value in given.items() for each in _each(value)]


def _each(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class AnalyticsParameters(Parameters):
    """From when to before when, in whole days or hours of UTC; by default the last 30 days or 24 hours."""

    from_: Annotated[AwareDatetime | date | None, Field(alias="from")] = None
    to: AwareDatetime | date | None = None
    by: Literal["day", "hour"] | None = None


class ListParameters(Parameters):
    """Which part of a list to return."""

    limit: Limit | None = None
    cursor: Cursor | None = None


class PageParameters(ListParameters):
    """A list that can also be entered after `skip` items."""

    skip: Annotated[int, Field(ge=0, le=100_000)] | None = None


class ProductParameters(PageParameters):
    """Filters and order of products: `q` the words a product must have, prices in minor units.

    Without a `sort`, what `q` finds comes by relevance, and other lists by name.
    """

    department: Word | None = None
    category: Word | None = None
    brand: Word | None = None
    min_price: Price | None = None
    max_price: Price | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    in_stock: bool | None = None
    min_rating: Annotated[int, Field(ge=1, le=5)] | None = None
    q: Word | None = None
    sort: Literal["relevance", "name", "-name", "price", "-price", "newest", "rating", "trending"] | None = None


class IdsParameters(Parameters):
    """Which products are asked for."""

    ids: Ids


class TrendingParameters(Parameters):
    """How many products are listed, of all departments or of one."""

    department: Word | None = None
    limit: Annotated[int, Field(ge=1, le=100)] | None = None


class ReviewedTrendingParameters(TrendingParameters):
    """The same, of fewer products: the reviews of each are asked for."""

    limit: Annotated[int, Field(ge=1, le=20)] | None = None


class OrderParameters(PageParameters):
    """Filters of orders."""

    status: OrderStatus | None = None


class AccountParameters(PageParameters):
    """Filters of accounts: `q` is a whole mail address."""

    q: Word | None = None
    role: ActorType | None = None
    state: UserState | None = None


class ReviewParameters(PageParameters):
    """Order of a product's reviews, and the rating that they have."""

    sort: Literal["newest", "highest", "lowest"] | None = None
    rating: Annotated[int, Field(ge=1, le=5)] | None = None


class ModerationParameters(PageParameters):
    """Which reviews an admin looks at: those that were reported, or those that are hidden."""

    show: Literal["reported", "hidden"] | None = None
