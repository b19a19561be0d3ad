"""What an order costs: tax and shipping by a table of rules, whose version is recorded in the order.

Everything is integer minor units of the order's currency; rates are basis points. Tax is taken on the subtotal,
once per order, and rounded half up; shipping is not taxed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from schemas.errors import Invalid
from schemas.order import OrderLine

LARGEST_AMOUNT = 10**12
"""The greatest amount a message can carry (`schemas.message.Cents`)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One released version of the table; a change is a new version.

    `tax` is basis points by region: a country (`GB`) or a part of one (`US-CA`), as `region_of` writes it.
    """

    tax: Mapping[str, int]
    other_tax: int
    shipping: int
    free_shipping_from: int

    def tax_in(self, region: str) -> int:
        """Basis points of the region, or else of its country, or else `other_tax`."""
        country = region.partition("-")[0]
        return self.tax.get(region, self.tax.get(country, self.other_tax))


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


RULES: Mapping[str, Rules] = MappingProxyType(
    {
        "2026-1": Rules(
            tax=MappingProxyType(
                {
                    "AT": 2000,
                    "CA": 500,
                    "CA-BC": 1200,
                    "CA-ON": 1300,
                    "CA-QC": 1498,
                    "CH": 810,
                    "DE": 1900,
                    "FR": 2000,
                    "GB": 2000,
                    "IE": 2300,
                    "JP": 1000,
                    "NL": 2100,
                    "US": 0,
                    "US-CA": 725,
                    "US-FL": 600,
                    "US-IL": 625,
                    "US-NY": 400,
                    "US-OH": 575,
                    "US-TX": 625,
                    "US-WA": 650,
                }
            ),
            other_tax=0,
            shipping=599,
            free_shipping_from=5_000,
        ),
    }
)
"""Every version that an order was ever quoted under."""
CURRENT = "2026-1"
"""The version new orders are quoted under."""


def region_of(country: str, region: str | None = None) -> str:
    """The key of the tax table: `US-CA` where a region code (ISO 3166-2) is given, else the country."""
    part = (region or "").strip().upper()
    return f"{country}-{part}" if part.isalnum() and len(part) <= 3 else country


def quote(lines: Sequence[OrderLine], *, region: str, rules_version: str) -> Quote:
    """Price `lines` for `region` under a released version of the rules.

    Raises:
        Invalid: The total is more than a message can carry.
        KeyError: There is no such version.
    """
    rules = RULES[rules_version]
    subtotal = sum(line.quantity * line.unit_price for line in lines)
    shipping = 0 if subtotal >= rules.free_shipping_from else rules.shipping
    quoted = Quote(subtotal, round_half_up(subtotal * rules.tax_in(region)), shipping)
    if quoted.total > LARGEST_AMOUNT:
        raise Invalid("the order is worth more than we can count", limit=LARGEST_AMOUNT)
    return quoted


def round_half_up(basis_points: int) -> int:
    """Ten-thousandths of a minor unit as whole minor units."""
    return (basis_points + 5_000) // 10_000
