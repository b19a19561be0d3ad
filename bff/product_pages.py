"""Pages about products: the answers that are joined for them."""

from bff.answers import Product, Stock
from bff.reviews.answers import ProductReviews
from schemas.message import Message


class ProductTogether(Product):
    """A product, and how many orders had it together with the one that is shown."""

    orders: int


class BoughtTogether(Message):
    """At most eight products for sale; `orders` had the product that is shown at all.

    A count is never too high, and too low by `missed` at most.
    """

    orders: int
    missed: int
    items: list[ProductTogether]


class ProductDetail(Product):
    """A product's page; a part is null where there is nothing, and where `degraded` names it as missing.

    The reviews are the first page of them.
    """

    stock: Stock | None
    reviews: ProductReviews | None
    bought_together: BoughtTogether | None
    degraded: list[str]


class TrendingReason(Message):
    """Why a product is trending: its score, and what was counted today (UTC)."""

    score: float
    views_today: int
    cart_adds_today: int
    orders_today: int


class TrendingProduct(Product):
    """A product that is trending."""

    trending: TrendingReason


class Trending(Message):
    """Products for sale, the most trending first."""

    items: list[TrendingProduct]


class ReviewedProduct(TrendingProduct):
    """A product that is trending, and its newest reviews; null where `degraded` names them as missing."""

    reviews: ProductReviews | None


class TrendingWithReviews(Message):
    """Products for sale, the most trending first, with their newest reviews."""

    items: list[ReviewedProduct]
    degraded: list[str]
