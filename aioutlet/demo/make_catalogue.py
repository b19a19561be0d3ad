"""Writes `catalogue.json` from a year of a real retailer: `python -m aioutlet.demo.make_catalogue`, extra `journey`.

It has the best seller of every kind of product that `words.json` names, the most sold kinds first.
"""

from pathlib import Path
from typing import Any

import orjson

from aioutlet.journey.data import Frame, Retailer, load, product
from aioutlet.journey.product_names import words

MAX_PRODUCTS = 300
MAX_PER_DEPARTMENT = 150
WEEKS = 52
WEEKS_IN_STOCK = 2
MIN_STOCK = 24
CATALOGUE = Path(__file__).with_name("catalogue.json")


def main() -> None:
    """Write the file."""
    CATALOGUE.write_bytes(orjson.dumps(choose_products(load()), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def choose_products(retailer: Retailer, *, limit: int = MAX_PRODUCTS) -> list[dict[str, Any]]:
    """Return at most `limit` products as the fields of their `CreateProduct` commands, and their `stock`."""
    best = _best_sellers(retailer)
    products = [(product(row), initial_stock(row["pieces"])) for row in best.head(limit).to_dict("records")]
    products.sort(key=lambda pair: (pair[0].department, pair[0].category, pair[0].name))
    return [command.model_dump(mode="json", exclude_none=True) | {"stock": pieces} for command, pieces in products]


def initial_stock(sold: int) -> int:
    """Return the stock of a product: what the retailer sold of it in `WEEKS_IN_STOCK` weeks."""
    return max(MIN_STOCK, sold * WEEKS_IN_STOCK // WEEKS)


def _best_sellers(retailer: Retailer) -> Frame:
    pieces = retailer.lines.groupby("product_id")["quantity"].sum().rename("pieces")
    sold = retailer.products.merge(pieces, left_on="product_id", right_index=True)
    kind = sold["product_category"].astype(object) + "|" + sold["product_type"].astype(object)
    named = sold.assign(kind=kind)[kind.isin(words().types)]
    best = named.sort_values(["pieces", "product_id"], ascending=[False, True])
    return best.drop_duplicates("kind").groupby("department").head(MAX_PER_DEPARTMENT)


if __name__ == "__main__":
    main()
