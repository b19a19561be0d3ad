"""An order as it is named on the command line: by its number or its id."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from aioutlet.admin.client import AdminClient

OrderArgument = Annotated[str, typer.Argument(help="The number (ORD-…) or the id of the order.", metavar="ORDER")]
NUMBER = "ORD-"


def id_of_order(shop: "AdminClient", order: str) -> str:
    """Return the id of an order; the shop is asked for it only where the order is named by its number."""
    return str(shop.query(f"/admin/orders/{order}")["orderId"]) if order.startswith(NUMBER) else order
