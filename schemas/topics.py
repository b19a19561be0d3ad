"""The Kafka topics and keys of every event, in one table."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from schemas.stream_names import subject_of

ORDERS = "aioutlet.orders"
STOCK = "aioutlet.stock"
CATALOGUE = "aioutlet.catalogue"
PEOPLE = "aioutlet.people"
OPS = "aioutlet.ops"
DEAD_LETTERS = "aioutlet.dead-letters"
TOPICS = (ORDERS, STOCK, CATALOGUE, PEOPLE, OPS)

Key = Callable[[str, dict[str, Any]], str | None]


class Route(NamedTuple):
    """A topic, and how the key follows from (stream, data as decoded JSON); without a key it is not published there."""

    topic: str
    key: Key
    needs_data: bool


class TopicPartition(NamedTuple):
    """One partition of one topic; its messages are in position order."""

    topic: str
    partition: int


class Address(NamedTuple):
    """Where a message goes, and the key that puts it there."""

    partition: TopicPartition
    key: bytes


def by_stream(topic: str) -> Route:
    """Keyed by the id in the stream's name."""
    return Route(topic, lambda stream, _: subject_of(stream), needs_data=False)


def by_field(topic: str, field: str) -> Route:
    """Keyed by a field of the data."""
    return Route(topic, lambda _, data: str(data[field]), needs_data=True)


def by_optional_field(topic: str, field: str) -> Route:
    """Keyed by a field of the data, where it has one."""
    return Route(topic, lambda _, data: _optional(data, field), needs_data=True)


def _optional(data: dict[str, Any], field: str) -> str | None:
    try:
        value = data[field]
    except KeyError:
        return None
    return None if value is None else str(value)


ORDER = (by_stream(ORDERS),)
WAREHOUSE = (by_stream(STOCK),)
STOCK_SIGNAL = (by_stream(STOCK), by_field(CATALOGUE, "productId"))
PRODUCT = (by_stream(CATALOGUE),)
REVIEW = (by_field(CATALOGUE, "productId"),)
USER = (by_stream(PEOPLE),)
CART = (by_stream(PEOPLE),)
EMAIL_CLAIM = (by_field(PEOPLE, "userId"),)
SECURITY = (by_stream(PEOPLE),)
NOTIFICATION = (by_optional_field(ORDERS, "orderId"), by_optional_field(PEOPLE, "userId"))
CONFIG = (by_stream(OPS),)
DECISION = (by_stream(OPS),)
REBUILD = (by_stream(OPS),)
AUDIT = (by_stream(OPS),)
INVENTORY_ANSWER = (by_stream(STOCK), by_field(ORDERS, "orderId"))
INVENTORY_REQUEST = (by_stream(ORDERS), by_field(STOCK, "warehouseId"))

