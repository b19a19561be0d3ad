"""What is bought together, at the query door."""

from typing import Any

from schemas.order import OrderLine
from tests.documents import on_every_server
from tests.histories import events, recorded
from tests.integration.doors.counter import BOB
from tests.integration.doors.reader import Reader

pytestmark = on_every_server
PRODUCTS = ("a", "b", "c", "d.1")


def line(product_id: str) -> OrderLine:
    return OrderLine(product_id=product_id, name="A thing", quantity=1, unit_price=100)


async def sold(reader: Reader, *baskets: str, ended: str = "") -> None:
    """Orders of products whose ids are words, each under an id that puts it into some partition."""
    history = [*(event for each in PRODUCTS for event in events("product.created", product_id=each))]
    for number, basket in enumerate(baskets):
        items = tuple(map(line, basket.split()))
        history += events("order.created", order_id=f"order-{number}", items=items)
    history += events("product.discontinued", product_id=ended) if ended else []
    await reader.sees(recorded(history))


async def told(reader: Reader, product_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = await reader.told(f"/products/{product_id}/bought-together", headers=BOB)
    return answer


async def test_what_most_orders_had_too_comes_first_and_equal_ones_by_id(reader: Reader) -> None:
    await sold(reader, "a b", "a b d.1", "a c d.1", "a", "b c", "a d.1")
    answer = await told(reader, "a")
    assert [(item["productId"], item["orders"]) for item in answer["items"]] == [("d.1", 3), ("b", 2), ("c", 1)]
    assert (answer["productId"], answer["orders"], answer["missed"]) == ("a", 5, 0)
    assert not answer["items"][0].keys() & {"_id", "nameKey", "words"}


async def test_what_is_not_for_sale_is_left_out(reader: Reader) -> None:
    await sold(reader, "a b", "a c", "a unknown", ended="b")
    assert [item["productId"] for item in (await told(reader, "a"))["items"]] == ["c"]
    assert [item["productId"] for item in (await told(reader, "b"))["items"]] == ["a"]


async def test_nothing_is_bought_with_what_nobody_bought(reader: Reader) -> None:
    await sold(reader, "a b")
    assert await told(reader, "c") == {"productId": "c", "orders": 0, "missed": 0, "items": []}


async def test_a_product_nobody_knows_is_not_found(reader: Reader) -> None:
    await sold(reader, "a unknown")
    await reader.refused(404, "not_found", "/products/unknown/bought-together")
