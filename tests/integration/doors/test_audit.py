"""Every event at the query door and the BFF: found by what auditors know of it, and who reads it is recorded."""

import csv
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from edge.limit_counters import MemoryCounters
from edge.rate_limits import RateLimiter
from identity.sealing import strangers
from schemas.audit import (
    AuditExported,
    AuditRead,
    AuditSection,
    RecordAuditExport,
    RecordAuditRead,
    ReportFormat,
)
from schemas.audit_keys import keys_of
from schemas.errors import Unavailable
from schemas.stream_names import AUDIT_STREAM
from tests.browser import Browser
from tests.histories import events
from tests.integration.doors.counter import ANN, Counter, basket, key, who
from tests.integration.doors.reader import Reader
from tests.integration.doors.test_accounts import PASSWORD
from tests.integration.doors.test_streams_of_browsers import Shop, shop

__all__ = ["shop"]
AUDITOR = who("amy", "auditor", kind="customer")
SYSTEM = who("query-api", "system")
EMAIL = "ada@example.org"


@pytest.fixture
async def order(shop: Shop) -> dict[str, Any]:
    """What Ada ordered, who had logged in; it failed, and somebody was refused. All of it is in the documents."""
    shop.reader.now = shop.counter.clock()
    ada = await shop.customer("ada")
    order: dict[str, Any] = await ada.post("/bff/orders", 201, json=basket(), headers=key("first"))
    await shop.counter.happened(*events("saga.started", "payment.failed", order_id=order["orderId"]))
    await shop.counter.happened(*events("security.access.denied"))
    await shop.show()
    return order


async def told(shop: Shop, path: str, **asked: object) -> Any:
    return await shop.reader.told(f"/audit{path}", params=asked, headers=AUDITOR)


async def found(shop: Shop, **asked: object) -> list[dict[str, Any]]:
    """All that a search finds, three at a time."""
    items, cursor = list[dict[str, Any]](), dict[str, str]()
    while True:
        page = await told(shop, "/events", limit=3, **asked, **cursor)
        items += page["items"]
        if page["next"] is None:
            return items
        cursor = {"cursor": page["next"]}


async def in_log(shop: Shop, *keys: str) -> list[int]:
    """The positions of the events that have all of these keys, the newest first."""
    log = await shop.counter.log()
    return [each.position for each in reversed(log) if frozenset(keys) <= frozenset(keys_of(each))]


