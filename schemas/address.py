"""Where things go."""

from typing import Annotated

from pydantic import StringConstraints

from schemas.message import Command, Text

PostalCode = Annotated[str, StringConstraints(min_length=1, max_length=12, pattern=r"^[A-Za-z0-9 -]+$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""


class Address(Command):
    """A postal address in the clear: only at the doors, never in the log."""

    name: Text
    line1: Text
    line2: Text | None = None
    city: Text
    region: Text | None = None
    postal_code: PostalCode
    country: CountryCode
