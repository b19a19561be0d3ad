"""What the projectors count equals a recount of the exported log in SQL, after orders that went every way."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from aioutlet.broker import PARTITIONS, MockCluster
from event_store.sqlite.store import sqlite_store
from projectors.document_io import Database
from projectors.origin import drop_documents
from schemas.cart_id import new_guest_id
from schemas.codec import decode
from schemas.config import TrendingWeights
from schemas.documents import STATISTICS, TOTALS, Document
from schemas.envelope import Envelope
from schemas.order import OrderCreated
from schemas.stream_names import order_stream
from tests.integration.doors.counter import ADDRESS, LAMP, key, who
from tests.integration.doors.reader import Reader
from tests.integration.whole_shop import WholeShop, open_whole_shop
from tests.recount.analytics import check_analytics, ranked
from tests.recount.exported_log import export_envelopes
from tests.recount.figures import FORMATS, Recount
from tests.recount.ratings import is_told, ratings
from tests.recount.stock_levels import level_of, stock_levels
from tests.recount.together import bought_together
from tests.recount.trending import scores

pytestmark = pytest.mark.timeout(300)
PRODUCTS = [f"p.{number}" for number in range(30)]
START = datetime(2026, 3, 9, 21, 17, tzinfo=UTC)
PACE = timedelta(minutes=6, seconds=7)
"""Between two events of the log, as it is told afterwards: so it lasts some days."""
TOKENS = ("tok_ok", "tok_ok", "tok_ok", "tok_flaky", "tok_decline")
POSTAL_CODES = ("93950", "93950", "93950", "00000", "00002")
SHOPPERS = 12
CHANGES = (
    (),
    ("edit",),
    ("withdraw",),
    ("hide", "edit"),
    ("hide", "show"),
    ("withdraw", "write"),
    ("hide", "withdraw", "write"),
)
"""What becomes of a review."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def log(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Envelope]:
    """The log of a shop in which everything happened, spread over some days."""
    folder, cluster = tmp_path_factory.mktemp("traded"), MockCluster()
    store = sqlite_store(folder / "log.sqlite")
    async with (
        open_whole_shop(store, cluster.address, folder / "faust", partitions=PARTITIONS) as shop,
        shop.relaying(),
    ):
        await _trade(shop)
    stored = await store.log(0, limit=1_000_000)
    await store.close()
    cluster.stop()
    return tuple(replace(decode(each), occurred_at=START + each.position * PACE) for each in stored)


async def _trade(shop: WholeShop) -> None:
    """Fill the shop, and let shoppers shop until all of their orders have ended."""
    await shop.counter.stock(*(LAMP | {"productId": each, "name": f"A {each}"} for each in PRODUCTS))
    items = [{"productId": each, "quantity": 3 if each == "p.0" else 400} for each in PRODUCTS]
    await shop.counter.done("POST", "/inventory/receipts", 201, json={"items": items})
    orders = [order for number in range(SHOPPERS) for order in await _shop(shop, number)]
    await shop.all_end(orders)
    ends = await shop.ends(orders)
    completed = [order for order in orders if ends[order] == "order.completed"]
    await asyncio.gather(*map(shop.ship, completed[::2]))
    for order_id in completed:
        await _review(shop, order_id)
    correction = {"productId": "p.1", "delta": -7, "reason": "broken"}
    await shop.counter.done("POST", "/inventory/adjustments", 201, json=correction)
    assert await shop.at_rest() == []
    assert set(ends.values()) == {"order.completed", "order.failed", "order.cancelled"}


async def _shop(shop: WholeShop, number: int) -> list[str]:
    """Fill carts as a guest and as a person, order some of them, and cancel some orders."""
    chance = random.Random(number)
    name = f"shopper{number}"
    person, guest_id = who(name, "customer"), new_guest_id()
    if number % 3 == 0:
        await _fill(shop, guest_id, who(guest_id, kind="guest"), chance)
        await shop.counter.done("POST", f"/carts/{name}/transfer", headers=person, json={"guestId": guest_id})
    orders = []
    for visit in range(1 + number % 3):
        cart_id = await _fill(shop, name, person, chance)
        if (number + visit) % 4 == 3:
            continue  # this cart is left
        said = {
            "cartId": cart_id,
            "shippingAddress": ADDRESS | {"postalCode": chance.choice(POSTAL_CODES)},
            "paymentMethod": {"token": chance.choice(TOKENS)},
        }
        order = await shop.counter.done("POST", "/orders", 201, headers=person | key(f"{name}-{visit}"), json=said)
        orders.append(order["orderId"])
        if chance.random() < 0.3:
            await shop.counter.says("POST", f"/orders/{order['orderId']}/cancel", json={}, headers=person)
    await _view(shop, chance)
    return orders


async def _fill(shop: WholeShop, owner: str, headers: dict[str, str], chance: random.Random) -> str:
    cart_id = ""
    for product in chance.sample(PRODUCTS[1:], chance.randint(1, 9)):
        item = {"productId": product, "quantity": chance.randint(1, 4)}
        cart_id = (await shop.counter.done("POST", f"/carts/{owner}/items", headers=headers, json=item))["cartId"]
    return cart_id


