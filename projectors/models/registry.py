"""All read models."""

from projectors.models.orders import ORDERS
from projectors.models.products import PRODUCTS
from projectors.models.reviews import REVIEWS
from projectors.models.stock import STOCK
from projectors.models.users import USERS
from projectors.read_model import ReadModel

MODELS: tuple[ReadModel, ...] = (ORDERS, PRODUCTS, REVIEWS, STOCK, USERS)
