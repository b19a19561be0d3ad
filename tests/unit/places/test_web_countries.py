"""What the web's forms offer is what the shop takes."""

from typing import Any

import orjson
import pytest

from aioutlet.pages.web_countries import web_countries
from command_api.places.countries import find_country

COUNTRIES: dict[str, dict[str, Any]] = orjson.loads(web_countries())


@pytest.mark.parametrize(("code", "country"), COUNTRIES.items(), ids=COUNTRIES)
def test_every_region_that_is_offered_is_kept_as_it_is(code: str, country: dict[str, Any]) -> None:
    known = find_country(code)
    assert known
    offered = [region for region, _ in country.get("regions", ())]
    assert [known.find_part(region) for region in offered] == offered
    assert len(set(offered)) == len(offered)


def test_a_country_says_what_its_addresses_have_need_and_are_called() -> None:
    germany, states = COUNTRIES["DE"], COUNTRIES["US"]
    assert germany == {"fields": ["postalCode", "city"], "needs": ["postalCode", "city"], "example": "26133"}
    assert states["words"] == {"region": "state", "postalCode": "zip"}
    assert ["CA", "California"] in states["regions"]


def test_regions_have_names_in_latin_letters_where_there_are_some() -> None:
    assert COUNTRIES["JP"]["regions"][0] == ["01", "Hokkaido"]
    assert [name for _, name in COUNTRIES["HK"]["regions"]] == ["Kowloon", "Hong Kong Island", "New Territories"]
