"""What a door writes down: one JSON line a request, with its names, and nothing a stranger should not read."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from event_store.memory import MemoryBackend
from event_store.records import AppendRequest, AppendResult
from event_store.threaded import ThreadedStore
from tests.accounts import SECRET
from tests.integration.doors.counter import ADDRESS, ANN, BOB, JSON, LAMP, Clock, Counter, basket, key
from tests.integration.doors.reader import Reader
from tests.log_lines import captured_log

PRIVATE = [*(word for word in ADDRESS.values() if len(word) > 2), "tok_ok", "too personal to tell"]
SECRETS = [SECRET, "a master key of the tests", *(said["Authorization"].removeprefix("Bearer ") for said in (ANN, BOB))]
NAMES = {"X-Correlation-ID": "c-42", "X-Request-ID": "r-42"}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything logged, from the lowest level on."""
    with captured_log("DEBUG", "doors") as lines:
        yield lines


def logged(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def told(lines: io.StringIO) -> list[str]:
    """The secrets and personal words that were written down."""
    return [word for word in (*PRIVATE, *SECRETS) if word in lines.getvalue()]


async def test_a_good_order_is_one_line_without_a_secret(counter: Counter, lines: io.StringIO) -> None:
    await counter.place("k", headers=NAMES)
    [line] = logged(lines)
    assert line.items() >= {"event": "request", "method": "POST", "route": "/orders", "status": 201}.items()
    assert (line["correlationId"], line["requestId"], line["service"]) == ("c-42", "r-42", "doors")
    assert told(lines) == []


REFUSED = [
    basket(coupon="too personal to tell"),
    basket(("lamp", 0)),
    basket(("unicorn", 1)),
    basket(totalAmount=1),
    basket(customerId="eve"),
    basket(paymentMethod={"token": "too personal to tell"}),
    basket(shippingAddress=ADDRESS | {"country": "too personal to tell"}),
    basket(shippingAddress=ADDRESS | {"name": "too personal to tell\x01"}),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
async def test_a_refused_order_is_one_line_without_a_secret(counter: Counter, lines: io.StringIO, number: int) -> None:
    answer = await counter.place("k", REFUSED[number], headers=NAMES)
    assert 400 <= answer.status_code < 500
    [line] = logged(lines)
    assert (line["status"], line["correlationId"], line["level"]) == (answer.status_code, "c-42", "info")
    assert told(lines) == []


async def test_hostile_requests_leave_no_secret_behind(counter: Counter, lines: io.StringIO) -> None:
    bad = {"Authorization": ANN["Authorization"][:-5] + "xxxxx"}
    await counter.says("POST", "/orders", json=basket(), headers=bad)
    await counter.says("POST", f"/orders?token={SECRETS[-1]}", headers={})
    await counter.says("POST", "/too/personal/to%20tell", headers=BOB)
    await counter.says("POST", "/orders", content=b'{"too personal to tell', headers=BOB | key("k") | JSON)
    await counter.says("POST", "/orders", json=basket(), headers=BOB | {"Idempotency-Key": "too personal to tell"})
    assert [line["status"] for line in logged(lines)] == [401, 401, 404, 400, 422]
    assert "too/personal" not in lines.getvalue()
    assert bad["Authorization"][7:40] not in lines.getvalue()
    assert told(lines) == []


class Broken(ThreadedStore):
    """A store that has a bug."""

    is_broken = False

    async def append(self, unit: AppendRequest) -> AppendResult:
        if self.is_broken:
            raise ZeroDivisionError("a bug of ours")
        return await super().append(unit)


async def test_a_fault_of_ours_is_traced_and_still_tells_no_secret(lines: io.StringIO) -> None:
    store = Broken(MemoryBackend(Clock()))
    counter = Counter(store)
    await counter.stock(LAMP)
    store.is_broken = True
    await counter.refused(500, "internal", "POST", "/orders", json=basket(), headers=BOB | key("k") | NAMES)
    await store.close()
    [fault] = [line for line in logged(lines) if line["level"] == "error"]
    assert "a bug of ours" in fault["exception"]
    assert (fault["correlationId"], fault["requestId"]) == ("c-42", "r-42")
    assert told(lines) == []


async def test_reading_an_order_writes_no_address_down(counter: Counter, reader: Reader, lines: io.StringIO) -> None:
    order = (await counter.place("k")).json()
    await reader.sees(await counter.log())
    shown = await reader.told(f"/orders/{order['orderId']}", headers=BOB | NAMES)
    assert shown["shippingAddress"]["line1"] == ADDRESS["line1"]
    await reader.asks("/orders", headers=BOB, params={"customerId": "too personal to tell"})
    assert logged(lines)[-2]["correlationId"] == "c-42"
    assert told(lines) == []


async def test_lost_documents_are_noted_without_a_secret(blind: Reader, lines: io.StringIO) -> None:
    await blind.asks("/orders", headers=BOB | NAMES)
    assert {line["correlationId"] for line in logged(lines) if line["event"] == "request"} >= {"c-42"}
    assert told(lines) == []


async def test_every_line_is_json_with_its_moment_and_level(counter: Counter, lines: io.StringIO) -> None:
    await counter.place("k")
    logging.getLogger("a.library").error("an error")
    for line in logged(lines):
        assert line["timestamp"].endswith("Z")
        assert line["level"] in {"debug", "info", "warning", "error"}
        assert line["service"] == "doors"
