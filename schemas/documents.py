"""The documents that the projectors write and the query API reads.

A document is a plain JSON object; `position` is that of the last event in it: an older event does not change it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, NotRequired, TypedDict

import orjson

from schemas.config import ConfigKey
from schemas.stream_names import ORDER_CATEGORIES, REVIEW_CATEGORY, key_of
from schemas.topics import CATALOGUE, OPS, ORDERS, PEOPLE, STOCK, TopicPartition, partition_of

Document = dict[str, Any]

CHECKPOINTS = "checkpoints"
"""The collection `{_id: "<view>/<topic>/<partition>", view, log, position, eventId}`: how far each view is written, by
the identity of the log and the event it had at this position."""
ORIGINS = "origins"
"""The collection with the same fields that says up to which event documents may have been written: it is saved before
them."""
TALLIES = "tallies"
"""The collection of counters, `{_id: "<view>/<partition>/<label>", view, label, filters, count, position}`: each of one
partition; a query sums them."""

TOTALS = "totals"
"""The collection of sums, `{_id: "<view>/<partition>/<bucket>", view, bucket, sums: {name: amount}, position}`: each of
one partition; a query adds them up."""


INCOMPLETE = "incomplete"
"""The collection of the documents that lack events, `{_id: "<view>/<topic>/<partition>/<id>", view, key, position, …}`:
from the event at `position` on, which could not be folded into them."""


READ_MODELS = "read_models"
"""The collection that says of each view which of its versions is read: `{_id: <title>, form, current, kept, …}`."""
REBUILDS = "rebuilds"
"""The collection of how far each rebuild has come, `{_id: <version's name>, phase, position, head, …}`."""
_VERSION = re.compile(r"(.+?)_r([1-9]\d*)")


class View(NamedTuple):
    """One kind of document: its title, its topic, the streams that feed it, and the version of its documents."""

    title: str
    topic: str
    categories: frozenset[str]
    """The stream categories."""
    form: int = 1
    """Counts the changes of what the documents hold. Each form is built from the log in a collection of its own, beside
    that of the form before, which processes of the release before go on to write and read."""
    rebuild: int = 0
    """Counts the rebuilds of this form: each is a version in a collection of its own, too."""

    @property
    def name(self) -> str:
        """The name of its collection, under which its checkpoints and tallies are kept too."""
        name = self.title if self.form == 1 else f"{self.title}_{self.form}"
        return f"{name}_r{self.rebuild}" if self.rebuild else name

    def version(self, rebuild: int) -> "View":
        """The version of this form that a rebuild has made; 0 is the one that was never rebuilt."""
        return self._replace(rebuild=rebuild)

    def topic_partition_of(self, stream: str, partitions: int) -> TopicPartition:
        """The partition in which this view reads `stream`."""
        return TopicPartition(self.topic, partition_of(key_of(stream), partitions))


ORDERS_VIEW = View("orders", ORDERS, ORDER_CATEGORIES, form=2)
SAGAS_VIEW = View("sagas", ORDERS, frozenset({"saga"}), form=2)
PRODUCTS_VIEW = View("products", CATALOGUE, frozenset({"product", REVIEW_CATEGORY}), form=3)
REVIEWS_VIEW = View("reviews", CATALOGUE, frozenset({REVIEW_CATEGORY}))
STOCK_VIEW = View("stock", STOCK, frozenset({"warehouse"}), form=2)
USERS_VIEW = View("users", PEOPLE, frozenset({"user"}), form=2)
CARTS_VIEW = View("carts", PEOPLE, frozenset({"cart", "user"}))
TRENDING_VIEWS_VIEW = View("trending_views", CATALOGUE, frozenset({"product"}))
TRENDING_CARTS_VIEW = View("trending_carts", PEOPLE, frozenset({"cart"}))
TRENDING_ORDERS_VIEW = View("trending_orders", ORDERS, frozenset({"order"}))
BOUGHT_TOGETHER_VIEW = View("bought_together", ORDERS, frozenset({"order"}), form=2)
TOP_PRODUCTS_VIEW = View("top_products", ORDERS, frozenset({"order"}))
CART_ROUNDS_VIEW = View("cart_rounds", PEOPLE, frozenset({"cart"}))
STOCK_FLOW_VIEW = View("stock_flow", STOCK, frozenset({"warehouse"}))
STATISTICS = (
    TRENDING_VIEWS_VIEW,
    TRENDING_CARTS_VIEW,
    TRENDING_ORDERS_VIEW,
    BOUGHT_TOGETHER_VIEW,
    TOP_PRODUCTS_VIEW,
    CART_ROUNDS_VIEW,
    STOCK_FLOW_VIEW,
)
"""What is only counted."""
CONFIG_VIEW = View("config", OPS, frozenset({"ops"}))
AUDIT_VIEWS = (
    View("audit_orders", ORDERS, ORDER_CATEGORIES | {"order_number", "notification"}, form=2),
    View("audit_stock", STOCK, frozenset({"warehouse"}), form=2),
    View("audit_catalogue", CATALOGUE, frozenset({"product", REVIEW_CATEGORY}), form=2),
    View("audit_people", PEOPLE, frozenset({"user", "cart", "address", "security", "notification"}), form=2),
    View("audit_ops", OPS, frozenset({"ops"}), form=2),
)
"""Where in the log the events of each topic are."""
VIEWS = (
    ORDERS_VIEW,
    SAGAS_VIEW,
    PRODUCTS_VIEW,
    REVIEWS_VIEW,
    STOCK_VIEW,
    USERS_VIEW,
    CARTS_VIEW,
    CONFIG_VIEW,
    *STATISTICS,
    *AUDIT_VIEWS,
)
VIEW_BY_TITLE = {view.title: view for view in VIEWS}
VIEW_BY_NAME = {view.name: view for view in VIEWS}
SEGMENT = 1_024
"""Positions of the log whose events share a document of a trending view, or of a key of the audit: so it stays small,
and changes no more once its partition is read past them."""

VersionOf = Callable[[View], View]
"""Returns the version of a view that is read."""


def same_version(view: View) -> View:
    """Return the view as it is: the `VersionOf` where nothing was rebuilt."""
    return view


Advance = Callable[[str, TopicPartition, int], None]
"""Called with a view's name, a partition and the position up to which the view is written."""