async def _review(shop: WholeShop, order_id: str) -> None:
    """Have all products of an order reviewed, some reviews changed or withdrawn, and some decided on."""
    chance = random.Random(order_id)
    order = (await shop.store.stream(order_stream(order_id)))[0].event
    assert isinstance(order, OrderCreated)
    person = who(order.customer_id, "customer")
    for line in order.items:
        review = {"productId": line.product_id, "orderId": order_id, "text": "As it should be."}
        path = f"/reviews/{line.product_id}"
        decision = f"{path}/{order.customer_id}/moderation"
        for step in ("write", *chance.choice(CHANGES)):
            rated = {"rating": chance.randint(1, 5)}
            match step:
                case "write":
                    await shop.counter.says("POST", "/reviews", json=review | rated, headers=person)
                case "edit":
                    await shop.counter.done("PATCH", path, json=rated, headers=person)
                case "withdraw":
                    await shop.counter.done("DELETE", path, headers=person)
                case _:
                    await shop.counter.done("POST", decision, json={"visible": step == "show", "reason": "rules"})


async def _view(shop: WholeShop, chance: random.Random) -> None:
    minute = shop.counter.clock.now.replace(second=0, microsecond=0).isoformat()
    views = [{"productId": each, "minute": minute, "n": chance.randint(1, 9)} for each in chance.sample(PRODUCTS, 9)]
    headers = who("bff", "system") | key(str(chance.random()))
    await shop.counter.done("POST", "/products/-views", headers=headers, json={"views": views})


async def ask(reader: Reader, log: Sequence[Envelope], by: str) -> dict[str, Any]:
    asked = {"by": by, "from": log[0].occurred_at.isoformat(), "to": log[-1].occurred_at.isoformat()}
    answer: dict[str, Any] = await reader.told("/admin/analytics", params=asked)
    return answer


async def test_every_figure_equals_the_recount(log: Sequence[Envelope], reader: Reader, tmp_path: Path) -> None:
    await reader.sees(log)
    recount = Recount(export_envelopes(log, tmp_path / "log.jsonl"))
    for by in FORMATS:
        answer = await ask(reader, log, by)
        assert check_analytics(answer, recount) > 100
        assert len(recount.figures(by)) > 2, f"{len(log)} events"
        total = answer["total"]
        assert total["revenue"]["USD"]["captured"] > total["revenue"]["USD"]["refunded"] > 0
        assert total["carts"]["handedOver"] > 0
        assert total["stock"]["shipped"] > 0
        assert total["piecesMissed"] == 0


async def test_what_is_bought_together_and_trending_equals_the_recount(
    log: Sequence[Envelope], reader: Reader, tmp_path: Path
) -> None:
    await reader.sees(log)
    exported = export_envelopes(log, tmp_path / "log.jsonl")
    for product, (orders, others) in bought_together(exported).items():
        answer = await reader.told(f"/products/{product}/bought-together")
        assert [(each["productId"], each["orders"]) for each in answer["items"]] == ranked(others)[:8]
        assert (answer["orders"], answer["missed"]) == (orders, 0)
    reader.now = log[-1].occurred_at + timedelta(hours=1)
    expected = scores(exported, reader.now, TrendingWeights())
    found = (await reader.told("/products/trending", params={"limit": 100}))["items"]
    assert {each["productId"]: each["trending"]["score"] for each in found} == pytest.approx(expected, abs=1e-3)
    assert [each["productId"] for each in found] == sorted(expected, key=lambda each: (-expected[each], each))


async def test_stock_equals_the_recount(log: Sequence[Envelope], reader: Reader, tmp_path: Path) -> None:
    await reader.sees(log)
    levels = stock_levels(export_envelopes(log, tmp_path / "log.jsonl"))
    assert {product for _, product in levels} == set(PRODUCTS)
    assert any(level.shipped for level in levels.values())
    for (warehouse_id, product), level in levels.items():
        [shelf] = (await reader.told(f"/inventory/{product}"))["warehouses"]
        assert level_of(shelf) == (warehouse_id, level)


async def test_ratings_equal_the_recount(log: Sequence[Envelope], reader: Reader, tmp_path: Path) -> None:
    await reader.sees(log)
    found = ratings(export_envelopes(log, tmp_path / "log.jsonl"))
    assert {each.type for each in log} >= {"review.edited", "review.withdrawn", "review.moderated"}
    assert any(rating.number > 2 for rating in found.values())
    for product, rating in found.items():
        page = await reader.told(f"/reviews/product/{product}")
        assert is_told(page, rating), (product, page["summary"], rating)
        assert len(page["items"]) == rating.number


async def test_documents_built_anew_are_the_same(log: Sequence[Envelope], reader: Reader, mongodb: Database) -> None:
    async def counted() -> dict[str, list[Document]]:
        names = (*(view.name for view in STATISTICS), TOTALS)
        return {name: await mongodb[name].find().sort("_id", 1).to_list() for name in names}

    for start in range(0, len(log), 37):
        await reader.sees(log[start : start + 37])
    before = await counted()
    assert all(before.values())
    await drop_documents(mongodb)
    reader.projection._cache.clear()
    await reader.sees(log)
    assert await counted() == before
