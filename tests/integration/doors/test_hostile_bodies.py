"""Bodies nobody promised: every command refuses them alike, and nothing is recorded."""

from collections.abc import AsyncIterator

import orjson
import pytest

from edge.app import MAX_BODY
from tests.hostile import NOT_EVEN_CLOSE
from tests.integration.doors.counter import ANN, JSON, Counter, basket, key

COMMANDS = [
    ("POST", "/products"),
    ("POST", "/products/import"),
    ("PATCH", "/products/lamp"),
    ("PUT", "/products/lamp/price"),
    ("POST", "/inventory/receipts"),
    ("POST", "/inventory/adjustments"),
    ("POST", "/orders"),
    ("POST", "/orders/some/cancel"),
    ("PUT", "/orders/some/status"),
    ("POST", "/payments"),
]
"""Every command with a body."""
LARGE = {"/products/import", "/products", "/products/lamp", "/orders", "/inventory/receipts"}
SMALL = [command for command in COMMANDS if command[1] not in LARGE]
"""Those whose model needs no more than what every route takes: test_sizes.py."""
SAID = ANN | key("k") | JSON
MEGABYTE = 1_048_576


NOT_JSON = (b"{", b'{"items": ', b"nope", b"{'a': 1}", b"\xff\xfe", b"[" * 60_000, b"\x00")
NO_OBJECT = (b"[]", b"7", b'"text"', b"true", b"NaN", b"Infinity")


@pytest.mark.parametrize("command", COMMANDS, ids="".join)
async def test_what_is_not_json_is_malformed(counter: Counter, command: tuple[str, str]) -> None:
    for body in NOT_JSON:
        await counter.refused(400, "malformed", *command, content=body, headers=SAID)


@pytest.mark.parametrize("command", COMMANDS, ids="".join)
async def test_json_that_is_no_object_is_invalid(counter: Counter, command: tuple[str, str]) -> None:
    for body in NO_OBJECT:
        await counter.refused(422, "invalid", *command, content=body, headers=SAID)


@pytest.mark.parametrize("command", COMMANDS, ids="".join)
async def test_no_bytes_are_a_fault_of_ours(counter: Counter, command: tuple[str, str]) -> None:
    before = await counter.store.head()
    for body in NOT_EVEN_CLOSE:
        answer = await counter.says(*command, content=body, headers=SAID)
        # A change that changes nothing is no fault of the caller's either.
        assert answer.status_code in {400, 404, 422} or (command[0] == "PATCH" and body == b"{}")
    assert await counter.recorded(after=before) == []


@pytest.mark.parametrize("command", COMMANDS, ids="".join)
async def test_an_unknown_field_is_refused_and_its_value_never_repeated(
    counter: Counter, command: tuple[str, str]
) -> None:
    body = {"isAdmin": "a secret of the caller"}
    refusal = await counter.refused(422, "invalid", *command, json=body, headers=SAID)
    assert ("isAdmin", "extra_forbidden") in {(error["field"], error["code"]) for error in refusal["errors"]}
    assert "a secret" not in orjson.dumps(refusal).decode()


@pytest.mark.parametrize("command", COMMANDS, ids="".join)
async def test_a_body_of_another_type_is_invalid(counter: Counter, command: tuple[str, str]) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        said = SAID | {"Content-Type": media_type}
        await counter.refused(422, "invalid", *command, content=orjson.dumps(basket()), headers=said)


@pytest.mark.parametrize("command", SMALL, ids="".join)
async def test_a_body_of_a_megabyte_is_too_large(counter: Counter, command: tuple[str, str]) -> None:
    body = orjson.dumps(basket(padding="x" * MEGABYTE))
    refusal = await counter.refused(413, "too_large", *command, content=body, headers=SAID)
    assert refusal["limit"] == MAX_BODY == 65_536


async def drip(body: bytes) -> AsyncIterator[bytes]:
    """A body that does not say how long it is."""
    for start in range(0, len(body), 10_000):
        yield body[start : start + 10_000]


@pytest.mark.parametrize("command", SMALL, ids="".join)
async def test_a_megabyte_that_does_not_announce_itself_is_too_large(
    counter: Counter, command: tuple[str, str]
) -> None:
    body = orjson.dumps(basket(padding="x" * MEGABYTE))
    await counter.refused(413, "too_large", *command, content=drip(body), headers=SAID)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1" * 5_000, "1e2"])
async def test_a_number_json_does_not_have_is_never_a_quantity(counter: Counter, number: str) -> None:
    body = orjson.dumps(basket(("lamp", 7_777))).replace(b"7777", number.encode())
    before = await counter.store.head()
    answer = await counter.says("POST", "/orders", content=body, headers=SAID)
    assert (answer.status_code, answer.headers["content-type"]) in {
        (400, "application/problem+json"),
        (422, "application/problem+json"),
    }
    assert await counter.recorded(after=before) == []


async def test_of_a_key_said_twice_the_last_counts_and_both_are_checked_as_one(counter: Counter) -> None:
    body = orjson.dumps(basket(("lamp", 1)))
    twice = body.replace(b'"quantity":1', b'"quantity":1,"quantity":0')
    await counter.refused(422, "invalid", "POST", "/orders", content=twice, headers=SAID)


@pytest.mark.parametrize("depth", [100, 5_000, 20_000])
async def test_nesting_without_end_is_refused(counter: Counter, depth: int) -> None:
    body = b'{"items":' + b"[" * depth + b"]" * depth + b"}"
    before = await counter.store.head()
    answer = await counter.says("POST", "/orders", content=body, headers=SAID)
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert await counter.recorded(after=before) == []


async def test_lone_surrogates_are_invalid(counter: Counter) -> None:
    body = orjson.dumps(basket()).replace(b"Wilhelmina", b"\\ud800")
    await counter.refused(422, "invalid", "POST", "/orders", content=body, headers=SAID)
