"""What would have been: candidate rules, and how what they lead to differs from what was recorded."""

from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.config import CurrencyFee, FeeCurrency, Percent, Region, TrendingWeights
from schemas.message import Cents, Command, Currency, Message
from schemas.saga import Step

MAX_ORDERS = 5_000
"""Orders of one answer, the oldest of the time that is looked at."""
MAX_SHOWN = 100
"""Orders and products that are listed."""
MAX_RATES = 50
TaxText = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?:(100|\d{1,2}(\.\d{1,6})?)$")]
"""A rate of tax as a query says it, `US-OH:7.25`: region and percent."""
FeeText = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}:\d{1,13}:\d{1,13}$")]
"""A shipping fee as a query says it, `USD:499:4000`: currency, fee, and from which subtotal there is none."""


class PricingCandidate(Command):
    """What is different in the rules in force: rates of tax by region, and shipping fees by currency."""

    tax: dict[Region, Percent] = Field(max_length=MAX_RATES, default_factory=dict)
    other_tax: Percent | None = None
    fees: dict[FeeCurrency, CurrencyFee] = Field(max_length=MAX_RATES, default_factory=dict)


class Span(Message):
    """The positions of the log that were looked at; `leftOut` says that there were more orders than are compared."""

    first: int
    last: int
    left_out: bool


class Between(Message):
    """An amount in minor units: exact where both are equal, else what is certain of it."""

    low: Cents
    high: Cents


class PricedOrder(Message):
    """One order: its amounts as they were recorded, and by the candidate rules."""

    order_id: str
    order_number: str
    position: int
    currency: Currency
    tax: Cents
    shipping: Cents
    total: Cents
    candidate_tax: Between
    candidate_shipping: Cents
    candidate_total: Between


class PricedCurrency(Message):
    """All orders in one currency; amounts are sums in minor units.

    `undecided` orders are between two amounts: where an order goes is sealed, and follows from its recorded tax only as
    far as regions differ by it. `refused` orders have a currency that the candidate has no fee for, and are left out.
    """

    currency: Currency
    orders: int
    changed: int
    undecided: int
    refused: int
    tax: int
    shipping: int
    total: int
    candidate_tax_low: int
    candidate_tax_high: int
    candidate_shipping: int
    candidate_total_low: int
    candidate_total_high: int


class PricingDifference(Message):
    """What orders would have paid by the candidate rules; those listed differ most."""

    span: Span
    currencies: tuple[PricedCurrency, ...]
    orders: tuple[PricedOrder, ...]


class RankedProduct(Message):
    """A product with its rank and score by the weights in force and by the candidate; a rank counts from 1."""

    product_id: str
    rank: int | None
    score: float
    candidate_rank: int | None
    candidate_score: float


class TrendingDifference(Message):
    """What would be trending by the candidate weights; first the products that would be shown first."""

    span: Span
    weights: TrendingWeights
    candidate: TrendingWeights
    moved: int
    products: tuple[RankedProduct, ...]


class FulfilledOrder(Message):
    """One order that would have gone another way: how its saga ended, and by the candidate order of steps.

    `unknown` is the step whose answer nobody recorded, because it was never asked for: there one cannot tell.
    """

    order_id: str
    state: str
    charged: bool
    refunded: bool
    candidate_state: str
    candidate_charged: bool
    candidate_refunded: bool
    unknown: Step | None


class StepsDifference(Message):
    """How orders would have gone by another order of steps, with the answers that were recorded.

    `refundsAvoided` are orders that were charged and paid back, and would not have been charged; `chargesAdded` the
    reverse. Orders still under way, or touched by a person, are left out.
    """

    span: Span
    steps: tuple[Step, ...]
    orders: int
    changed: int
    unknown: int
    refunds_avoided: int
    charges_added: int
    shown: tuple[FulfilledOrder, ...]
