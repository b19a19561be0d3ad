"""What came into the warehouses and left them."""

from datetime import timedelta

from projectors.folding import fold
from projectors.models.stock_flow import STOCK_FLOW
from tests.examples import NOON
from tests.histories import events, recorded

ITEMS = ("stock.received", "stock.adjusted", "inventory.reserved", "inventory.committed")


def test_an_hour_and_a_day_know_what_came_and_left_and_for_how_long_it_was_there() -> None:
    history = [each for each in recorded(events(*ITEMS)) if each.type in STOCK_FLOW.types]
    documents = fold(STOCK_FLOW, {}, history, 2).documents
    received, adjusted, committed = history
    came = sum(item.quantity for item in received.event.items)  # type: ignore[attr-defined]  # so are the examples
    changed = adjusted.event.delta  # type: ignore[attr-defined]  # as above
    shipped = sum(item.quantity for item in committed.event.items)  # type: ignore[attr-defined]  # as above
    for span, key, end in (
        ("hour", "20260314T12", NOON + timedelta(hours=1)),
        ("day", "20260314", NOON + timedelta(hours=12)),
    ):
        seconds = [int((end - each.occurred_at).total_seconds()) for each in history]
        assert documents[f"2/{key}"] == {
            "_id": f"2/{key}",
            "partition": 2,
            "position": committed.position,
            "span": span,
            "bucket": key,
            "change": came + changed - shipped,
            "shipped": shipped,
            "pieceSeconds": came * seconds[0] + changed * seconds[1] - shipped * seconds[2],
        }
