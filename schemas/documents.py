"""The read side's words: what the projectors keep and the query API answers from.

A document is a plain JSON object; `position` is that of the last event in it, and guards it against an older one.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, NotRequired, TypedDict

import orjson

from schemas.stream_names import subject_of
from schemas.topics import CATALOGUE, ORDERS, STOCK, TopicPartition, partition_of

Document = dict[str, Any]

CHECKPOINTS = "checkpoints"
"""The collection `{_id: "<view>/<topic>/<partition>", position}`: what each view has finished, written after it."""
TALLIES = "tallies"
"""The collection of counters, `{_id: "<view>/<partition>/<label>", view, label, filters, count, position}`: each of one
partition, summed when asked."""


class View(NamedTuple):
    """One kind of document: its name, which is also its collection's, its log, and the streams that feed it."""

    name: str
    topic: str
    categories: frozenset[str]
    """Before the hyphen of a stream's name."""

    def topic_partition_of(self, stream: str, partitions: int) -> TopicPartition:
        """The partition whose order decides about `stream` in this view."""
        return TopicPartition(self.topic, partition_of(subject_of(stream), partitions))


ORDERS_VIEW = View("orders", ORDERS, frozenset({"order", "saga", "payment", "shipment"}))
PRODUCTS_VIEW = View("products", CATALOGUE, frozenset({"product"}))
STOCK_VIEW = View("stock", STOCK, frozenset({"warehouse"}))
VIEWS = (ORDERS_VIEW, PRODUCTS_VIEW, STOCK_VIEW)

Advance = Callable[[str, TopicPartition, int], None]
"""Told whenever a view (by name) has finished a partition up to a position."""


def checkpoint_id(view: str, partition: TopicPartition) -> str:
    """The id of one checkpoint."""
    return f"{view}/{partition.topic}/{partition.partition}"


def topic_partition_of_checkpoint(document: Mapping[str, Any]) -> tuple[str, TopicPartition]:
    """The view's name and the partition one checkpoint speaks of."""
    view, topic, partition = str(document["_id"]).split("/")
    return view, TopicPartition(topic, int(partition))


@lru_cache(maxsize=4_096)
def label(**filters: str) -> str:
    """The name under which a view counts what these filters find, whatever their order; none finds everything."""
    return orjson.dumps(filters, option=orjson.OPT_SORT_KEYS).decode()


def filters_of(name: str) -> dict[str, str]:
    """The filters a label was made of."""
    filters: dict[str, str] = orjson.loads(name)
    return filters


class PaymentStatus(StrEnum):
    """What is known of an order's money."""

    NONE = "none"
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    REFUND_PENDING = "refundPending"
    REFUNDED = "refunded"
    REFUND_FAILED = "refundFailed"


class FulfilmentStatus(StrEnum):
    """What is known of an order's goods."""

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


class TimelineEntry(TypedDict):
    """One line of an order's timeline; `details` are the event's own fields (`attempt`, `reason`, `failedStep`)."""

    at: str
    type: str
    title: str
    version: int
    position: int
    details: NotRequired[Document]
