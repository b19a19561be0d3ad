"""A document that lacks an event, as the projectors keep it."""

from projectors.incomplete import IncompleteDocument
from schemas.documents import ORDERS_VIEW
from schemas.topics import TopicPartition
from tests.examples import NOON, ORDER_ID

INCOMPLETE_ORDER = IncompleteDocument(
    view=ORDERS_VIEW.name,
    partition=TopicPartition(ORDERS_VIEW.topic, 0),
    key=ORDER_ID,
    position=5,
    stream=f"order-{ORDER_ID}",
    type="order.created",
    is_unreadable=False,
    cause="KeyError",
    trace="",
    since=NOON,
    retry_at=NOON,
    attempts=1,
    failed_at=5,
)
