"""Builds the reference page of money."""

from decimal import Decimal

from aioutlet.pages.markdown import code, page, table
from domain.pricing import CONFIGURED, CURRENT, RULES
from schemas.currencies import MINOR_UNITS, to_whole_units

LEAD = """\
An amount is a whole number of minor units of one currency: `{"amount": 1299, "currency": "USD"}` is 12.99 USD. It says
nothing without its currency, and is never read in another one."""

CURRENCIES = """\
## Currencies

A price is accepted in every currency of ISO 4217 in which somebody can pay. Funds (`CLF`), precious metals (`XAU`),
units of account (`XDR`), the codes for tests (`XTS`) and for no currency (`XXX`), withdrawn currencies and unassigned
codes are refused (422 `currency_unknown`, beside `price.currency`). What is in the log stays as it is: an order for a
product with such a price is refused (409 [`currency_not_accepted`](errors.md)).

One minor unit is a hundredth of the currency, except where the table says otherwise: in JPY an amount of 1000 is
1,000 yen, in KWD it is 1.000 dinar. Whoever shows an amount divides by these powers of ten, with as many digits after
the point.

Prices of products are compared as numbers: `GET /products` with `minPrice`, `maxPrice` or `sort=price` means one
currency, which `currency` names where the catalogue has several.

One order has one currency: products with prices in several are refused (409 [`currency_differs`](errors.md)), and a
price changes within its currency."""

TOTALS = f"""\
## Totals

An order is priced by the version of the rules that is in force when it is placed: `{CURRENT}`, which is shown here,
until an [admin changes it](../how-to/change-tax-and-shipping.md), and then `{CONFIGURED}1`, `{CONFIGURED}2` and so on.
The order records the version (`rulesVersion`) and the amounts, so that later rules never change it.

- subtotal: pieces times price, summed over the lines; exact.
- tax: subtotal times rate, rounded half up to a minor unit, **once per order**. The rate is an exact decimal fraction:
  14.975 % of 1,000.00 CAD is 149.75. Rounded per line, an order of many cheap lines would differ from its receipt's
  one line of tax by several minor units; half up is what a customer with a pocket calculator gets. Prices are net.
- shipping: the fee of the order's currency, or nothing from a subtotal on; not taxed.
- totalAmount: subtotal + tax + shipping, at most 10¹² minor units.

A request that states another `totalAmount` is refused with these amounts (409 [`total_differs`](errors.md))."""

TAX = """\
## Tax

The rate follows from where the goods go: that of the region, else that of the country. An order to the United States
or Canada is taxed by its region, which its address must name ([places](places.md)). Countries that are not in the table
are not taxed: goods are sold there net, and the customer pays what the country asks for."""

SHIPPING = """\
## Shipping

A fee is set for each currency and never converted. A currency without a fee is not accepted
(409 [`currency_not_accepted`](errors.md)); a test compares the list with the standard's. Amounts are in whole units."""


def money_page() -> str:
    """Return the page of currencies, totals, rates and fees."""
    rules = RULES[CURRENT]
    rates = [(code(region), _percent(rate)) for region, rate in sorted(rules.tax.items())]
    digits = [
        (str(count), ", ".join(code(currency) for currency, each in MINOR_UNITS.items() if each == count))
        for count in (0, 3)
    ]
    fees = [
        (code(currency), *(f"{to_whole_units(amount, currency):,}" for amount in (fee.amount, fee.free_from)))
        for currency, fee in sorted(rules.fees.items())
    ]
    return page(
        "Money",
        LEAD,
        CURRENCIES,
        table(("digits after the point", "currencies"), digits),
        TOTALS,
        TAX,
        table(("region", "rate"), rates),
        SHIPPING,
        table(("currency", "fee", "none from"), fees),
    )


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f} %"
