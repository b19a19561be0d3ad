"""`aioutlet admin orders`: find, ship, deliver and cancel."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from aioutlet.admin.money import shown
from aioutlet.admin.order_argument import OrderArgument, id_of_order
from aioutlet.admin.output import CursorOption, JsonOption, LimitOption, ask, print_json, print_page, print_table

orders = typer.Typer(no_args_is_help=True, help="Orders: find, ship, deliver, cancel.")
TIME = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
TimeOption = Annotated[datetime | None, typer.Option(formats=TIME, help="In UTC.")]


@orders.command("list")
def list_orders(
    number: Annotated[str | None, typer.Option(help="The whole number.")] = None,
    customer: Annotated[str | None, typer.Option(help="The id of the customer.")] = None,
    email: Annotated[str | None, typer.Option(help="The mail address of the customer.")] = None,
    status: Annotated[str | None, typer.Option(help="Such as 'Shipping Prepared'.")] = None,
    since: TimeOption = None,
    until: TimeOption = None,
    limit: LimitOption = 20,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """List orders, the newest first; --since is in the range, --until is not."""
    asked = {
        "number": number,
        "customerId": customer,
        "email": email,
        "status": status,
        "from": _instant(since),
        "to": _instant(until),
        "limit": limit,
        "cursor": cursor,
    }
    page = ask(lambda shop: shop.query("/admin/orders", asked))
    if as_json:
        print_json(page)
        return
    print_table(("number", "placed", "status", "payment", "total", "customer"), map(_row, page["items"]))
    print_page(page)


@orders.command("show")
def show_order(order: OrderArgument, as_json: JsonOption = False) -> None:
    """Show one order, the rules it was priced by, where its fulfilment stands, and its timeline."""
    found = ask(lambda shop: shop.query(f"/admin/orders/{order}"))
    if as_json:
        print_json(found)
        return
    print_table(("", ""), _facts(found))
    lines = ((line["quantity"], line["name"], shown(line["unitPrice"], found["currency"])) for line in found["items"])
    print_table(("pieces", "product", "each"), lines)
    print_table(("at", "what"), ((line["at"][:19], line["title"]) for line in found["timeline"]))


@orders.command()
def ship(order: OrderArgument) -> None:
    """Hand a prepared order to the carrier."""
    _set(order, "Shipped")


@orders.command()
def deliver(order: OrderArgument) -> None:
    """Record that a shipped order has reached the customer."""
    _set(order, "Delivered")


@orders.command()
def cancel(order: OrderArgument, reason: Annotated[str, typer.Option(help="Why, for the order's timeline.")]) -> None:
    """Request a cancellation; everything done for the order is undone."""
    ask(lambda shop: shop.command("POST", f"/orders/{id_of_order(shop, order)}/cancel", {"reason": reason}))
    typer.echo(f"{order}  cancellation requested")


def _set(order: str, status: str) -> None:
    ask(lambda shop: shop.command("PUT", f"/orders/{id_of_order(shop, order)}/status", {"status": status}))
    typer.echo(f"{order}  {status}")


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.replace(tzinfo=UTC).isoformat()


def _row(order: dict[str, Any]) -> tuple[str, ...]:
    total = shown(order["totalAmount"], order["currency"])
    placed = order["createdAt"][:19]
    return order["orderNumber"], placed, order["status"], order["paymentStatus"], total, order["customerId"]


def _facts(order: dict[str, Any]) -> list[tuple[str, object]]:
    saga, request = order["saga"], order["saga"]["request"]
    waits = f", waits for {request['step']} ({request['direction']} {request['attempt']})" if request else ""
    amounts = [(name, shown(order[name], order["currency"])) for name in ("subtotal", "tax", "shipping")]
    return [
        ("order", f"{order['orderNumber']}  {order['orderId']}"),
        ("customer", order["customerId"]),
        ("status", f"{order['status']}; payment {order['paymentStatus']}, goods {order['fulfilmentStatus']}"),
        ("fulfilment", f"{saga['state']}{waits}"),
        *amounts,
        ("total", shown(order["totalAmount"], order["currency"])),
        ("priced by", order["rulesVersion"]),
    ]
