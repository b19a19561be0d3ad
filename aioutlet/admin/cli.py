"""`aioutlet admin`: what an admin does with a running shop, over HTTP."""

import typer

from aioutlet.admin.config import config
from aioutlet.admin.orders import orders
from aioutlet.admin.products import products
from aioutlet.admin.sagas import sagas
from aioutlet.admin.stock import stock
from aioutlet.admin.users import users

admin = typer.Typer(
    no_args_is_help=True, help="The running shop, as an admin: orders, sagas, products, stock, configuration."
)
admin.add_typer(orders, name="orders")
admin.add_typer(sagas, name="sagas")
admin.add_typer(products, name="products")
admin.add_typer(stock, name="stock")
admin.add_typer(config, name="config")
admin.add_typer(users, name="users")
