"""What would have been by other rules, at the query door and the BFF."""

from typing import Any

from tests.browser import Browser
from tests.integration.doors.counter import Counter, who
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_streams_of_browsers import Shop, shop

__all__ = ["shop"]
WHAT_IF = "/analytics/what-if"
ANALYST = who("amy", "analyst", kind="customer")


async def told(reader: Reader, path: str, **asked: object) -> Any:
    return await reader.told(f"{WHAT_IF}{path}", params=asked, headers=ANALYST)


async def test_orders_are_priced_by_other_rules_and_nothing_is_recorded(
    reader: Reader, counter: Counter, placed: dict[str, Any]
) -> None:
    head = await counter.store.head()
    same = await told(reader, "/pricing")
    [sums] = same["currencies"]
    assert (sums["orders"], sums["changed"], sums["total"]) == (1, 0, placed["totalAmount"])
    dearer = await told(reader, "/pricing", fee=f"{sums['currency']}:12345:999999999", otherTax="1")
    [order] = dearer["orders"]
    assert (order["orderId"], order["candidateShipping"]) == (placed["orderId"], 12345)
    assert (await told(reader, "/pricing", since="2100-01-01T00:00:00Z"))["currencies"] == []
    assert await counter.store.head() == head


async def test_products_are_ranked_by_other_weights(reader: Reader, placed: dict[str, Any]) -> None:
    found = await told(reader, "/trending", view=0, cartAdd=0, order=1)
    assert found["candidate"] == {"view": 0.0, "cartAdd": 0.0, "order": 1.0, "halfLifeHours": 24.0}
    assert found["weights"]["order"] == 12.0


async def test_orders_are_driven_by_another_order_of_steps(reader: Reader, placed: dict[str, Any]) -> None:
    found = await told(reader, "/steps", first="inventory")
    assert found["steps"] == ["inventory", "payment", "shipping"]
    assert (found["orders"], found["changed"]) == (0, 0)


async def test_rules_that_are_none_are_refused(reader: Reader) -> None:
    for path, asked in (
        ("/pricing", {"tax": "Ohio:7"}),
        ("/pricing", {"tax": "US-OH:101"}),
        ("/pricing", {"fee": "USD:1"}),
        ("/pricing", {"fee": "XXX:1:1"}),
        ("/pricing", {"fee": "USD:9999999999999:1"}),
        ("/pricing", {"otherTax": "much"}),
        ("/trending", {"view": -1}),
        ("/trending", {"view": 0, "cartAdd": 0, "order": 0}),
        ("/steps", {"first": "waiting"}),
    ):
        await reader.refused(422, "invalid", f"{WHAT_IF}{path}", params=asked)


async def test_an_analysts_browser_is_answered_the_same(shop: Shop) -> None:
    person = {"email": "amy@example.org", "firstName": "A", "lastName": "B", "password": "correct horse battery staple"}
    await shop.counter.done("POST", "/users", 201, json=person | {"roles": ["analyst"]})
    amy: Browser = await shop.log_in("amy")
    shop.reader.look_into(shop.counter.store)
    await shop.counter.place("k")
    for path, asked in (
        ("/pricing", {"tax": "US-OH:9"}),
        ("/trending", {"order": "3"}),
        ("/steps", {"first": "shipping"}),
    ):
        assert await amy.get(f"/bff{WHAT_IF}{path}", params=asked) == await told(shop.reader, path, **asked)
    await amy.refused(422, "invalid", "GET", f"/bff{WHAT_IF}/pricing", params={"tax": "x"})
