"""The shipping fees of ten currencies, and totals, as they would be worked out on paper: in whole units."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

SHIPPING: dict[str, tuple[int, str, str]] = {
    "USD": (2, "5.99", "50"),
    "EUR": (2, "5.49", "45"),
    "GBP": (2, "4.49", "38"),
    "CAD": (2, "8.50", "70"),
    "CHF": (2, "4.90", "40"),
    "JPY": (0, "900", "7500"),
    "KRW": (0, "8500", "70000"),
    "VND": (0, "158000", "1315000"),
    "KWD": (3, "1.850", "15"),
    "TND": (3, "17.500", "145"),
}
"""Digits of the minor unit, and in whole units the shipping fee and the subtotal from which there is none."""


def totals_on_paper(lines: Iterable[tuple[int, int]], currency: str, tax_percent: str) -> tuple[int, ...]:
    """Subtotal, tax, shipping and total in minor units, of lines (price in minor units, pieces)."""
    digits, fee, free_from = SHIPPING[currency]
    coin = Decimal(1).scaleb(-digits)
    subtotal = sum((price * coin * pieces for price, pieces in lines), Decimal(0))
    tax = (subtotal * Decimal(tax_percent) / 100).quantize(coin, ROUND_HALF_UP)
    shipping = Decimal(0) if subtotal >= Decimal(free_from) else Decimal(fee)
    return tuple(int(amount.scaleb(digits)) for amount in (subtotal, tax, shipping, subtotal + tax + shipping))
