"""All read models."""

from collections.abc import Iterable
from dataclasses import replace

from projectors.models.audit import AUDIT
from projectors.models.bought_together import BOUGHT_TOGETHER
from projectors.models.cart_rounds import CART_ROUNDS
from projectors.models.carts import CARTS
from projectors.models.config import CONFIG
from projectors.models.orders import ORDERS
from projectors.models.products import PRODUCTS
from projectors.models.reviews import REVIEWS
from projectors.models.sagas import SAGAS
from projectors.models.stock import STOCK
from projectors.models.stock_flow import STOCK_FLOW
from projectors.models.top_products import TOP_PRODUCTS
from projectors.models.trending import TRENDING_CARTS, TRENDING_ORDERS, TRENDING_VIEWS
from projectors.models.users import USERS
from projectors.read_model import ReadModel
from schemas.documents import View, version_named

STATISTICS: tuple[ReadModel, ...] = (
    TRENDING_VIEWS,
    TRENDING_CARTS,
    TRENDING_ORDERS,
    BOUGHT_TOGETHER,
    TOP_PRODUCTS,
    CART_ROUNDS,
    STOCK_FLOW,
)
PAGES: tuple[ReadModel, ...] = (
    ORDERS,
    SAGAS,
    PRODUCTS,
    REVIEWS,
    STOCK,
    USERS,
    CARTS,
    CONFIG,
    *STATISTICS,
)
"""What pages are made of, which must not wait."""
MODELS = (*PAGES, *AUDIT)
MODEL_BY_TITLE = {model.view.title: model for model in MODELS}


def models_of(views: Iterable[View]) -> list[ReadModel]:
    """Return the read models of these versions of views."""
    return [replace(MODEL_BY_TITLE[view.title], view=view) for view in views]


def models_named(names: Iterable[str]) -> list[ReadModel]:
    """Return the read models whose versions have these names; names of no version are passed over."""
    return models_of(filter(None, map(version_named, names)))
