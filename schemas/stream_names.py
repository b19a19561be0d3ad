"""The names of streams: a category, a hyphen, an id."""

import re
from datetime import date

from schemas.ids import derived_id

STREAM_POSITION = re.compile(r"([a-z]+-[A-Za-z0-9][A-Za-z0-9._-]{0,127})@(\d{1,18})")
"""`<streamId>@<position>`: where something was recorded, as `X-Min-Position` says it."""
ORDER_CATEGORIES = frozenset({"order", "saga", "payment", "shipment"})
"""The categories of the streams that belong to one order, whose id is the order's."""
REVIEW_CATEGORY = "review"
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PRODUCT_AND_PERSON = re.compile(f"(.+)-{_UUID}")
CONFIG_STREAM = "ops-config"
"""The stream of all changes of the configuration."""
DEAD_LETTERS_STREAM = "ops-dead-letters"
"""The stream of all decisions about dead letters."""
READ_MODELS_STREAM = "ops-read-models"
"""The stream of all rebuilds of read models, and of the switches between their versions."""
AUDIT_STREAM = "ops-audit"
"""The stream of what auditors have read and exported."""


def product_stream(product_id: str) -> str:
    """The stream of one product."""
    return f"product-{product_id}"


def review_stream(product_id: str, user_id: str) -> str:
    """The stream of one person's review of one product.

    It ends with the person's UUID, or with one derived from an id that is none: so it is certain where the product's id
    ends, and no two pairs of ids have the same stream.
    """
    person = user_id if re.fullmatch(_UUID, user_id) else derived_id(user_id, REVIEW_CATEGORY)
    return f"{REVIEW_CATEGORY}-{product_id}-{person}"


def warehouse_stream(warehouse_id: str) -> str:
    """The stream of one warehouse, with all of its products."""
    return f"warehouse-{warehouse_id}"


def order_stream(order_id: str) -> str:
    """The stream of one order."""
    return f"order-{order_id}"


def order_number_stream(order_number: str) -> str:
    """The stream whose version 1 claims one order number."""
    return f"order_number-{order_number}"


def saga_stream(order_id: str) -> str:
    """The stream of one order's fulfilment saga."""
    return f"saga-{order_id}"


def payment_stream(order_id: str) -> str:
    """The stream of one order's payment."""
    return f"payment-{order_id}"


def shipment_stream(order_id: str) -> str:
    """The stream of one order's shipment."""
    return f"shipment-{order_id}"


def streams_of_order(order_id: str) -> list[str]:
    """The streams that belong to one order."""
    return [f"{category}-{order_id}" for category in sorted(ORDER_CATEGORIES)]


def user_stream(user_id: str) -> str:
    """The stream of one person's account."""
    return f"user-{user_id}"


def cart_stream(owner_id: str) -> str:
    """The stream of one owner's cart: a person's, or a guest's."""
    return f"cart-{owner_id}"


def email_claim_stream(email_index: str) -> str:
    """The stream that says which account holds a mail address."""
    return f"address-{email_index}"


def security_stream(day: date, shard: int) -> str:
    """The stream of one day's denials and failed logins."""
    return f"security-{day:%Y%m%d}-{shard}"


def notification_stream(cause_id: str, template: str) -> str:
    """The stream of the only mail of one template about one event."""
    return f"notification-{cause_id}-{template}"


def subject_of(stream: str) -> str:
    """The id after the first hyphen: `42` of `order-42`."""
    return stream.partition("-")[2]


def key_of(stream: str) -> str:
    """The id by which what a stream says is gathered: that of the product for a review, else the stream's own."""
    subject = subject_of(stream)
    found = _PRODUCT_AND_PERSON.fullmatch(subject) if category_of(stream) == REVIEW_CATEGORY else None
    return found[1] if found else subject


def category_of(stream: str) -> str:
    """The category before the first hyphen: `order` of `order-42`."""
    return stream.partition("-")[0]
