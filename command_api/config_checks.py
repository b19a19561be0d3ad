"""Whether the places in a tax table exist, so that a misspelled one does not silently leave its orders untaxed."""

from collections.abc import Iterator

from command_api.places.countries import find_country
from edge.problems import field_error
from schemas.config import PricingRules
from schemas.errors import Invalid


def check_regions(rules: PricingRules) -> None:
    """Raise `Invalid`, with an error beside each region or country that does not exist, or can never be taxed."""
    if errors := [*_unknown_regions(rules), *_untaxable_countries(rules)]:
        raise Invalid("; ".join(error["detail"] for error in errors[:3]), errors=errors)


def _unknown_regions(rules: PricingRules) -> Iterator[dict[str, str]]:
    for region in rules.tax:
        code, _, part = region.partition("-")
        country = find_country(code)
        if country is None or (part and country.parts and part not in country.parts.values()):
            yield field_error(f"value.tax.{region}", "region_unknown", f"{region} is no country or part of one")


def _untaxable_countries(rules: PricingRules) -> Iterator[dict[str, str]]:
    for index, country in enumerate(rules.taxed_by_part):
        if find_country(country) is None:
            yield field_error(f"value.taxedByPart.{index}", "country_unknown", f"{country} is no country")
        elif not any(region.startswith(f"{country}-") for region in rules.tax):
            detail = f"{country} is taxed by its parts, and no part of it has a rate"
            yield field_error(f"value.taxedByPart.{index}", "no_part_taxed", detail)