ROUTES: dict[str, tuple[Route, ...]] = {
    "product.created": PRODUCT,
    "product.updated": PRODUCT,
    "product.price.changed": PRODUCT,
    "product.discontinued": PRODUCT,
    "product.relisted": PRODUCT,
    "product.views.counted": PRODUCT,
    "review.submitted": REVIEW,
    "review.edited": REVIEW,
    "review.withdrawn": REVIEW,
    "review.moderated": REVIEW,
    "review.reported": REVIEW,
    "review.reports.dismissed": REVIEW,
    "stock.received": WAREHOUSE,
    "stock.adjusted": WAREHOUSE,
    "stock.low": WAREHOUSE,
    "stock.out": STOCK_SIGNAL,
    "stock.replenished": STOCK_SIGNAL,
    "inventory.reserved": INVENTORY_ANSWER,
    "inventory.failed": INVENTORY_ANSWER,
    "inventory.confirmed": INVENTORY_ANSWER,
    "inventory.released": INVENTORY_ANSWER,
    "inventory.expired": INVENTORY_ANSWER,
    "inventory.committed": INVENTORY_ANSWER,
    "order.number.claimed": (by_field(ORDERS, "orderId"),),
    "order.created": ORDER,
    "order.updated": ORDER,
    "order.cancellation.requested": ORDER,
    "order.cancelled": ORDER,
    "order.failed": ORDER,
    "order.completed": ORDER,
    "order.shipped": ORDER,
    "order.delivered": ORDER,
    "payment.processed": ORDER,
    "payment.failed": ORDER,
    "payment.refunded": ORDER,
    "payment.refund.failed": ORDER,
    "payment.voided": ORDER,
    "shipping.prepared": ORDER,
    "shipping.failed": ORDER,
    "shipping.cancelled": ORDER,
    "shipping.dispatched": INVENTORY_REQUEST,
    "shipping.delivered": ORDER,
    "saga.started": ORDER,
    "payment.processing": ORDER,
    "payment.refund": ORDER,
    "inventory.reservation": INVENTORY_REQUEST,
    "inventory.release": INVENTORY_REQUEST,
    "inventory.confirmation": INVENTORY_REQUEST,
    "shipping.preparation": ORDER,
    "shipping.cancel": ORDER,
    "saga.step.timed.out": ORDER,
    "saga.retry.scheduled": ORDER,
    "saga.step.completed": ORDER,
    "saga.compensation.started": ORDER,
    "saga.stuck": ORDER,
    "saga.resolution.proposed": ORDER,
    "saga.resolution.requested": ORDER,
    "saga.resolved": ORDER,
    "saga.completed": ORDER,
    "saga.closed": ORDER,
    "saga.failed": ORDER,
    "user.created": USER,
    "auth.user.registered": USER,
    "auth.email.verification.requested": USER,
    "auth.email.verified": USER,
    "user.email.change.requested": USER,
    "user.email.changed": USER,
    "user.profile.updated": USER,
    "user.address.saved": USER,
    "user.address.removed": USER,
    "user.role.changed": USER,
    "user.deactivated": USER,
    "user.reactivated": USER,
    "user.erased": USER,
    "auth.login": USER,
    "auth.logout": USER,
    "auth.session.revoked": USER,
    "auth.token.reuse.detected": USER,
    "auth.password.reset.requested": USER,
    "auth.password.reset.completed": USER,
    "auth.password.changed": USER,
    "cart.created": CART,
    "cart.item.added": CART,
    "cart.item.quantity.changed": CART,
    "cart.item.removed": CART,
    "cart.cleared": CART,
    "cart.transferred": CART,
    "cart.handed.over": CART,
    "cart.checked.out": CART,
    "cart.abandoned": CART,
    "cart.expired": CART,
    "auth.email.claimed": EMAIL_CLAIM,
    "auth.email.released": EMAIL_CLAIM,
    "security.access.denied": SECURITY,
    "security.login.failed": SECURITY,
    "security.rate.limited": SECURITY,
    "notification.requested": NOTIFICATION,
    "notification.sent": NOTIFICATION,
    "notification.failed": NOTIFICATION,
    "notification.suppressed": NOTIFICATION,
    "config.changed": CONFIG,
    "dlq.replayed": DECISION,
    "dlq.discarded": DECISION,
    "projection.rebuild.started": REBUILD,
    "projection.rebuild.failed": REBUILD,
    "projection.rebuild.verified": REBUILD,
    "projection.rebuild.switched": REBUILD,
    "projection.rebuild.dropped": REBUILD,
    "audit.read": AUDIT,
    "audit.exported": AUDIT,
}

_BY_STREAM = {
    name: tuple(route.topic for route in routes)
    for name, routes in ROUTES.items()
    if not any(route.needs_data for route in routes)
}
"""The topics of each type whose keys all follow from the stream."""


def addresses(event_type: str, stream: str, data: dict[str, Any], partitions: int) -> Sequence[Address]:
    """Where an event is published: once for each route of its type that has a key for it."""
    keyed = [(route.topic, route.key(stream, data)) for route in ROUTES[event_type]]
    return [_address(topic, key, partitions) for topic, key in keyed if key is not None]


def addresses_of_stream(event_type: str, stream: str, partitions: int) -> Sequence[Address]:
    """As `addresses` where all keys follow from the stream, so that no data must be decoded; else nothing."""
    topics = _BY_STREAM.get(event_type)
    return _addresses(topics, subject_of(stream), partitions) if topics else ()


def partitions_of_stream(event_type: str, stream: str, partitions: int) -> Sequence[TopicPartition]:
    """The partitions of `addresses_of_stream`."""
    topics = _BY_STREAM.get(event_type)
    return _partitions(topics, subject_of(stream), partitions) if topics else ()


@lru_cache(maxsize=65_536)
def _addresses(topics: Sequence[str], key: str, partitions: int) -> Sequence[Address]:
    """Cached, as the next: events of one key follow one another, and most of their types have the same topics."""
    return tuple(_address(topic, key, partitions) for topic in topics)


@lru_cache(maxsize=65_536)
def _partitions(topics: Sequence[str], key: str, partitions: int) -> Sequence[TopicPartition]:
    return tuple(each.partition for each in _addresses(topics, key, partitions))


def partition_of(key: str, partitions: int) -> int:
    """The partition that the default partitioner of Kafka clients picks for this key."""
    return (_murmur2(key) & 0x7FFFFFFF) % partitions


@lru_cache(maxsize=65_536)
def _murmur2(key: str) -> int:
    """Murmur2 with Kafka's seed (org.apache.kafka.common.utils.Utils.murmur2)."""
    data = key.encode()
    mask, m = 0xFFFFFFFF, 0x5BD1E995
    h = (0x9747B28C ^ len(data)) & mask
    whole = len(data) & ~3
    for start in range(0, whole, 4):
        k = int.from_bytes(data[start : start + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = (h * m & mask) ^ k
    if tail := data[whole:]:
        h = (h ^ int.from_bytes(tail, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return h ^ h >> 15


@lru_cache(maxsize=65_536)
def _address(topic: str, key: str, partitions: int) -> Address:
    return Address(TopicPartition(topic, partition_of(key, partitions)), key.encode())
