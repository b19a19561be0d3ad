"""A query API that lives while its documents are dropped forgets what it remembered of them."""

from collections.abc import Callable
from typing import Any

import pytest

from projectors.document_io import Database
from projectors.origin import drop_documents
from query_api.log_guard import LogGuard
from schemas.documents import CHECKPOINTS, ORIGINS, TALLIES, TOTALS, VIEWS
from tests.integration.doors.counter import BOB, Counter
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_read_your_own_writes import least

PATHS: list[tuple[str, Callable[[dict[str, Any]], str]]] = [
    ("/orders/{orderId}", lambda order: f"order-{order['orderId']}"),
    ("/orders", lambda order: f"order-{order['orderId']}"),
    ("/orders/counts", lambda order: f"order-{order['orderId']}"),
    ("/products/lamp", lambda _: "product-lamp"),
    ("/products", lambda _: "product-lamp"),
    ("/products/departments", lambda _: "product-lamp"),
    ("/inventory/lamp", lambda _: "warehouse-main"),
    ("/inventory", lambda _: "warehouse-main"),
]


async def last_position(counter: Counter, stream: str) -> int:
    return (await counter.store.stream(stream))[-1].position


async def drop_at_once(database: Database) -> None:
    """Whoever drops them with the server's own tools."""
    for name in (*(view.name for view in VIEWS), TALLIES, TOTALS, CHECKPOINTS, ORIGINS):
        await database[name].drop()


@pytest.mark.parametrize("drop", [drop_documents, drop_at_once])
@pytest.mark.parametrize(("path", "stream_of"), PATHS, ids=[path for path, _ in PATHS])
async def test_what_was_seen_before_the_drop_is_said_to_be_stale_until_it_is_there_again(
    counter: Counter,
    reader: Reader,
    path: str,
    stream_of: Callable[[dict[str, Any]], str],
    drop: Callable[[Database], Any],
) -> None:
    receipt = {"items": [{"productId": "lamp", "quantity": 3}]}
    await counter.done("POST", "/inventory/receipts", 201, json=receipt)
    order = (await counter.place("k")).json()
    await reader.sees(await counter.log())
    path, stream = path.format(**order), stream_of(order)
    seen = {"X-Min-Position": f"{stream}@{await last_position(counter, stream)}"}
    before = await reader.told(path, headers=seen)
    await drop(reader.app.state.context.database)
    for _ in range(2):
        await reader.refused(503, "stale", path, headers=seen)
    reader.projection._cache.clear()
    await reader.sees(await counter.log())
    assert await reader.told(path, headers=seen) == before


async def test_an_order_that_is_older_than_asked_for_is_not_told_from_memory(counter: Counter, reader: Reader) -> None:
    """It is being built again, and is not yet as new as it was."""
    order = (await counter.place("k")).json()
    cancelled = (await counter.says("POST", f"/orders/{order['orderId']}/cancel", headers=BOB)).json()
    log = await counter.log()
    await reader.sees(log)
    await reader.told(f"/orders/{order['orderId']}", headers=least(cancelled))
    await drop_documents(reader.app.state.context.database)
    reader.projection._cache.clear()
    await reader.sees([event for event in log if event.position <= order["position"]])
    await reader.refused(503, "stale", f"/orders/{order['orderId']}", headers=least(cancelled))
    assert (await reader.told(f"/orders/{order['orderId']}", headers=least(order)))["status"] == "Pending"


@pytest.mark.parametrize("path", ["/orders/some", *(path for path, _ in PATHS[1:])])
async def test_every_query_is_refused_while_the_documents_are_of_another_log(reader: Reader, path: str) -> None:
    async def mismatch() -> str:
        return "the documents are of log 7"

    guard = LogGuard(mismatch)
    await guard.compare()
    object.__setattr__(reader.app.state.context, "guard", guard)
    assert "of log 7" in (await reader.refused(503, "log_mismatch", path))["detail"]
