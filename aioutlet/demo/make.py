"""Makes `catalogue.json` anew from the real retailer's year: `python -m aioutlet.demo.make`, with the extra `journey`.

The best seller of every kind of product that has a name of its own in `words.json`, the most bought kinds first.
"""

from pathlib import Path
from typing import Any

import orjson

from aioutlet.journey.data import Frame, Retailer, load, product
from aioutlet.journey.naming import words

MOST = 300
MOST_OF_ONE_DEPARTMENT = 150
WEEKS = 52
WEEKS_IN_STOCK = 2
LEAST_STOCK = 24
CATALOGUE = Path(__file__).with_name("catalogue.json")


def main() -> None:
    """Write the file beside this one."""
    CATALOGUE.write_bytes(orjson.dumps(chosen(load()), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def chosen(retailer: Retailer, *, most: int = MOST) -> list[dict[str, Any]]:
    """At most `most` products as commands to create them, each with the `stock` to begin with."""
    best = _best_sellers(retailer)
    listed = [(product(row), stock(row["pieces"])) for row in best.head(most).to_dict("records")]
    listed.sort(key=lambda pair: (pair[0].department, pair[0].category, pair[0].name))
    return [made.model_dump(mode="json", exclude_none=True) | {"stock": pieces} for made, pieces in listed]


def stock(sold: int) -> int:
    """Pieces to begin with: what the retailer sold in so many weeks of the year."""
    return max(LEAST_STOCK, sold * WEEKS_IN_STOCK // WEEKS)


def _best_sellers(retailer: Retailer) -> Frame:
    pieces = retailer.lines.groupby("product_id")["quantity"].sum().rename("pieces")
    sold = retailer.products.merge(pieces, left_on="product_id", right_index=True)
    kind = sold["product_category"].astype(object) + "|" + sold["product_type"].astype(object)
    named = sold.assign(kind=kind)[kind.isin(words().types)]
    best = named.sort_values(["pieces", "product_id"], ascending=[False, True])
    return best.drop_duplicates("kind").groupby("department").head(MOST_OF_ONE_DEPARTMENT)


if __name__ == "__main__":
    main()
