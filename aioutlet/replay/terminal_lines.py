"""A replayed event as one short line: position, time, type, stream, and what is in its data."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from rich.console import Console
from rich.text import Text

from schemas.codec import Stored

WIDTH = 80
STYLES = {
    "order": "green",
    "saga": "blue",
    "payment": "magenta",
    "shipment": "cyan",
    "warehouse": "yellow",
    "product": "bright_black",
    "cart": "bright_black",
}
"""The colour of a type, by the category of its stream."""
FAILED = ("failed", "stuck", "cancelled", "timed.out", "denied", "short")
"""Ends of types that are shown in red."""
SEALED = "sealed"
HIDDEN = frozenset({"orderId", "productId", "userId", "cartId", "warehouseId", "customerId"})
"""Fields that say what the stream's name says."""


class TerminalLines:
    """Prints a line for each event, in colour where a terminal reads."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._width = min(WIDTH, console.width)

    async def write(self, rows: Sequence[Stored]) -> None:
        """Print events."""
        for row in rows:
            line = line_of(row)
            line.truncate(self._width, overflow="ellipsis")
            self._console.print(line, highlight=False, soft_wrap=True)


def line_of(row: Stored) -> Text:
    """Return the line of an event; one that cannot be read has no more than its columns."""
    fields = _load(row.state)
    time = str(fields.get("recordedAt") or fields.get("occurredAt") or "")[11:19]
    category, _, subject = row.stream.partition("-")
    style = "red" if row.type.endswith(FAILED) else STYLES.get(category, "default")
    data = fields.get("data")
    return Text.assemble(
        (f"{row.position:>7} ", "dim"),
        (f"{time:8} ", "dim"),
        (f"{row.type} ", style),
        (f"{category}-…{subject[-6:]}@{row.version} ", "dim"),
        " ".join(_said(data)) if isinstance(data, dict) else "",
    )


def _said(data: dict[str, Any]) -> Iterator[str]:
    for name, value in data.items():
        if name not in HIDDEN and value is not None:
            yield f"{name}={_short(value)}"


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"[{len(value)}]"
    if isinstance(value, dict):
        if SEALED in value:
            return SEALED
        if "currency" in value:
            return f"{value.get('amount')} {value['currency']}"
        return "{…}"
    return str(value)


def _load(state: bytes) -> dict[str, Any]:
    try:
        fields = orjson.loads(state)
    except ValueError:
        return {}
    return fields if isinstance(fields, dict) else {}