def checkpoint_id(view: str, partition: TopicPartition) -> str:
    """The id of a view's checkpoint document."""
    return f"{view}/{partition.topic}/{partition.partition}"


def unrebuilt_name(name: str) -> str:
    """The name that a version of a view would have without its rebuild."""
    found = _VERSION.fullmatch(name)
    return found[1] if found else name


@lru_cache(maxsize=4_096)
def version_named(name: str) -> View | None:
    """The version of a view of this release that has this name, if it is one."""
    found, view = _VERSION.fullmatch(name), VIEW_BY_NAME.get(unrebuilt_name(name))
    return view.version(int(found[2])) if view and found else view


def stock_id(warehouse_id: str, product_id: str) -> str:
    """The id of the document of a product's stock in a warehouse."""
    return f"{warehouse_id}/{product_id}"


def config_document_id(key: ConfigKey, version: int) -> str:
    """The id of the document of one version of a key of the configuration."""
    return f"{key}.{version}"


def topic_partition_of_checkpoint(document: Mapping[str, Any]) -> tuple[str, TopicPartition]:
    """The view's name and the partition of a checkpoint document."""
    view, topic, partition = str(document["_id"]).split("/")
    return view, TopicPartition(topic, int(partition))


@lru_cache(maxsize=4_096)
def label(**filters: str) -> str:
    """The name of the counter of these filters, whatever their order; without filters, of everything."""
    return orjson.dumps(filters, option=orjson.OPT_SORT_KEYS).decode()


def filters_of(name: str) -> dict[str, str]:
    """The filters that `label` was given."""
    filters: dict[str, str] = orjson.loads(name)
    return filters


def field_of(product_id: str) -> str:
    """The name of a product's field in a document; a name has no dot, and an id has no slash."""
    return product_id.replace(".", "/")


def product_of(field: str) -> str:
    """The product id that `field_of` was given."""
    return field.replace("/", ".")


@lru_cache(maxsize=4_096)
def document_time(at: datetime) -> str:
    """A time as documents hold it: RFC 3339 in UTC with microseconds, so that all have one length and sort as text.

    Cached: every view asks for the time of the same events.
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


class PaymentStatus(StrEnum):
    """The state of an order's payment."""

    NONE = "none"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    REFUND_PENDING = "refundPending"
    REFUNDED = "refunded"
    REFUND_FAILED = "refundFailed"


class FulfilmentStatus(StrEnum):
    """The state of an order's goods."""

    NONE = "none"
    RESERVING = "reserving"
    RESERVED = "reserved"
    PREPARING = "preparing"
    PREPARED = "prepared"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class SagaState(StrEnum):
    """Where a saga stands; `NEW` has not asked for anything yet."""

    NEW = "NEW"
    PAYMENT_PROCESSING = "PAYMENT_PROCESSING"
    INVENTORY_PROCESSING = "INVENTORY_PROCESSING"
    SHIPPING_PROCESSING = "SHIPPING_PROCESSING"
    COMPENSATING = "COMPENSATING"
    STUCK = "STUCK"
    COMPLETED = "COMPLETED"
    SHIPPED = "SHIPPED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class UserState(StrEnum):
    """Where an account stands; that of a deactivated person says nothing about the mail address."""

    UNVERIFIED = "unverified"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    ERASED = "erased"


class ReviewState(StrEnum):
    """Where a review stands; of one that was withdrawn no words are kept."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    WITHDRAWN = "withdrawn"


class TimelineEntry(TypedDict):
    """One line of an order's timeline; `details` are the event's own fields (`attempt`, `reason`, `failedStep`)."""

    at: str
    type: str
    title: str
    version: int
    position: int
    details: NotRequired[Document]
