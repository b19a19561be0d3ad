"""Sums, times and reasons in the words of a mail."""

from datetime import UTC, datetime

from schemas.currencies import to_whole_units

_UNDONE = {
    "payment": "The payment did not go through.",
    "inventory": "Not everything was in stock.",
    "shipping": "The carrier could not take the parcel.",
}
"""Step of the fulfilment -> why the order failed there."""


def sum_in_words(amount: int, currency: str) -> str:
    """Return minor units as `1,234.50 USD`, with the currency's digits."""
    return f"{to_whole_units(amount, currency):,f} {currency}"


def time_in_words(at: datetime) -> str:
    """Return a time as `14 March 2026, 12:00 UTC`."""
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def failure_in_words(failed_step: str) -> str:
    """Return why an order failed, in a sentence."""
    return _UNDONE.get(failed_step, "Something went wrong on our side.")
