"""Minute buckets of views and orders."""

from datetime import timedelta

from projectors.folding import fold
from projectors.models.trending import TRENDING_ORDERS, TRENDING_VIEWS
from schemas.documents import SEGMENT
from tests.examples import LAMP_ID, MUG_ID, NOON, ORDER_ID
from tests.histories import events, recorded


def test_views_of_a_minute_are_added_up_and_those_of_another_kept_apart() -> None:
    later = NOON + timedelta(minutes=1)
    history = [
        *events("product.views.counted", "product.views.counted", minute=NOON, n=3),
        *events("product.views.counted", product_id="a.b", minute=NOON, n=2),
        *events("product.views.counted", minute=later, n=5),
    ]
    documents = fold(TRENDING_VIEWS, {}, recorded(history), 3).documents
    viewed = history[0].product_id  # type: ignore[attr-defined]  # its type is that of the example
    assert documents == {
        "3/20260314T1200Z/0": {
            "_id": "3/20260314T1200Z/0",
            "position": 3,
            "partition": 3,
            "minute": "20260314T1200Z",
            "segment": 0,
            "counts": {viewed: 6, "a/b": 2},
        },
        "3/20260314T1201Z/0": {
            "_id": "3/20260314T1201Z/0",
            "position": 4,
            "partition": 3,
            "minute": "20260314T1201Z",
            "segment": 0,
            "counts": {viewed: 5},
        },
    }


def test_an_order_counts_each_of_its_products_once() -> None:
    [document] = fold(TRENDING_ORDERS, {}, recorded(events("order.created")), 1).documents.values()
    assert document
    assert document["counts"] == {LAMP_ID: 1, MUG_ID: 1}


def test_a_document_ends_with_its_segment_of_the_log() -> None:
    history = recorded(events("order.created", order_id=ORDER_ID), after=SEGMENT - 2)
    history += recorded(events("order.created", order_id=ORDER_ID), after=SEGMENT - 1)
    documents = fold(TRENDING_ORDERS, {}, history).documents.values()
    assert [document and document["segment"] for document in documents] == [0, 1]
