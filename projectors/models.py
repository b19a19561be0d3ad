"""Every read model there is."""

from projectors.model import ReadModel
from projectors.orders import ORDERS
from projectors.products import PRODUCTS
from projectors.stock import STOCK

MODELS: tuple[ReadModel, ...] = (ORDERS, PRODUCTS, STOCK)
