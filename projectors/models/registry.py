"""All read models."""

from projectors.models.carts import CARTS
from projectors.models.config import CONFIG
from projectors.models.orders import ORDERS
from projectors.models.products import PRODUCTS
from projectors.models.reviews import REVIEWS
from projectors.models.stock import STOCK
from projectors.models.trending import TRENDING_ORDERS, TRENDING_VIEWS
from projectors.models.users import USERS
from projectors.read_model import ReadModel

MODELS: tuple[ReadModel, ...] = (
    ORDERS,
    PRODUCTS,
    REVIEWS,
    STOCK,
    USERS,
    CARTS,
    TRENDING_VIEWS,
    TRENDING_ORDERS,
    CONFIG,
)
