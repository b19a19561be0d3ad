"""What an order costs, to the last minor unit."""

from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.pricing import CURRENT, RULES, Quote, Rules, quote, region_of, round_half_up
from domain.shipping_fees import FEES, ShippingFee
from schemas.currencies import MINOR_UNITS
from schemas.errors import CurrencyNotAccepted, Invalid
from schemas.order import OrderLine
from tests.price_list import SHIPPING, totals_on_paper


def line(unit_price: int, quantity: int = 1) -> OrderLine:
    return OrderLine(product_id="p", name="Thing", quantity=quantity, unit_price=unit_price)


def quoted(*lines: OrderLine, currency: str = "USD", region: str = "DE", rules_version: str = CURRENT) -> Quote:
    return quote(lines, RULES[rules_version].terms(region=region, currency=currency))


def test_a_small_order_pays_tax_and_shipping() -> None:
    order = quoted(line(1_000, 2), line(499), region="US-CA")
    assert (order.subtotal, order.tax, order.shipping, order.total) == (2_499, 181, 599, 3_279)


def test_shipping_is_free_from_the_threshold_on() -> None:
    assert quoted(line(4_999)).shipping == 599
    assert quoted(line(5_000)).shipping == 0


@pytest.mark.parametrize(
    ("amount", "region", "currency", "tax"),
    [
        (100_000, "CA-QC", "CAD", 14_975),  # 149.75 of 1,000.00, not 149.80
        (1_000, "CA-QC", "CAD", 150),       # 1.4975
        (99, "CA-QC", "CAD", 15),           # 0.1482525
        (100_000_000, "CA-QC", "CAD", 14_975_000),
        (1_000, "CH", "CHF", 81),
        (1_000, "US-CA", "USD", 73),        # 0.725 is half a cent above 0.72
        (200, "US-IL", "USD", 13),          # 12.5 cents
        (1_000, "JP", "JPY", 100),
        (5, "JP", "JPY", 1),                # half a yen
        (4, "JP", "JPY", 0),
        (1_005, "GB", "KWD", 201),
        (1_000, "CA-AB", "CAD", 50),
        (1_000, "DE-BY", "EUR", 190),
        (1_000, "NZ", "NZD", 0),
        (1_000, "US-OR", "USD", 0),
    ],
)  # fmt: skip
def test_tax_is_exact_and_rounded_half_up_to_a_minor_unit(amount: int, region: str, currency: str, tax: int) -> None:
    assert quoted(line(amount), region=region, currency=currency).tax == tax


def test_tax_is_rounded_once_per_order_and_not_per_line() -> None:
    lines = [line(10) for _ in range(100)]
    assert quoted(*lines, region="US-CA").tax == 73
    assert sum(quoted(each, region="US-CA").tax for each in lines) == 100


@pytest.mark.parametrize("country", ["US", "CA"])
def test_a_country_taxed_by_its_parts_is_never_silently_untaxed(country: str) -> None:
    with pytest.raises(Invalid) as raised:
        quoted(line(1_000), region=country)
    assert raised.value.extra == {"country": country}


def test_the_key_of_the_table_is_a_country_or_a_part_of_one() -> None:
    assert [region_of("US", "CA"), region_of("GB", None)] == ["US-CA", "GB"]


@pytest.mark.parametrize(
    ("currency", "fee", "free_from"),
    [
        ("USD", 599, 5_000),
        ("JPY", 900, 7_500),
        ("KWD", 1_850, 15_000),
        ("VND", 158_000, 1_315_000),
        ("EUR", 549, 4_500),
    ],
)
def test_shipping_costs_what_the_price_list_of_the_currency_says(currency: str, fee: int, free_from: int) -> None:
    assert quoted(line(free_from - 1), currency=currency).shipping == fee
    assert quoted(line(free_from), currency=currency).shipping == 0


def test_there_is_a_fee_in_every_currency_in_circulation() -> None:
    assert RULES[CURRENT].fees.keys() == MINOR_UNITS.keys()


def test_no_fee_is_another_currencys_number() -> None:
    """Every fee has round whole units where the currency has no smaller coin, and none is above its own threshold."""
    assert all(0 < fee.amount < fee.free_from for fee in FEES.values())
    assert {currency for currency, fee in FEES.items() if fee.amount == 599} == {"USD", "BMD", "BSD", "PAB"}


@pytest.mark.parametrize("currency", ["ZZZ", "XXX", "XTS", "BGN"])
def test_a_currency_without_a_fee_is_not_accepted(currency: str) -> None:
    with pytest.raises(CurrencyNotAccepted) as raised:
        quoted(line(1_000), currency=currency)
    assert raised.value.extra == {"currency": currency}


def test_rules_may_have_a_fee_for_all_other_currencies() -> None:
    rules = Rules("1", tax={}, other_tax=Decimal(0), fees={"USD": ShippingFee(1, 2)}, other_fee=ShippingFee(3, 4))
    assert [rules.fee_in("USD"), rules.fee_in("EUR")] == [ShippingFee(1, 2), ShippingFee(3, 4)]


def test_earlier_rules_still_price_as_they_did() -> None:
    for currency, region, tax in (("CAD", "CA-QC", 14_980), ("JPY", "US", 0), ("XXX", "DE", 19_000)):
        old = quoted(line(100_000), currency=currency, region=region, rules_version="2026-1")
        assert (old.tax, old.shipping) == (tax, 0)
    assert quoted(line(4_999), currency="JPY", rules_version="2026-1").shipping == 599


def test_the_current_rules_are_in_the_table() -> None:
    assert CURRENT in RULES


def test_an_unknown_version_of_the_rules_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        quoted(line(1), rules_version="1999-1")


def test_an_order_beyond_the_largest_amount_is_invalid() -> None:
    with pytest.raises(Invalid):
        quoted(line(10**12))


@given(st.integers(0, 10**20), st.decimals(0, 1, places=5), st.integers(1, 30))
def test_rounding_is_exact_in_every_decimal_context(amount: int, rate: Decimal, precision: int) -> None:
    with localcontext(Context(prec=precision)):
        rounded = round_half_up(amount, rate)
    with localcontext(Context(prec=60)):
        assert rounded == (amount * rate).quantize(Decimal(1), ROUND_HALF_UP)


PERCENT = {
    "US-CA": "7.25", "US-OR": "0", "US-WA": "6.5", "CA-QC": "14.975", "CA-ON": "13", "CH": "8.1", "DE-BE": "19",
    "GB": "20", "JP-13": "10", "NZ": "0",
}  # fmt: skip
LINES = st.lists(st.builds(line, st.integers(0, 10**6), st.integers(1, 1_000)), min_size=1, max_size=20)


@given(LINES, st.sampled_from(sorted(SHIPPING)), st.sampled_from(sorted(PERCENT)))
def test_totals_equal_an_independent_sum_of_decimals(lines: list[OrderLine], currency: str, region: str) -> None:
    order = quoted(*lines, currency=currency, region=region)
    prices = [(each.unit_price, each.quantity) for each in lines]
    amounts = (order.subtotal, order.tax, order.shipping, order.total)
    assert amounts == totals_on_paper(prices, currency, PERCENT[region])


@given(LINES)
def test_the_order_of_lines_does_not_matter(lines: list[OrderLine]) -> None:
    assert quoted(*lines) == quoted(*lines[::-1])
