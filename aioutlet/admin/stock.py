"""`aioutlet admin stock`: what is in the warehouses."""

from typing import Annotated

import typer

from aioutlet.admin.output import CursorOption, JsonOption, LimitOption, ask, print_json, print_page, print_table

stock = typer.Typer(no_args_is_help=True, help="Stock: list, receive, adjust.")
ProductArgument = Annotated[str, typer.Argument(help="The id of the product.", metavar="PRODUCT")]
WarehouseOption = Annotated[str | None, typer.Option(help="Its id; by default the first of the shop.")]
COUNTS = ("onHand", "reserved", "available")


@stock.command("list")
def list_stock(
    product: Annotated[str | None, typer.Option(help="Only this product.")] = None,
    warehouse: Annotated[str | None, typer.Option(help="Only this warehouse.")] = None,
    limit: LimitOption = 20,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the stock per product and warehouse."""
    asked = {"productId": product, "warehouseId": warehouse, "limit": limit, "cursor": cursor}
    page = ask(lambda shop: shop.query("/inventory", asked))
    if as_json:
        print_json(page)
        return
    rows = ((item["productId"], item["warehouseId"], *(item[name] for name in COUNTS)) for item in page["items"])
    print_table(("product", "warehouse", "on hand", "reserved", "available"), rows)
    print_page(page)


@stock.command()
def receive(
    product: ProductArgument,
    pieces: Annotated[int, typer.Argument(min=1, help="How many.")],
    warehouse: WarehouseOption = None,
    receipt: Annotated[str | None, typer.Option(help="Its id: the same receipt is recorded once.")] = None,
) -> None:
    """Record a delivery of one product."""
    body = _without_nothing({"warehouseId": warehouse, "receiptId": receipt})
    items = [{"productId": product, "quantity": pieces}]
    received = ask(lambda shop: shop.command("POST", "/inventory/receipts", body | {"items": items}))
    typer.echo(f"{product}  {pieces} received  {received['receiptId']}")


@stock.command()
def adjust(
    product: ProductArgument,
    by: Annotated[int, typer.Option(help="Pieces more, or fewer: -2.")],
    reason: Annotated[str, typer.Option(help="Why, for the log.")],
    warehouse: WarehouseOption = None,
) -> None:
    """Correct the count of one product."""
    body = _without_nothing({"warehouseId": warehouse}) | {"productId": product, "delta": by, "reason": reason}
    ask(lambda shop: shop.command("POST", "/inventory/adjustments", body))
    typer.echo(f"{product}  adjusted by {by:+}")


def _without_nothing(body: dict[str, str | None]) -> dict[str, object]:
    return {name: value for name, value in body.items() if value is not None}
