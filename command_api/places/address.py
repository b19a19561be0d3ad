"""An address as the shop takes it from a customer: complete by the rules of its country, and written in one way."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from command_api.places.countries import Country, find_country
from command_api.places.own_codes import OWN_CODES
from schemas.address import Address
from schemas.text import Line

ALIASES: Mapping[str, str] = MappingProxyType({"UK": "GB"})
"""What people write for a country that has another code."""
PLACES_CACHED = 4_096
"""Customers order again, and live in the same cities; finding a place takes 20 µs, reading a whole order 40."""

Fault = PydanticCustomError | str
"""What is wrong with a field: an error of ours, or the name of one of pydantic's."""
MISSING = "missing"
COUNTRY_UNKNOWN = PydanticCustomError("country_unknown", "Not the code of a country (ISO 3166-1 alpha-2)")
REGION_UNKNOWN = PydanticCustomError("region_unknown", "Not a part of this country, by code (ISO 3166-2) or name")
REGION_NEEDLESS = PydanticCustomError("region_unknown", "Not a part of this country; its addresses need none")
POSTAL_CODE_ELSEWHERE = PydanticCustomError("postal_code_elsewhere", "A postal code of another region")


class Place(NamedTuple):
    """The fields of an address that are written in one way: `CA` for `us-ca` or `California`, `GB` for `UK`.

    A part that has a country code of its own is that country: `PR` for Puerto Rico in `US`.
    """

    country: str
    region: str | None
    postal_code: str | None


def complete_address(address: Address) -> Address:
    """Return the address with its place as it is kept.

    Raises:
        ValidationError: It lacks what its country needs, or names no place; each error is beside its field.
    """
    place = find_place(address.country, address.region, address.city, address.postal_code)
    if place == (address.country, address.region, address.postal_code):
        return address
    return address.model_copy(update=place._asdict())


@lru_cache(PLACES_CACHED)
def find_place(country_code: str, region: str | None, city: str | None, postal_code: str | None) -> Place:
    """Return the place that an address names.

    Raises:
        ValidationError: As of `complete_address`.
    """
    code = ALIASES.get(country_code, country_code)
    country = find_country(code)
    if country is None:
        raise _invalid({"country": COUNTRY_UNKNOWN})
    faults: dict[str, Fault] = {}
    if city is None and "C" in country.required:
        faults["city"] = MISSING
    part = _find_region(country, region, city, faults)
    if own := OWN_CODES.get(code, {}).get(part or ""):
        return find_place(*own, city, postal_code)
    place = Place(code, part, _find_postal_code(country, postal_code, part, faults))
    if faults:
        raise _invalid(faults)
    return place


def _find_region(country: Country, region: str | None, city: str | None, faults: dict[str, Fault]) -> str | None:
    """The code of the region, or the name where a country has no list of its parts."""
    if region is None:
        part = country.find_part(city) if city and country.has_regions_for_cities else None
        if part is None and "S" in country.required:
            faults["region"] = MISSING
        return part
    if not country.parts:
        return region
    part = country.find_part(region)
    if part is None:
        faults["region"] = REGION_UNKNOWN if "S" in country.required else REGION_NEEDLESS
    return part


def _find_postal_code(
    country: Country, postal_code: str | None, part: str | None, faults: dict[str, Fault]
) -> str | None:
    written = " ".join((postal_code or "").upper().split())
    if not written:
        if "Z" in country.required:
            faults["postalCode"] = MISSING
        return None
    if "Z" not in country.used:
        return written
    found = country.find_postal_code(written)
    if found is None:
        faults["postalCode"] = _not_in_form(country)
    elif part and country.is_elsewhere(found, part):
        faults["postalCode"] = POSTAL_CODE_ELSEWHERE
    return found


def _not_in_form(country: Country) -> Fault:
    message = "Not in the form of this country's postal codes"
    if country.examples:
        message += f", such as {country.examples[0]}"
    return PydanticCustomError("postal_code_invalid", message)


def _invalid(faults: Mapping[str, Fault]) -> ValidationError:
    details = [InitErrorDetails(type=fault, loc=(field,), input=None) for field, fault in faults.items()]
    return ValidationError.from_exception_data(Address.__name__, details)


class NewAddress(Address):
    """A postal address in plain text."""

    name: Line
    line1: Line
    line2: Line | None = None
    city: Line | None = None
    region: Line | None = None


PostalAddress = Annotated[NewAddress, AfterValidator(complete_address)]
"""An address in a request."""
