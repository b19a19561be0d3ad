"""What the projectors count equals a recount of the exported log in SQL, after orders that went every way."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from aioutlet.broker import PARTITIONS, MockCluster
from event_store.sqlite.store import sqlite_store
from projectors.document_io import Database
from projectors.origin import drop_documents
from query_api.trending_ranking import DAYS
from schemas.cart_id import new_guest_id
from schemas.codec import decode
from schemas.config import TrendingWeights
from schemas.documents import STATISTICS, TOTALS, Document
from schemas.envelope import Envelope
from tests.integration.doors.counter import ADDRESS, LAMP, key, who
from tests.integration.doors.reader import Reader
from tests.integration.whole_shop import WholeShop, open_whole_shop
from tests.recount.exported_log import ExportedLog
from tests.recount.figures import FORMATS, Recount

pytestmark = pytest.mark.timeout(300)
PRODUCTS = [f"p.{number}" for number in range(30)]
START = datetime(2026, 3, 9, 21, 17, tzinfo=UTC)
PACE = timedelta(minutes=6, seconds=7)
"""Between two events of the log, as it is told afterwards: so it lasts some days."""
TOKENS = ("tok_ok", "tok_ok", "tok_ok", "tok_flaky", "tok_decline")
POSTAL_CODES = ("93950", "93950", "93950", "00000", "00002")
SHOPPERS = 12


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[list[Envelope]]:
    """The log of a shop in which everything happened, spread over some days."""
    cluster, store = MockCluster(), sqlite_store(tmp_path / "log.sqlite")
    async with (
        open_whole_shop(store, cluster.address, tmp_path / "faust", partitions=PARTITIONS) as shop,
        shop.relaying(),
    ):
        await _trade(shop)
    stored = await store.log(0, limit=1_000_000)
    yield [replace(decode(each), occurred_at=START + each.position * PACE) for each in stored]
    await store.close()
    cluster.stop()


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


async def _view(shop: WholeShop, chance: random.Random) -> None:
    minute = shop.counter.clock.now.replace(second=0, microsecond=0).isoformat()
    views = [{"productId": each, "minute": minute, "n": chance.randint(1, 9)} for each in chance.sample(PRODUCTS, 9)]
    headers = who("bff", "system") | key(str(chance.random()))
    await shop.counter.done("POST", "/products/-views", headers=headers, json={"views": views})


def told(item: dict[str, Any]) -> dict[str, Any]:
    """The sums that an answer tells, by the names of the recount; what is 0 is left out."""
    orders, carts = item["orders"], item["carts"]
    sums = {
        "orders": orders["placed"],
        "charges": orders["charges"],
        "refunds": orders["refunds"],
        "carts": carts["begun"],
        **{f"status/{status}": n for status, n in orders["byStatus"].items()},
        **{f"captured/{currency}": each["captured"] for currency, each in item["revenue"].items()},
        **{f"refunded/{currency}": each["refunded"] for currency, each in item["revenue"].items()},
        **{f"orders/{currency}": each["orders"] for currency, each in item["baskets"].items()},
        **{f"carts/{state}": carts[state] for state in ("open", "ordered", "abandoned", "handedOver")},
    }
    top = {"top": [(each["productId"], each["pieces"]) for each in item["topProducts"]]} if item["topProducts"] else {}
    return {name: n for name, n in sums.items() if n} | top


async def ask(reader: Reader, log: Sequence[Envelope], by: str) -> dict[str, Any]:
    asked = {"by": by, "from": log[0].occurred_at.isoformat(), "to": log[-1].occurred_at.isoformat()}
    answer: dict[str, Any] = await reader.told("/admin/analytics", params=asked)
    return answer


async def test_every_figure_equals_the_recount(log: list[Envelope], reader: Reader, tmp_path: Path) -> None:
    await reader.sees(log)
    recount = Recount(ExportedLog(log, tmp_path / "log.jsonl"))
    for by, format_ in FORMATS.items():
        answer, figures = await ask(reader, log, by), recount.figures(by)
        assert len(figures) > 2, f"{len(log)} events"
        seen = set()
        for item in answer["items"]:
            start, end = datetime.fromisoformat(item["start"]), datetime.fromisoformat(item["end"])
            bucket = start.strftime(format_)
            seen.add(bucket)
            expected = dict(figures.get(bucket, {}))
            pieces, placed = expected.pop("pieces", 0), {n: expected.pop(n) for n in list(expected) if "placed/" in n}
            assert told(item) == expected, bucket
            assert item["piecesMissed"] == 0
            if orders := item["orders"]["placed"]:
                assert item["orders"]["piecesPerOrder"] == pytest.approx(pieces / orders, abs=1e-4)
                average = placed["placed/USD"] / orders
                assert item["baskets"]["USD"]["average"] == pytest.approx(average, abs=0.01)
            shipped, on_hand = recount.stock(start.replace(tzinfo=None), end.replace(tzinfo=None))
            assert item["stock"]["shipped"] == shipped
            assert item["stock"]["averageOnHand"] == pytest.approx(on_hand, abs=0.01)
        assert set(figures) <= seen
        _check_total(answer, figures)


def _check_total(answer: dict[str, Any], figures: dict[str, dict[str, Any]]) -> None:
    total = answer["total"]
    captured = sum(each.get("captured/USD", 0) for each in figures.values())
    refunded = sum(each.get("refunded/USD", 0) for each in figures.values())
    begun, ordered, handed_over = (
        sum(each.get(name, 0) for each in figures.values()) for name in ("carts", "carts/ordered", "carts/handedOver")
    )
    assert captured > refunded > 0
    assert total["revenue"]["USD"] == {
        "captured": captured,
        "refunded": refunded,
        "net": captured - refunded,
        "refundRate": round(refunded / captured, 4),
    }
    assert handed_over > 0
    assert total["carts"]["conversion"] == round(ordered / (begun - handed_over), 4)
    stock = total["stock"]
    assert stock["turn"] == pytest.approx(stock["shipped"] / stock["averageOnHand"], abs=1e-3)


async def test_what_is_bought_together_and_trending_equals_the_recount(
    log: list[Envelope], reader: Reader, tmp_path: Path
) -> None:
    await reader.sees(log)
    recount = Recount(ExportedLog(log, tmp_path / "log.jsonl"))
    for product, others in recount.together().items():
        answer = await reader.told(f"/products/{product}/bought-together")
        expected = sorted(others.items(), key=lambda each: (-each[1], each[0]))[:8]
        assert [(each["productId"], each["orders"]) for each in answer["items"]] == expected
        assert answer["missed"] == 0
    reader.now = log[-1].occurred_at + timedelta(hours=1)
    weights = TrendingWeights()
    scores = recount.trending(
        reader.now.replace(tzinfo=None),
        {"view": weights.view, "cart_add": weights.cart_add, "order": weights.order},
        weights.half_life_hours,
        DAYS,
    )
    found = (await reader.told("/products/trending", params={"limit": 100}))["items"]
    assert {each["productId"]: each["trending"]["score"] for each in found} == pytest.approx(scores, abs=1e-3)
    assert [each["productId"] for each in found] == sorted(scores, key=lambda each: (-scores[each], each))


async def test_documents_built_anew_are_the_same(log: list[Envelope], reader: Reader, mongodb: Database) -> None:
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