async def test_an_event_is_found_by_each_thing_that_is_known_of_it(shop: Shop, order: dict[str, Any]) -> None:
    [ada] = [each.stream.removeprefix("user-") for each in await shop.counter.log() if each.type == "user.created"]
    order_id = order["orderId"]
    placed = next(each for each in await shop.counter.log() if each.type == "order.created")
    for asked, keys in (
        ({"person": ada}, [f"person/{ada}"]),
        ({"person": EMAIL}, [f"person/{ada}"]),
        ({"order": order_id}, [f"order/{order_id}"]),
        ({"order": order["orderNumber"]}, [f"order/{order_id}"]),
        ({"type": "order.created"}, ["type/order.created"]),
        ({"correlationId": placed.correlation_id}, [f"correlation/{placed.correlation_id}"]),
        ({"outcome": "failure"}, ["failure"]),
        ({"order": order_id, "outcome": "failure"}, [f"order/{order_id}", "failure"]),
        ({"person": ada, "type": "auth.login"}, [f"person/{ada}", "type/auth.login"]),
        ({}, []),
    ):
        expected = await in_log(shop, *keys)
        assert expected
        assert [each["position"] for each in await found(shop, **asked)] == expected, asked
        assert [each["position"] for each in await found(shop, **asked, sort="oldest")] == expected[::-1], asked


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Positions in many documents, few of which are read at once, and few events of them."""
    for name in ("projectors.models.audit.SEGMENT", "query_api.audit.positions.SEGMENT"):
        monkeypatch.setattr(name, 2)
    monkeypatch.setattr("query_api.audit.positions.AT_ONCE", 1)
    monkeypatch.setattr("query_api.audit.search.LOOK", 5)
    monkeypatch.setattr("query_api.audit.search.AT_ONCE", 2)


@pytest.mark.usefixtures("small_parts", "order")
async def test_parts_neither_repeat_nor_leave_out_anything_however_few_are_read_at_once(shop: Shop) -> None:
    await shop.counter.happened(*events(*["security.access.denied", "product.views.counted"] * 20))
    await shop.show()
    for asked, keys in (
        ({"outcome": "failure"}, ["failure"]),
        ({"type": "security.access.denied"}, ["type/security.access.denied"]),
        ({}, []),
    ):
        expected = await in_log(shop, *keys)
        assert [each["position"] for each in await found(shop, **asked)] == expected, asked
        assert [each["position"] for each in await found(shop, **asked, sort="oldest")] == expected[::-1], asked


async def test_what_did_not_fail_is_found_as_well(shop: Shop, order: dict[str, Any]) -> None:
    succeeded = {each["type"] for each in await found(shop, outcome="success")}
    assert "order.created" in succeeded
    assert not succeeded & {"payment.failed", "security.access.denied"}


async def test_a_period_begins_with_its_first_time_and_ends_before_its_last(shop: Shop) -> None:
    clock = shop.counter.clock
    times = []
    for number in range(3):
        times.append(clock().isoformat())
        await shop.counter.done("POST", "/users", 201, json=_person(f"p{number}"))
        clock.pass_(timedelta(hours=1))
    await shop.show()
    created = await found(shop, type="user.created", since=times[1], until=times[2])
    assert [each["recordedAt"][:16] for each in created] == [times[1][:16]]


async def test_what_came_from_an_address_is_found_by_its_blind_index(shop: Shop, order: dict[str, Any]) -> None:
    [login] = await found(shop, address="127.0.0.1", type="auth.login")
    assert (login["ip"], login["userAgent"] is not None) == ("127.0.0.1", True)
    assert await found(shop, address="192.0.2.1") == []
    months_later = (shop.counter.clock() + timedelta(days=800)).isoformat()
    assert await found(shop, address="127.0.0.1", until=months_later) == []
    assert b'"ip":"127' not in b"".join([row.state for row in await shop.counter.store.log(0)])


async def test_an_address_is_found_no_more_once_the_key_of_its_month_was_destroyed(
    shop: Shop, order: dict[str, Any]
) -> None:
    await shop.reader.app.state.context.opener.erase(strangers(shop.reader.now))
    assert await found(shop, address="127.0.0.1") == []


async def test_the_life_cycle_of_an_order_is_all_that_happened_to_it_in_its_order(
    shop: Shop, order: dict[str, Any]
) -> None:
    page = await told(shop, f"/orders/{order['orderNumber']}")
    types = [each["type"] for each in page["items"]]
    assert types == ["order.created", "order.number.claimed", "saga.started", "payment.failed"]
    assert [each["outcome"] for each in page["items"]] == ["success"] * 3 + ["failure"]
    assert page["items"][-1]["facts"]["code"] == "declined"
    assert "221B" not in str(page)


async def test_a_person_and_the_security_trail_have_pages_of_their_own(shop: Shop, order: dict[str, Any]) -> None:
    [created] = await found(shop, type="user.created")
    ada = created["stream"].removeprefix("user-")
    assert [each["position"] for each in (await told(shop, f"/users/{ada}"))["items"]] == await in_log(
        shop, f"person/{ada}"
    )
    trail = await told(shop, "/security")
    assert {"auth.login", "security.access.denied"} <= {each["type"] for each in trail["items"]}
    assert "order.created" not in {each["type"] for each in trail["items"]}


async def test_a_report_counts_every_event_of_its_days_and_names_the_notable(shop: Shop, order: dict[str, Any]) -> None:
    day = shop.counter.clock().date().isoformat()
    report = await told(shop, "/report", first=day, last=day)
    log = await shop.counter.log()
    assert (report["events"], report["failures"]) == (len(log), 2)
    assert {each["type"]: each["count"] for each in report["types"]}["order.created"] == 1
    assert report["days"] == [{"day": day, "events": len(log), "failures": 2}]
    assert "user.role.changed" not in {each["type"] for each in report["notable"]}
    assert "auth.email.verified" in {each["type"] for each in report["notable"]}
    assert (report["madeBy"], report["leftOut"], report["head"]) == ("amy", False, None)
    before = await told(shop, "/report", last="2026-01-31")
    assert (before["events"], len(before["days"]), before["notable"]) == (0, 30, [])


async def test_a_report_is_a_file_that_says_the_same(shop: Shop, order: dict[str, Any]) -> None:
    day = shop.counter.clock().date().isoformat()
    report = await told(shop, "/report", first=day, last=day)
    asked = {"params": {"first": day, "last": day, "format": "csv"}, "headers": AUDITOR}
    answer = await shop.reader.asks("/audit/report", **asked)
    assert answer.headers["content-disposition"] == f'attachment; filename="audit-{day}-{day}.csv"'
    rows = list(csv.DictReader(StringIO(answer.text)))
    types = {row["type"]: int(row["count"]) for row in rows if row["section"] == "type"}
    assert types == {each["type"]: each["count"] for each in report["types"]}
    assert len([row for row in rows if row["section"] == "event"]) == len(report["notable"])
    page = await shop.reader.asks("/audit/report", **asked | {"params": {**asked["params"], "format": "html"}})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f"Audit report, {day} to {day}" in page.text
    assert "auth.email.verified" in page.text


async def test_who_reads_is_noted_once_a_minute_before_the_answer(shop: Shop, order: dict[str, Any]) -> None:
    shop.reader.noted.clear()
    order_id = order["orderId"]
    for _ in range(3):
        await told(shop, f"/orders/{order_id}")
    await told(shop, "/security")
    shop.reader.now += timedelta(minutes=1)
    await told(shop, "/security")
    day = shop.reader.now.date()
    await shop.reader.asks("/audit/report", params={"first": str(day), "format": "html"}, headers=AUDITOR)
    trail = RecordAuditRead(section=AuditSection.SECURITY, by="amy")
    assert shop.reader.noted == [
        RecordAuditRead(section=AuditSection.ORDER, about=order_id, by="amy"),
        trail,
        trail,
        RecordAuditExport(format=ReportFormat.HTML, first=day, last=day, by="amy"),
    ]


async def test_what_cannot_be_noted_is_not_answered(shop: Shop, order: dict[str, Any]) -> None:
    async def lose(_: object) -> None:
        raise Unavailable("the command API does not answer")

    shop.reader.app.state.audit_notes._record = lose
    await shop.reader.refused(503, "unavailable", "/audit/events")
    shop.reader.app.state.audit_notes = None
    await shop.reader.refused(503, "unavailable", "/audit/security")


async def test_what_is_asked_wrongly_is_refused(reader: Reader) -> None:
    for path in (
        "/events?type=order.forgotten",
        "/events?person=a%40",
        "/events?address=nowhere",
        "/events?address=1.2.3",
        "/events?cursor=abc",
        "/events?outcome=perhaps",
        "/report?first=2026-03-02&last=2026-03-01",
        "/report?first=2025-01-01&last=2026-03-01",
        "/report?format=pdf",
    ):
        await reader.refused(422, "invalid", f"/audit{path}")
    await reader.refused(404, "not_found", "/audit/orders/ORD-20260314-AAAAA")
    await reader.refused(404, "not_found", "/audit/orders/nothing")


async def test_a_cursor_leads_only_through_its_own_search(shop: Shop, order: dict[str, Any]) -> None:
    page = await told(shop, "/events", limit=1, type="user.created")
    assert page["next"] is None
    page = await told(shop, "/events", limit=1)
    await shop.reader.refused(422, "invalid", f"/audit/security?cursor={page['next']}")
    await shop.reader.refused(422, "invalid", f"/audit/events?outcome=failure&cursor={page['next']}")


async def test_readings_and_exports_are_events_of_the_minute(counter: Counter) -> None:
    order = {"section": "order", "about": "o-1", "by": "amy"}
    export = {"format": "csv", "first": "2026-03-01", "last": "2026-03-02", "by": "amy"}
    for path, body in (("reads", order), ("reads", order), ("exports", export), ("exports", export)):
        await counter.done("POST", f"/audit/{path}", json=body, headers=SYSTEM)
    counter.clock.pass_(timedelta(minutes=1))
    await counter.done("POST", "/audit/reads", json=order, headers=SYSTEM)
    read, exported, again = [each.event for each in await counter.store.stream(AUDIT_STREAM)]
    assert isinstance(read, AuditRead)
    assert (read.section, read.about, read.by) == (AuditSection.ORDER, "o-1", "amy")
    assert isinstance(exported, AuditExported)
    assert (exported.format, exported.by) == (ReportFormat.CSV, "amy")
    assert again == read.model_copy(update={"minute": read.minute + timedelta(minutes=1)})
    await counter.refused(403, "forbidden", "POST", "/audit/reads", json=order, headers=ANN)


async def test_an_auditor_cannot_grow_the_log_at_will(counter: Counter) -> None:
    limited = replace(counter.accounts, limiter=RateLimiter(MemoryCounters()))
    counter.app.state.context = replace(counter.app.state.context, accounts=limited)
    for number in range(120):
        body = {"section": "user", "about": f"u-{number}", "by": "amy"}
        await counter.done("POST", "/audit/reads", json=body, headers=SYSTEM)
    more = {"section": "user", "about": "another", "by": "amy"}
    await counter.refused(429, "too_many_requests", "POST", "/audit/reads", json=more, headers=SYSTEM)
    await counter.done("POST", "/audit/reads", json=more | {"by": "ben"}, headers=SYSTEM)


async def test_an_auditors_browser_is_answered_the_same(shop: Shop, order: dict[str, Any]) -> None:
    await shop.counter.done("POST", "/users", 201, json=_person("amy") | {"roles": ["auditor"]})
    amy: Browser = await shop.log_in("amy")
    order_id = order["orderId"]
    page = await amy.get("/bff/audit/events", params={"order": order_id, "outcome": "failure"})
    assert [each["type"] for each in page["items"]] == ["payment.failed"]
    cycle = await amy.get(f"/bff/audit/orders/{order_id}")
    assert [each["type"] for each in cycle["items"]][-1] == "payment.failed"
    assert (await amy.get("/bff/audit/security", params={"limit": "1"}))["next"]
    ada = cycle["items"][1]["actor"]["id"]
    assert (await amy.get(f"/bff/audit/users/{ada}"))["items"]
    day = shop.counter.clock().date().isoformat()
    assert (await amy.get("/bff/audit/report", params={"first": day, "last": day}))["events"]
    file = await amy.client.get("/bff/audit/report", params={"first": day, "last": day, "format": "csv"})
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.text.startswith("section,day,type")


def _person(name: str) -> dict[str, Any]:
    return {"email": f"{name}@example.org", "firstName": "A", "lastName": "B", "password": PASSWORD}
