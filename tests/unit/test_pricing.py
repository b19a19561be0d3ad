"""What an order costs, to the last minor unit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pricing import CURRENT, RULES, quote, region_of, round_half_up
from schemas.errors import Invalid
from schemas.order import OrderLine


def line(unit_price: int, quantity: int = 1) -> OrderLine:
    return OrderLine(product_id="p", name="Thing", quantity=quantity, unit_price=unit_price)


def test_a_small_order_pays_tax_and_shipping() -> None:
    quoted = quote([line(1_000, 2), line(499)], region="US-CA", rules_version="2026-1")
    assert (quoted.subtotal, quoted.tax, quoted.shipping, quoted.total) == (2_499, 181, 599, 3_279)


def test_shipping_is_free_from_the_threshold_on() -> None:
    assert quote([line(4_999)], region="US", rules_version="2026-1").shipping == 599
    assert quote([line(5_000)], region="US", rules_version="2026-1").shipping == 0


def test_half_a_minor_unit_is_rounded_up() -> None:
    assert [round_half_up(4_999), round_half_up(5_000), round_half_up(14_999), round_half_up(15_000)] == [0, 1, 1, 2]


def test_a_region_without_a_rate_pays_its_countrys_and_a_country_without_one_the_rest_of_the_worlds() -> None:
    rules = RULES["2026-1"]
    assert rules.tax_in("US-CA") == 725
    assert rules.tax_in("US-ZZ") == rules.tax["US"]
    assert rules.tax_in("DE-BY") == 1_900
    assert rules.tax_in("NZ") == rules.other_tax


def test_the_region_is_written_as_in_the_table() -> None:
    assert region_of("US", " ca ") == "US-CA"
    assert region_of("US", "California") == "US"
    assert region_of("GB") == "GB"


def test_the_current_rules_are_in_the_table() -> None:
    assert CURRENT in RULES


def test_an_unknown_version_of_the_rules_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        quote([line(1)], region="US", rules_version="1999-1")


def test_an_order_beyond_the_largest_amount_is_invalid() -> None:
    with pytest.raises(Invalid):
        quote([line(10**12)], region="DE", rules_version="2026-1")


LINES = st.lists(st.builds(line, st.integers(0, 10**6), st.integers(1, 1_000)), min_size=1, max_size=20)


@given(LINES, st.sampled_from(["US-CA", "DE", "CA-QC", "NZ"]))
def test_the_total_is_the_sum_of_its_parts_and_the_tax_is_off_by_half_a_unit_at_most(
    lines: list[OrderLine], region: str
) -> None:
    quoted = quote(lines, region=region, rules_version="2026-1")
    exact = quoted.subtotal * RULES["2026-1"].tax_in(region)
    assert quoted.total == quoted.subtotal + quoted.tax + quoted.shipping
    assert -5_000 < quoted.tax * 10_000 - exact <= 5_000


@given(LINES)
def test_the_order_of_lines_does_not_matter(lines: list[OrderLine]) -> None:
    assert quote(lines, region="DE", rules_version=CURRENT) == quote(lines[::-1], region="DE", rules_version=CURRENT)
