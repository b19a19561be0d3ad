"""Postal addresses."""

import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from schemas.message import Command, Text

MAX_POSTAL_CODE = 12


def _plain(postal_code: object) -> object:
    """Letters and digits typed in full width, or digits of another script, as ASCII."""
    if not isinstance(postal_code, str) or len(postal_code) > MAX_POSTAL_CODE or postal_code.isascii():
        return postal_code
    narrow = unicodedata.normalize("NFKC", postal_code)
    return "".join(str(unicodedata.digit(each, each)) for each in narrow)


PostalCode = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MAX_POSTAL_CODE, pattern=r"^[A-Za-z0-9 -]+$"),
    BeforeValidator(_plain),
]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$", to_upper=True)]
"""ISO 3166-1 alpha-2."""


class Address(Command):
    """A postal address in plain text, as it is sealed in the log.

    What a country and a text need is checked where a customer gives an address, and not where it is read.
    """

    name: Text
    line1: Text
    line2: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postal_code: PostalCode | None = None
    country: CountryCode
