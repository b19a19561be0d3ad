"""Amounts as people write them, in whole units of a currency, and as the shop has them, in minor units."""

from decimal import Decimal, InvalidOperation

import typer


def to_amount(text: str, currency: str) -> int:
    """Return an amount in minor units.

    Raises:
        typer.BadParameter: It is no amount of this currency, or there is no such currency.
    """
    from schemas.currencies import MINOR_UNITS

    if currency not in MINOR_UNITS:
        raise typer.BadParameter(f"{currency} is no currency in circulation (ISO 4217)")
    try:
        amount = Decimal(text).scaleb(MINOR_UNITS[currency])
    except InvalidOperation:
        raise typer.BadParameter(f"{text} is no amount, such as 12.99") from None
    if amount != amount.to_integral_value() or amount < 0:
        raise typer.BadParameter(f"{text} is no amount of {currency}, which has {MINOR_UNITS[currency]} digits")
    return int(amount)


def shown(amount: int, currency: str) -> str:
    """Return an amount in whole units, with its currency."""
    from schemas.currencies import to_whole_units

    return f"{to_whole_units(amount, currency):,} {currency}"
