"""States of the past at the query door and the BFF."""

from typing import Any
from xml.etree import ElementTree as Xml

from schemas.documents import VIEWS
from tests.browser import Browser
from tests.integration.doors.counter import ANN, Counter, who
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_streams_of_browsers import Shop, shop

__all__ = ["shop"]
AS_OF = "/analytics/as-of"
ANALYST = who("amy", "analyst", kind="customer")


async def told(reader: Reader, path: str, **asked: object) -> Any:
    return await reader.told(f"{AS_OF}{path}", params=asked, headers=ANALYST)


async def test_an_aggregate_is_told_as_of_a_version_with_what_changed(reader: Reader, placed: dict[str, Any]) -> None:
    stream = f"order-{placed['orderId']}"
    now = await told(reader, "/aggregate", stream=stream)
    assert (now["kind"], now["name"], now["version"], now["since"]) == ("aggregate", stream, now["versions"], None)
    assert now["state"]["status"] == "Pending"
    assert now["steps"][0]["type"] == "order.created"
    first = await told(reader, "/aggregate", stream=stream, version=1, sinceVersion=0)
    assert {change["kind"] for change in first["changes"]} == {"added"}
    assert await told(reader, "/aggregate", stream=stream, position=first["position"], sincePosition=0) == first
    assert await told(reader, "/aggregate", stream=stream, at=first["recordedAt"], sincePosition=0) == first


async def test_a_document_is_told_as_of_a_position(reader: Reader, placed: dict[str, Any]) -> None:
    now = await told(reader, "/document", view="orders", id=placed["orderId"])
    assert (now["kind"], now["name"]) == ("document", f"orders/{placed['orderId']}")
    assert now["state"]["orderNumber"] == placed["orderNumber"]
    before = await told(
        reader, "/document", view="orders", id=placed["orderId"], position=now["steps"][0]["position"] - 1
    )
    assert (before["state"], before["version"]) == (None, 0)


async def test_what_is_personal_is_opened_for_admins_alone(
    reader: Reader, counter: Counter, placed: dict[str, Any]
) -> None:
    asked = {"view": "orders", "id": placed["orderId"], "sinceVersion": 0}
    sealed = await told(reader, "/document", **asked)
    assert sealed["state"]["shippingAddress"]["sealed"] == 1
    opened = await reader.told(f"{AS_OF}/document", params=asked, headers=ANN)
    assert opened["state"]["shippingAddress"]["city"]
    [change] = [each for each in opened["changes"] if each["path"] == "/shippingAddress"]
    assert change["after"] == opened["state"]["shippingAddress"]
    assert opened["state"] | {"shippingAddress": 0, "billingAddress": 0} == sealed["state"] | {
        "shippingAddress": 0, "billingAddress": 0,
    }  # fmt: skip


async def test_causes_are_found_by_correlation_and_by_order(reader: Reader, placed: dict[str, Any]) -> None:
    by_order = await told(reader, "/causes", order=placed["orderNumber"])
    assert await told(reader, "/causes", order=placed["orderId"]) == by_order
    assert await told(reader, "/causes", correlationId=by_order["correlationId"]) == by_order
    assert "order.created" in [event["type"] for event in by_order["items"]]
    assert "order.created" in by_order["mermaid"]
    assert Xml.fromstring(by_order["svg"]).tag.endswith("svg")


async def test_what_cannot_be_told_is_refused(reader: Reader, placed: dict[str, Any]) -> None:
    stream = f"order-{placed['orderId']}"
    for status, code, path, asked in (
        (404, "not_found", "/aggregate", {"stream": "order-nobodys"}),
        (404, "not_found", "/aggregate", {"stream": "whatever"}),
        (422, "invalid", "/aggregate", {"stream": ""}),
        (422, "invalid", "/aggregate", {}),
        (422, "invalid", "/aggregate", {"stream": stream, "version": 999}),
        (422, "invalid", "/aggregate", {"stream": stream, "version": 1, "position": 1}),
        (422, "invalid", "/aggregate", {"stream": stream, "at": "yesterday"}),
        (422, "invalid", "/aggregate", {"stream": stream, "version": -1}),
        (422, "invalid", "/aggregate", {"stream": stream, "other": 1}),
        (404, "not_found", "/document", {"view": "nothing", "id": "1"}),
        (404, "not_found", "/document", {"view": "orders", "id": "nobodys"}),
        (404, "not_found", "/document", {"view": "top_products", "id": "nobodys"}),
        (422, "invalid", "/causes", {}),
        (422, "invalid", "/causes", {"order": "x", "correlationId": "y"}),
        (404, "not_found", "/causes", {"order": "ORD-20260301-00000"}),
        (404, "not_found", "/causes", {"order": "nobodys"}),
        (404, "not_found", "/causes", {"correlationId": "nobodys"}),
    ):
        await reader.refused(status, code, f"{AS_OF}{path}", params=asked)


async def test_every_view_can_be_asked_for(reader: Reader, placed: dict[str, Any]) -> None:
    for view in VIEWS:
        await reader.refused(404, "not_found", f"{AS_OF}/document", params={"view": view.title, "id": "0/nobodys"})


async def test_an_analysts_browser_is_answered_the_same(shop: Shop) -> None:
    person = {"email": "amy@example.org", "firstName": "A", "lastName": "B", "password": "correct horse battery staple"}
    await shop.counter.done("POST", "/users", 201, json=person | {"roles": ["analyst"]})
    amy: Browser = await shop.log_in("amy")
    shop.reader.look_into(shop.counter.store)
    placed = (await shop.counter.place("k")).json()
    stream = f"order-{placed['orderId']}"
    past = await amy.get(f"/bff{AS_OF}/aggregate", params={"stream": stream, "sinceVersion": "0"})
    assert past == await told(shop.reader, "/aggregate", stream=stream, sinceVersion=0)
    assert (await amy.get(f"/bff{AS_OF}/document", params={"view": "orders", "id": placed["orderId"]}))["version"]
    assert (await amy.get(f"/bff{AS_OF}/causes", params={"order": placed["orderNumber"]}))["items"]
    await amy.refused(404, "not_found", "GET", f"/bff{AS_OF}/aggregate", params={"stream": "order-nobodys"})
