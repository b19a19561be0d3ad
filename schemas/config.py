"""The configuration that admins change while the shop runs: its keys, their values, and the event of a change."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from schemas.address import CountryCode
from schemas.currencies import MINOR_UNITS
from schemas.message import Cents, Command, Currency, Event, Id, Text

MAX_REGIONS = 500
LONGEST = 86_400
"""Seconds."""
MAX_ATTEMPTS = 10


class ConfigKey(StrEnum):
    """What can be configured."""

    PRICING = "pricing"
    DEADLINES = "deadlines"
    TRENDING = "trending"


def _check_currency(currency: str) -> str:
    if currency in MINOR_UNITS:
        return currency
    raise PydanticCustomError("currency_unknown", "Not a currency in circulation (ISO 4217)")


Percent = Annotated[str, StringConstraints(pattern=r"^(100|\d{1,2}(\.\d{1,6})?)$")]
"""An exact percentage as text, `7.25`: a JSON number would be rounded."""
Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
"""A country (`GB`) or a part of one (`US-CA`), by ISO 3166."""
FeeCurrency = Annotated[Currency, AfterValidator(_check_currency)]
Seconds = Annotated[float, Field(ge=0.01, le=LONGEST)]
Weight = Annotated[float, Field(ge=0, le=1_000_000)]


class CurrencyFee(Command):
    """What orders in one currency pay for shipping, and from which subtotal on nothing; in minor units."""

    amount: Cents
    free_from: Cents


class PricingRules(Command):
    """Tax in percent of the subtotal by region, and the shipping fee by currency.

    A region has its own rate, or that of its country, or `otherTax`. In the countries of `taxedByPart` only an order to
    a part can be taxed. A currency without a fee is not accepted.
    """

    tax: Annotated[dict[Region, Percent], Field(max_length=MAX_REGIONS)]
    other_tax: Percent = "0"
    taxed_by_part: Annotated[tuple[CountryCode, ...], Field(max_length=300)] = ()
    fees: Annotated[dict[FeeCurrency, CurrencyFee], Field(min_length=1)]


class DeadlineRules(Command):
    """Seconds that one attempt of a step may take, for which stock is reserved, and before a failed step is retried.

    `maxAttempts` is how often a step is tried in a round; the wait before a retry doubles each time.
    """

    payment: Seconds
    inventory: Seconds
    shipping: Seconds
    undo: Seconds
    reservation: Seconds
    max_attempts: Annotated[int, Field(ge=1, le=MAX_ATTEMPTS, strict=True)] = 3
    retry_after: Seconds = 1.0

    @model_validator(mode="after")
    def _check_reservation(self) -> Self:
        if self.reservation > self.shipping:
            return self
        raise PydanticCustomError(
            "reservation_too_short", "A reservation lasts longer than an attempt to prepare a shipment"
        )


class TrendingWeights(Command):
    """What a view, a cart add and an order of a product weigh, and the hours after which they weigh half."""

    view: Weight = 1.0
    cart_add: Weight = 4.0
    order: Weight = 12.0
    half_life_hours: Annotated[float, Field(ge=0.1, le=8_760)] = 24.0

    @model_validator(mode="after")
    def _check_weights(self) -> Self:
        if self.view or self.cart_add or self.order:
            return self
        raise PydanticCustomError("weights_all_zero", "At least one weight is above 0")


ConfigValue = PricingRules | DeadlineRules | TrendingWeights
CONFIG_VALUES: Mapping[ConfigKey, type[ConfigValue]] = {
    ConfigKey.PRICING: PricingRules,
    ConfigKey.DEADLINES: DeadlineRules,
    ConfigKey.TRENDING: TrendingWeights,
}


ConfigValues = Mapping[ConfigKey, ConfigValue]
"""A value of every key."""


class ChangeConfig(Command):
    """Replace the value of a key, whose version must still be the expected one.

    `released` is the value in force while nobody has changed it.
    """

    key: ConfigKey
    value: ConfigValue
    released: ConfigValue
    expected_version: int
    by: Id
    reason: Text


class ConfigChanged(Event):
    """A key has another value from now on; its versions count from 1, and 0 is what was released."""

    wire_name: ClassVar[str] = "config.changed"

    key: ConfigKey
    version: Annotated[int, Field(ge=1)]
    old: dict[str, Any]
    new: dict[str, Any]
    by: Id
    reason: Text

    def __hash__(self) -> int:
        """Return a hash without the values, which are objects and have none."""
        return hash((self.key, self.version, self.by, self.reason))


ConfigEvent = ConfigChanged
