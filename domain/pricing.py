"""What an order costs: tax and shipping by a table of rules, whose version is recorded in the order.

Amounts are integer minor units of the order's currency; a rate is an exact decimal fraction, a fee belongs to one
currency. Tax is taken on the subtotal, once per order, and rounded half up to a minor unit; shipping is not taxed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from domain.shipping_fees import FEES, ShippingFee
from schemas.config import CurrencyFee, PricingRules
from schemas.errors import CurrencyNotAccepted, Invalid
from schemas.order import OrderLine, OrderTerms
from schemas.values import dataclass

LARGEST_AMOUNT = 10**12
"""The greatest amount a message can carry (`schemas.message.Cents`)."""
TERMS_CACHED = 1_024
"""A table of rules has few rates and fees, and orders of equal terms can share them."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the table, released or configured; a change is a new version.

    `tax` is a fraction of the subtotal by region: a country (`GB`) or a part of one (`US-CA`), as `region_of` writes
    it. In the countries of `taxed_by_part` only an order to a part can be taxed. A currency without a fee of its own
    has `other_fee`, or is not accepted.
    """

    version: str
    tax: Mapping[str, Decimal]
    other_tax: Decimal
    fees: Mapping[str, ShippingFee]
    other_fee: ShippingFee | None = None
    taxed_by_part: frozenset[str] = frozenset()

    def terms(self, *, region: str, currency: str) -> OrderTerms:
        """What an order to a region pays in a currency, besides its lines.

        Raises:
            CurrencyNotAccepted, Invalid: As `fee_in` and `tax_in`.
        """
        fee = self.fee_in(currency)
        return _terms(self.version, self.tax_in(region), fee.amount, fee.free_from)

    def tax_in(self, region: str) -> Decimal:
        """The rate of the region, or else of its country, or else `other_tax`.

        Raises:
            Invalid: The region is a whole country that is taxed by its parts.
        """
        if region in self.taxed_by_part:
            raise Invalid(f"the tax in {region} depends on the region", country=region)
        country = region.partition("-")[0]
        return self.tax.get(region, self.tax.get(country, self.other_tax))

    def fee_in(self, currency: str) -> ShippingFee:
        """The shipping fee of a currency.

        Raises:
            CurrencyNotAccepted: There is none.
        """
        fee = self.fees.get(currency, self.other_fee)
        if fee is None:
            raise CurrencyNotAccepted(f"there is no shipping fee in {currency}", currency=currency)
        return fee


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of an order in minor units."""

    subtotal: int
    tax: int
    shipping: int

    @property
    def total(self) -> int:
        """The amount to pay."""
        return self.subtotal + self.tax + self.shipping


@lru_cache(TERMS_CACHED)
def _terms(rules_version: str, tax: Decimal, fee: int, free_from: int) -> OrderTerms:
    return OrderTerms(rules_version=rules_version, tax=tax, fee=fee, free_from=free_from)


def _rates(percent: Mapping[str, str]) -> Mapping[str, Decimal]:
    return MappingProxyType({region: Decimal(rate).scaleb(-2) for region, rate in percent.items()})


PERCENT: Mapping[str, str] = MappingProxyType(
    {
        "AT": "20",
        "CA": "5",
        "CA-BC": "12",
        "CA-ON": "13",
        "CA-QC": "14.975",
        "CH": "8.1",
        "DE": "19",
        "FR": "20",
        "GB": "20",
        "IE": "23",
        "JP": "10",
        "NL": "21",
        "US": "0",
        "US-CA": "7.25",
        "US-FL": "6",
        "US-IL": "6.25",
        "US-NY": "4",
        "US-OH": "5.75",
        "US-TX": "6.25",
        "US-WA": "6.5",
    }
)

_RELEASED = (
    Rules(
        version="2026-1",
        tax=_rates(dict(PERCENT) | {"CA-QC": "14.98"}),
        other_tax=Decimal(0),
        fees=MappingProxyType({}),
        other_fee=ShippingFee(599, free_from=5_000),
    ),
    Rules(
        version="2026-2",
        tax=_rates(PERCENT),
        other_tax=Decimal(0),
        fees=FEES,
        taxed_by_part=frozenset({"CA", "US"}),
    ),
)
RULES: Mapping[str, Rules] = MappingProxyType({rules.version: rules for rules in _RELEASED})
"""Every released version that an order was ever quoted under; the configured ones are in the log."""
CURRENT = "2026-2"
"""The version that new orders are quoted under while nobody has configured another."""
CONFIGURED = "pricing-"
"""Before the number of a configured version: `pricing-3`."""


def released_pricing() -> PricingRules:
    """The current released rules as they are configured."""
    rules = RULES[CURRENT]
    return PricingRules(
        tax=dict(PERCENT),
        other_tax=f"{rules.other_tax:f}",
        taxed_by_part=tuple(sorted(rules.taxed_by_part)),
        fees={each: CurrencyFee(amount=fee.amount, free_from=fee.free_from) for each, fee in rules.fees.items()},
    )


def configured_rules(value: PricingRules, version: int) -> Rules:
    """The rules that were configured as this version."""
    return Rules(
        version=f"{CONFIGURED}{version}",
        tax=_rates(value.tax),
        other_tax=Decimal(value.other_tax).scaleb(-2),
        fees=MappingProxyType({each: ShippingFee(fee.amount, fee.free_from) for each, fee in value.fees.items()}),
        taxed_by_part=frozenset(value.taxed_by_part),
    )


def region_of(country: str, region: str | None) -> str:
    """The key of the tax table for a country and the code of its part: `US-CA`, or `GB` without one."""
    return f"{country}-{region}" if region else country


def quote(lines: Sequence[OrderLine], terms: OrderTerms) -> Quote:
    """Price `lines`, all in the currency of `terms`.

    Raises:
        Invalid: The total is more than a message can carry.
    """
    subtotal = sum(line.quantity * line.unit_price for line in lines)
    shipping = ShippingFee(terms.fee, terms.free_from).of(subtotal)
    quoted = Quote(subtotal, round_half_up(subtotal, terms.tax), shipping)
    if quoted.total > LARGEST_AMOUNT:
        raise Invalid("the order is worth more than we can count", limit=LARGEST_AMOUNT)
    return quoted


def round_half_up(amount: int, rate: Decimal) -> int:
    """The fraction `rate` of a number of minor units as whole minor units; exact, whatever the decimal context."""
    numerator, denominator = rate.as_integer_ratio()
    return (2 * amount * numerator + denominator) // (2 * denominator)
