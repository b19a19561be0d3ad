"""An admin's console over the BFF: catalogue, stock, orders, sessions and configuration, as it sees its own changes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from event_store.records import AppendRequest, ParkedMessage
from projectors.document_io import Database
from projectors.incomplete import IncompleteDocuments
from schemas.dead_letters import MAX_LETTERS
from schemas.documents import ORDERS_VIEW, SAGAS_VIEW
from schemas.order import OrderStatus
from schemas.saga import SagaResolutionRequested, Step
from schemas.topics import ORDERS, TopicPartition
from tests.browser import Browser
from tests.examples import ORDER_ID
from tests.histories import COMPLETED, events
from tests.incomplete import INCOMPLETE_ORDER
from tests.integration.doors.counter import NOON, basket, key
from tests.integration.doors.test_who_may_browse import Shop, shop

__all__ = ["shop"]


@pytest.fixture
async def admin(shop: Shop) -> AsyncIterator[Browser]:
    async with await shop.of_role("admin", "ann") as browser:
        yield browser


async def test_the_catalogue_is_changed_and_shown_also_what_was_discontinued(shop: Shop, admin: Browser) -> None:
    cup = {"name": "Cup", "department": "Home", "category": "Cups", "price": {"amount": 500, "currency": "USD"}}
    path = f"/bff/admin/products/{(await admin.post('/bff/admin/products', 201, json=cup))['productId']}"
    await admin.done("PATCH", path, json={"name": "Tea cup", "brand": None})
    await admin.done("PUT", f"{path}/price", json={"price": {"amount": 600, "currency": "USD"}})
    await admin.post(f"{path}/discontinue")
    await shop.show()
    [item] = (await admin.get("/bff/admin/products", params={"forSale": "false"}))["items"]
    assert (item["name"], item["price"]["amount"], item["forSale"]) == ("Tea cup", 600, False)
    await admin.post(f"{path}/relist")
    await shop.show()
    assert (await admin.get("/bff/admin/products"))["total"] == 3
    assert (await admin.get("/bff/admin/products", params={"forSale": "false"}))["total"] == 0


async def test_a_piece_of_a_file_is_imported_and_shown_at_once(shop: Shop, admin: Browser) -> None:
    rows = (
        "productId,name,department,category,price.amount,price.currency\n"
        "bowl,Bowl,Home,Cups,450,USD\njug,,Home,Cups,600,USD\n"
    )
    path = "/bff/admin/catalogue"
    sent: dict[str, Any] = {"content": rows, "headers": {"Content-Type": "text/csv"}}
    tried = await admin.post(f"{path}?dryRun=true", **sent)
    assert (tried["dryRun"], tried["created"], tried["failed"], tried["recorded"]) == (True, 1, 1, None)
    report = await admin.post(path, **sent)
    assert (report["rows"], report["created"], report["failed"]) == (2, 1, 1)
    assert [(error["line"], error["productId"], error["field"]) for error in report["errors"]] == [(3, "jug", "name")]
    await shop.show()
    assert (await admin.get("/bff/admin/products/bowl"))["price"] == {"amount": 450, "currency": "USD"}
    await admin.refused(404, "not_found", "GET", "/bff/admin/products/jug")
    assert (await admin.post(path, **sent))["unchanged"] == 1
    await admin.refused(422, "invalid", "POST", path, json={})
    await admin.refused(413, "too_large", "POST", path, content="x" * 1_100_000, headers=sent["headers"])


async def test_stock_is_received_corrected_and_shown(shop: Shop, admin: Browser) -> None:
    items = {"items": [{"productId": "lamp", "quantity": 5}]}
    await admin.post("/bff/admin/stock/receipts", 201, json=items)
    broken = {"productId": "lamp", "delta": -2, "reason": "broken"}
    await admin.post("/bff/admin/stock/adjustments", 201, json=broken)
    await admin.refused(
        409, "stock_would_be_negative", "POST", "/bff/admin/stock/adjustments", json=broken | {"delta": -9}
    )
    await shop.show()
    [stock] = (await admin.get("/bff/admin/stock", params={"productId": "lamp"}))["items"]
    assert (stock["name"], stock["onHand"], stock["available"], stock["adjusted"]) == ("Bedside lamp", 3, 3, -2)
    low = await admin.get("/bff/admin/stock", params={"level": "low"})
    assert [each["productId"] for each in low["items"]] == ["lamp"]


async def test_an_order_is_found_and_cancelled(shop: Shop, admin: Browser) -> None:
    async with await shop.of_role("customer", "bob") as bob:
        placed = await bob.post("/bff/orders", 201, json=basket(), headers=key("k"))
    await shop.show()
    for asked in ({"number": placed["orderNumber"]}, {"email": "bob@example.org"}, {"status": "Pending"}, {}):
        [order] = (await admin.get("/bff/admin/orders", params=asked))["items"]
        assert order["orderId"] == placed["orderId"]
    path = f"/bff/admin/orders/{placed['orderId']}"
    await admin.refused(409, "transition_refused", "POST", f"{path}/ship")
    await admin.post(f"{path}/cancel", json={"reason": "called us"})
    await shop.show()
    whole = await admin.get(path)
    assert (whole["rulesVersion"], whole["saga"]["state"]) == ("2026-2", "NEW")
    assert whole["timeline"][-1]["details"]["reason"] == "called us"
    assert (await admin.get(f"/bff/admin/orders/{placed['orderNumber']}"))["orderId"] == placed["orderId"]


async def test_somebodys_sessions_are_seen_and_ended(shop: Shop, admin: Browser) -> None:
    async with await shop.of_role("customer", "bob") as bob:
        await shop.show()
        [account] = (await admin.get("/bff/admin/users", params={"q": "bob@example.org"}))["items"]
        path = f"/bff/admin/users/{account['userId']}/sessions"
        [session] = (await admin.get(path))["items"]
        await admin.done("DELETE", f"{path}/{session['sessionId']}")
        await bob.refused(401, "session_ended", "GET", "/bff/me")
        await shop.show()
        assert (await admin.get(path))["items"] == []
        await admin.done("DELETE", path)


async def test_the_configuration_is_changed_by_the_version_that_was_read(shop: Shop, admin: Browser) -> None:
    path = "/bff/admin/config/trending"
    read = await admin.get(path)
    change = {"value": read["value"] | {"view": 2}, "version": read["version"], "reason": "looks count more"}
    assert (await admin.done("PUT", path, json=change))["configVersion"] == 1
    await shop.show()
    now = await admin.get(path)
    assert (now["version"], now["value"]["view"], now["reason"]) == (1, 2, "looks count more")
    assert [each["version"] for each in now["versions"]] == [1, 0]
    listed = (await admin.ask("GET", "/bff/admin/config")).json()
    assert [(each["key"], each["version"]) for each in listed] == [("pricing", 0), ("deadlines", 0), ("trending", 1)]
    assert (await admin.get(f"{path}/versions/0"))["value"] == read["value"]
    await admin.refused(409, "config_version_differs", "PUT", path, json=change | {"value": read["value"]})
    wrong = await admin.ask("PUT", path, json=change | {"version": 1, "value": {"view": -1}})
    assert [each["field"] for each in wrong.json()["errors"]] == ["value.view"]


@pytest.mark.parametrize("action", ["retry", "mark-done", "force-fail"])
async def test_a_saga_is_seen_and_a_stuck_one_goes_on(shop: Shop, action: str) -> None:
    undoing = ("saga.compensation.started", "payment.refund", "saga.stuck")
    told = events(*COMPLETED[1:4], *undoing, undo=(Step.PAYMENT,))
    await shop.counter.happened(*told, *events("order.updated", to=OrderStatus.COMPENSATION_STUCK))
    await shop.show()
    path = f"/bff/admin/sagas/{ORDER_ID}"
    async with await shop.of_role("operator", "otto") as otto:
        board = await otto.get("/bff/admin/sagas", params={"state": "STUCK", "step": "payment", "staleFor": 0})
        assert ([each["orderId"] for each in board["items"]], board["byState"]["STUCK"]) == ([ORDER_ID], 1)
        ways = {each["action"]: each for each in (await otto.get(path))["actions"]}
        assert ways.keys() == {"retry", "mark done", "force fail"}
        assert board["items"][0]["actions"] == list(ways.values())
        assert ways["force fail"]["left"] == ["payment"]
        await otto.post(f"{path}/{action}", json={"evidence": "the provider is well", "step": "payment"})
        [asked] = [each.event for each in await shop.counter.log() if each.type == "saga.resolution.requested"]
        assert isinstance(asked, SagaResolutionRequested)
        assert (asked.evidence, asked.resolution) == ("the provider is well", action.replace("-", " "))
        await shop.show()
        now = await otto.get(path)
        assert (now["actions"], now["requested"]["resolution"]) == ([], action.replace("-", " "))
        records = await otto.get(f"{path}/records")
        assert [each["view"] for each in records["documents"]] == ["orders", "sagas"]
        assert (records["timers"], records["parked"]) == ([], [])
        await otto.refused(404, "not_found", "GET", "/bff/admin/sagas/nowhere")
        await otto.refused(422, "invalid", "POST", f"{path}/{action}", json={"evidence": ""})
        await otto.refused(409, "proposal_gone", "POST", f"{path}/confirm", json={"proposalId": "p-1"})
        lag = await otto.get("/bff/admin/lag")
        assert lag.keys() == {"head", "consumers", "views"}


async def test_documents_that_lack_an_event_say_so(shop: Shop, admin: Browser, mongodb: Database) -> None:
    await shop.counter.happened(*events(*COMPLETED[1:4]))
    await shop.show()
    for view in (ORDERS_VIEW, SAGAS_VIEW):
        await IncompleteDocuments(mongodb, [view.name]).save(replace(INCOMPLETE_ORDER, view=view.name))
    [order] = (await admin.get("/bff/admin/orders"))["items"]
    [saga] = (await admin.get("/bff/admin/sagas"))["items"]
    whole = await admin.get(f"/bff/admin/orders/{ORDER_ID}")
    records = await admin.get(f"/bff/admin/sagas/{ORDER_ID}/records")
    assert {each["incompleteFrom"] for each in (order, saga, whole, *records["documents"])} == {5}
    assert [(each["view"], each["orderId"]) for each in records["parked"]] == [
        ("orders", ORDER_ID),
        ("sagas", ORDER_ID),
    ]
    assert all("incompleteFrom" not in each["content"] for each in records["documents"])


async def test_dead_letters_are_seen_and_all_of_a_cause_are_tried_again_a_hundred_at_a_time(shop: Shop) -> None:
    place = TopicPartition(ORDERS, 1)
    rows = [
        ParkedMessage("saga", position, f"o-{position}", place, NOON, 4, "KeyError", NOON, "in step", NOON)
        for position in range(1, MAX_LETTERS + 3)
    ]
    other = replace(rows[0], position=900, cause="poison")
    await shop.counter.store.append(AppendRequest(parked=(*rows, other)))
    path = "/bff/admin/dead-letters"
    async with await shop.of_role("operator", "otto") as otto:
        page = await otto.get(path, params={"state": "dead", "limit": 1})
        assert (page["items"][0]["id"], page["counts"][0]["dead"]) == ("saga.1", MAX_LETTERS + 2)
        assert (await otto.get(f"{path}/saga.900"))["trace"] == "in step"
        said = {"cause": "KeyError", "reason": "mended"}
        first = await otto.post(f"{path}/replay-cause", json=said)
        rest = await otto.post(f"{path}/replay-cause", json=said | {"cursor": first["next"]})
        assert (first["decided"], rest) == (MAX_LETTERS, {"decided": 2, "next": None})
        await otto.post(f"{path}/discard", json={"ids": ["saga.900"], "reason": "settled by phone"})
        await otto.refused(404, "not_found", "POST", f"{path}/replay", json={"ids": ["saga.7000"], "reason": "x"})
        decided = [each.event for each in await shop.counter.log() if each.type.startswith("dlq.")]
        assert [(type(each).__name__, len(each.letters), each.reason) for each in decided] == [  # type: ignore[attr-defined]
            ("DeadLettersReplayed", 100, "mended"),
            ("DeadLettersReplayed", 2, "mended"),
            ("DeadLettersDiscarded", 1, "settled by phone"),
        ]
