"""What is known of countries, against the standard's own tables."""

from itertools import product
from string import ascii_uppercase

import pycountry
import pytest

from command_api.places.common_names import COMMON_NAMES
from command_api.places.countries import Country, find_country
from command_api.places.spelling import fold

EVERY = sorted(country.alpha_2 for country in pycountry.countries)
SUBDIVISIONS = [(each.country_code, each.code.partition("-")[2], each.name) for each in pycountry.subdivisions]


def known(code: str) -> Country:
    country = find_country(code)
    assert country is not None
    return country


def test_exactly_the_codes_of_the_standard_are_countries() -> None:
    pairs = ("".join(pair) for pair in product(ascii_uppercase, repeat=2))
    assert sorted(filter(find_country, pairs)) == EVERY


def test_every_part_of_every_country_is_found_by_its_code_with_and_without_the_country() -> None:
    lost = [
        (country, code)
        for country, code, _ in SUBDIVISIONS
        if {known(country).find_part(code), known(country).find_part(f"{country}-{code}".lower())} != {code}
    ]
    assert lost == []


def test_every_part_of_every_country_is_found_by_its_name() -> None:
    lost = [(country, name) for country, _, name in SUBDIVISIONS if known(country).find_part(name) is None]
    assert lost == []


def test_the_code_of_a_part_is_one_of_its_spellings() -> None:
    for country in map(known, EVERY):
        assert {part: country.find_part(part) for part in country.parts.values()} == {
            part: part for part in country.parts.values()
        }


def test_every_common_name_stands_for_a_part_that_has_another_spelling_too() -> None:
    for code, names in COMMON_NAMES.items():
        assert {known(code).find_part(name) for name in names} == set(names.values())
        others = {part for spelling, part in known(code).parts.items() if spelling not in map(fold, names)}
        assert set(names.values()) <= others | {code}


@pytest.mark.parametrize(
    ("country", "code", "spellings"),
    [
        ("US", "CA", ["CA", "ca", "US-CA", "us-ca", "California", "CALIFORNIA", " california ", "State of California"]),
        ("US", "NY", ["NY", "New York", "new-york", "New York State"]),
        ("US", "DC", ["DC", "D.C.", "District of Columbia", "Washington, D.C."]),
        ("US", "AE", ["AE", "US-AE"]),
        ("CA", "QC", ["QC", "CA-QC", "Quebec", "Québec", "QUEBEC", "Que\u0301bec", "Province of Quebec"]),
        ("CA", "NS", ["NS", "Nova Scotia", "Nouvelle-Écosse", "nouvelle ecosse"]),
        ("CA", "BC", ["BC", "British Columbia", "Colombie-Britannique"]),
        ("CA", "PE", ["PE", "Prince Edward Island", "Île-du-Prince-Édouard", "P.E.I."]),
        ("CA", "NL", ["NL", "Newfoundland and Labrador", "Newfoundland & Labrador", "Terre-Neuve-et-Labrador"]),
        ("DE", "BY", ["BY", "DE-BY", "Bayern", "Bavaria", "Freistaat Bayern"]),
        ("DE", "BW", ["Baden-Württemberg", "Baden-Wurttemberg", "baden württemberg"]),
        ("CH", "GE", ["GE", "Genève", "Geneva", "Genf", "Canton de Genève"]),
        ("CH", "ZH", ["Zürich", "Zurich", "Kanton Zürich"]),
        ("ES", "M", ["M", "Madrid", "ES-M"]),
        ("FR", "IDF", ["Île-de-France", "ile de france"]),
        ("IT", "RM", ["RM", "Roma", "Rome", "Provincia di Roma"]),
        ("IE", "D", ["D", "Dublin", "Co. Dublin", "County Dublin"]),
        ("GB", "WLS", ["WLS", "Wales", "Cymru"]),
        ("JP", "13", ["13", "JP-13", "東京都", "東京", "Tokyo", "Tokyo-to", "ＴＯＫＹＯ"]),
        ("JP", "26", ["京都府", "京都", "Kyoto"]),
        ("CN", "BJ", ["BJ", "CN-BJ", "北京市", "北京", "Beijing", "Beijing Shi", "11"]),
        ("CN", "NM", ["内蒙古自治区", "Inner Mongolia", "Nei Mongol Zizhiqu"]),
        ("KR", "11", ["11", "서울", "서울특별시", "Seoul"]),
        ("TW", "TPE", ["TPE", "台北市", "臺北市", "Taipei", "Taipei City"]),
        ("IN", "OD", ["OD", "OR", "Odisha", "Orissa", "ओड़िशा"]),
        ("IN", "KA", ["Karnataka", "Karnātaka", "कर्नाटक"]),
        ("AE", "DU", ["DU", "AE-DU", "Dubai", "دبي", "Emirate of Dubai"]),
        ("BR", "SP", ["SP", "São Paulo", "Sao Paulo", "Estado de São Paulo"]),
        ("MX", "CMX", ["CMX", "CDMX", "Ciudad de México", "Mexico City"]),
        ("MX", "MEX", ["MEX", "México", "Estado de México"]),
        ("PL", "10", ["10", "Łódzkie", "lodzkie", "Łódź"]),
        ("TR", "34", ["34", "İstanbul", "Istanbul", "ISTANBUL"]),
        ("VN", "DN", ["Đà Nẵng", "Da Nang"]),
        ("AU", "NSW", ["NSW", "New South Wales", "AU-NSW"]),
        ("HK", "Kowloon", ["Kowloon", "KLN", "九龍"]),
        ("HK", "Hong Kong Island", ["Hong Kong Island", "香港島", "Hong Kong", "HK"]),
    ],
)
def test_a_place_has_one_code_however_it_is_written(country: str, code: str, spellings: list[str]) -> None:
    assert {spelling: known(country).find_part(spelling) for spelling in spellings} == dict.fromkeys(spellings, code)


@pytest.mark.parametrize(
    ("country", "name"),
    [
        ("US", "Kalifornia"),
        ("US", "CAL"),
        ("US", "West"),
        ("US", "QC"),
        ("US", "CA-QC"),
        ("CA", "CA"),
        ("CA", "US-CA"),
        ("CA", "Québeck"),
        ("DE", "Atlantis"),
        ("GB", "Narnia"),
        ("JP", "48"),
        ("AE", "Doha"),
        ("US", "-"),
        ("US", "State of"),
        ("US", "x" * 500),
    ],
)
def test_what_is_no_part_of_a_country_is_none(country: str, name: str) -> None:
    assert known(country).find_part(name) is None
