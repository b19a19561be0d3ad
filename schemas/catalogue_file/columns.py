"""The columns of a CSV file of products, and how their cells are read and written."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from schemas.catalogue_file.rows import Fields

PRODUCT_ID, AMOUNT, CURRENCY = "productId", "price.amount", "price.currency"
COLUMNS = (
    PRODUCT_ID,
    "name",
    "department",
    "category",
    "brand",
    "description",
    AMOUNT,
    CURRENCY,
    "picture",
    "forSale",
    "attributes",
)
SAYS_NOTHING = frozenset({AMOUNT, CURRENCY, "forSale"})
"""Columns in which an empty cell leaves the product as it is."""
CLEARS = frozenset({"brand", "description", "picture", "attributes"})
"""Columns in which an empty cell clears the field."""
TRUTH: Mapping[str, bool] = {"true": True, "false": False}
MAX_DIGITS = 20


def read_cells(header: Sequence[str], cells: Sequence[str]) -> Fields:
    """Return what the cells say; one that cannot be read stays a text, which its field refuses."""
    fields: dict[str, Any] = {}
    for name, cell in zip(header, cells, strict=True):
        if cell:
            fields[name] = READERS[name](cell) if name in READERS else cell
        elif name not in SAYS_NOTHING:
            fields[name] = None if name in CLEARS else ""
    price = {name.removeprefix("price."): fields.pop(name) for name in (AMOUNT, CURRENCY) if name in fields}
    return fields | {"price": price} if price else fields


def write_cells(fields: Fields) -> list[str]:
    """Return the cells of all columns."""
    price, for_sale, attributes = fields["price"], fields["forSale"], fields.get("attributes")
    written = {
        AMOUNT: str(price["amount"]),
        CURRENCY: price["currency"],
        "forSale": "true" if for_sale else "false",
        "attributes": orjson.dumps(attributes).decode() if attributes else "",
    }
    return [written[name] if name in written else fields.get(name) or "" for name in COLUMNS]


def _read_amount(cell: str) -> int | str:
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) <= MAX_DIGITS else cell


def _read_attributes(cell: str) -> object:
    try:
        return orjson.loads(cell)
    except orjson.JSONDecodeError:
        return cell


READERS: Mapping[str, Callable[[str], object]] = {
    AMOUNT: _read_amount,
    "forSale": lambda cell: TRUTH.get(cell.lower(), cell),
    "attributes": _read_attributes,
}
