"""`aioutlet admin products`: the catalogue, product by product; `aioutlet import` takes whole files."""

from typing import Annotated, Any

import typer

from aioutlet.admin.money import shown, to_amount
from aioutlet.admin.output import CursorOption, JsonOption, LimitOption, ask, print_json, print_page, print_table

products = typer.Typer(no_args_is_help=True, help="Products: list, create, update, price, discontinue, relist.")
ProductArgument = Annotated[str, typer.Argument(help="The id of the product.", metavar="PRODUCT")]
Text = str | None


@products.command("list")
def list_products(
    search: Annotated[Text, typer.Option(help="Words that products for sale must have.")] = None,
    for_sale: Annotated[bool | None, typer.Option("--for-sale/--discontinued", help="Only these.")] = None,
    limit: LimitOption = 20,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """List products by id, also those that were discontinued; with --search, those for sale by relevance."""
    if search and for_sale is False:
        raise typer.BadParameter("only products for sale are searched")
    path = "/products" if search else "/admin/products"
    asked = {"q": search} if search else {"forSale": for_sale}
    page = ask(lambda shop: shop.query(path, asked | {"limit": limit, "cursor": cursor}))
    if as_json:
        print_json(page)
        return
    print_table(("id", "name", "department", "price", "for sale"), map(_row, page["items"]))
    print_page(page)


@products.command()
def create(
    name: Annotated[str, typer.Option(help="What it is called.")],
    department: Annotated[str, typer.Option(help="Its department.")],
    category: Annotated[str, typer.Option(help="Its category.")],
    price: Annotated[str, typer.Option(help="In whole units, such as 12.99.")],
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "USD",
    product_id: Annotated[Text, typer.Option("--id", help="Its id; without it, a new one.")] = None,
    brand: Annotated[Text, typer.Option(help="Its brand.")] = None,
    description: Annotated[str, typer.Option(help="What is to be known of it.")] = "",
) -> None:
    """Add a product to the catalogue."""
    body = {
        "name": name,
        "department": department,
        "category": category,
        "price": {"amount": to_amount(price, currency), "currency": currency},
        "description": description,
    }
    optional = {"productId": product_id, "brand": brand}
    body |= {field: value for field, value in optional.items() if value is not None}
    created = ask(lambda shop: shop.command("POST", "/products", body))
    typer.echo(f"{created['productId']}  {name}")


@products.command()
def update(
    product: ProductArgument,
    name: Annotated[Text, typer.Option(help="What it is called.")] = None,
    department: Annotated[Text, typer.Option(help="Its department.")] = None,
    category: Annotated[Text, typer.Option(help="Its category.")] = None,
    brand: Annotated[Text, typer.Option(help="Its brand; '' removes it.")] = None,
    description: Annotated[Text, typer.Option(help="What is to be known of it; '' removes it.")] = None,
) -> None:
    """Change what is said of a product; what is not named stays."""
    given = {"name": name, "department": department, "category": category, "brand": brand, "description": description}
    changes = {field: value or None for field, value in given.items() if value is not None}
    if not changes:
        raise typer.BadParameter("name at least one field to change")
    ask(lambda shop: shop.command("PATCH", f"/products/{product}", changes))
    typer.echo(f"{product}  updated")


@products.command()
def price(
    product: ProductArgument,
    amount: Annotated[str, typer.Argument(help="In whole units, such as 12.99.")],
    currency: Annotated[str, typer.Option(help="That of the product.")] = "USD",
) -> None:
    """Change the price of a product, in the same currency."""
    body = {"price": {"amount": to_amount(amount, currency), "currency": currency}}
    ask(lambda shop: shop.command("PUT", f"/products/{product}/price", body))
    typer.echo(f"{product}  {shown(body['price']['amount'], currency)}")  # type: ignore[arg-type]


@products.command()
def discontinue(product: ProductArgument) -> None:
    """End the sale of a product."""
    ask(lambda shop: shop.command("POST", f"/products/{product}/discontinue"))
    typer.echo(f"{product}  discontinued")


@products.command()
def relist(product: ProductArgument) -> None:
    """Sell a discontinued product again."""
    ask(lambda shop: shop.command("POST", f"/products/{product}/relist"))
    typer.echo(f"{product}  for sale")


def _row(product: dict[str, Any]) -> tuple[object, ...]:
    cost = shown(product["price"]["amount"], product["price"]["currency"])
    return product["productId"], product["name"], product["department"], cost, "yes" if product["forSale"] else "no"
