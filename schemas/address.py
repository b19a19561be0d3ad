"""Postal addresses."""

from typing import Annotated

from pydantic import StringConstraints

from schemas.message import Command
from schemas.text import Line

PostalCode = Annotated[str, StringConstraints(min_length=1, max_length=12, pattern=r"^[A-Za-z0-9 -]+$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""


class Address(Command):
    """A postal address in plain text: in requests only, never in the log."""

    name: Line
    line1: Line
    line2: Line | None = None
    city: Line
    region: Line | None = None
    postal_code: PostalCode
    country: CountryCode
