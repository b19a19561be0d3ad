"""An Idempotency-Key on commands for accounts: a repeat gets the first answer, and nothing happens twice."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.integration.doors.counter import ADDRESS, ANN, Counter, key
from tests.integration.doors.test_accounts import EMAIL, PASSWORD, Session, bearer, events_of, joined, log_in
from tests.integration.doors.test_idempotency import replayed

OTHER_ADDRESS = ADDRESS | {"line1": "10 Downing Street"}
Asked = tuple[str, str, dict[str, Any] | None]
OWN: dict[str, tuple[Asked, Asked]] = {
    "names": (("PATCH", "/users/me", {"firstName": "Mina"}), ("PATCH", "/users/me", {"firstName": "Minna"})),
    "a new address": (
        ("POST", "/users/me/addresses", {"address": ADDRESS}),
        ("POST", "/users/me/addresses", {"address": OTHER_ADDRESS}),
    ),
    "an address": (
        ("PUT", "/users/me/addresses/home", {"address": ADDRESS}),
        ("PUT", "/users/me/addresses/home", {"address": OTHER_ADDRESS}),
    ),
    "another address": (
        ("PUT", "/users/me/addresses/home", {"address": ADDRESS}),
        ("PUT", "/users/me/addresses/work", {"address": ADDRESS}),
    ),
    "no address": (("DELETE", "/users/me/addresses/home", None), ("DELETE", "/users/me/addresses/work", None)),
    "a mail address": (
        ("POST", "/users/me/email", {"email": "mina@example.net", "password": PASSWORD}),
        ("POST", "/users/me/email", {"email": "minna@example.net", "password": PASSWORD}),
    ),
}
"""What a person asks for, and something else under the same key."""
OF_ADMINS: dict[str, tuple[Asked, Asked]] = {
    "roles": (
        ("PUT", "/users/{}/roles", {"roles": ["operator"]}),
        ("PUT", "/users/{}/roles", {"roles": ["analyst"]}),
    ),
    "an end": (
        ("POST", "/users/{}/deactivate", {"reason": "fraud"}),
        ("POST", "/users/{}/deactivate", {"reason": "a mistake"}),
    ),
    "sessions": (("DELETE", "/users/{}/sessions", None), ("DELETE", "/users/somebody/sessions", None)),
}


async def check(
    counter: Counter, ask: Callable[[Asked], Awaitable[Any]], asked: tuple[Asked, Asked], session: Session
) -> None:
    """Ask twice for the same and once for something else, under one key."""
    first = await ask(asked[0])
    assert first.is_success, first.text
    events = await events_of(counter, session)
    again = await ask(asked[0])
    assert (again.status_code, again.json(), replayed(again)) == (first.status_code, first.json(), True)
    other = await ask(asked[1])
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await events_of(counter, session) == events


@pytest.mark.parametrize("asked", OWN.values(), ids=OWN)
async def test_what_a_person_asks_for_happens_once(counter: Counter, asked: tuple[Asked, Asked]) -> None:
    session = await joined(counter)

    async def ask(each: Asked) -> Any:
        return await counter.says(each[0], each[1], json=each[2], headers=bearer(session) | key("k"))

    await check(counter, ask, asked, session)


@pytest.mark.parametrize("asked", OF_ADMINS.values(), ids=OF_ADMINS)
async def test_what_an_admin_asks_for_happens_once(counter: Counter, asked: tuple[Asked, Asked]) -> None:
    session = await joined(counter)

    async def ask(each: Asked) -> Any:
        path = each[1].format(session["user"]["userId"])
        return await counter.says(each[0], path, json=each[2], headers=ANN | key("k"))

    await check(counter, ask, asked, session)


async def test_an_account_is_created_once_and_a_repeat_is_told_its_id(counter: Counter) -> None:
    body = {"email": EMAIL, "firstName": "O", "lastName": "P"}
    first, again = [await counter.says("POST", "/users", json=body, headers=ANN | key("k")) for _ in range(2)]
    assert (first.status_code, again.status_code, replayed(again)) == (201, 201, True)
    assert again.json() == first.json()
    other = body | {"firstName": "Q"}
    await counter.refused(422, "idempotency_key_reused", "POST", "/users", json=other, headers=ANN | key("k"))


async def test_a_key_is_its_callers_alone(counter: Counter) -> None:
    mina, other = await joined(counter), await joined(counter, email="eve@example.org")
    for session in (mina, other):
        answer = await counter.says(
            "PATCH", "/users/me", json={"firstName": "Same"}, headers=bearer(session) | key("k")
        )
        assert (answer.status_code, replayed(answer)) == (200, False)
    assert (await log_in(counter))["user"]["firstName"] == "Same"


async def test_no_fingerprint_of_a_password_is_kept(counter: Counter) -> None:
    """So another password under the same key is the same request."""
    session = await joined(counter)
    asked = {"email": "mina@example.net", "password": PASSWORD}
    said = {"headers": bearer(session) | key("k")}
    first = await counter.says("POST", "/users/me/email", json=asked, **said)
    again = await counter.says("POST", "/users/me/email", json=asked | {"password": "another"}, **said)
    assert (first.status_code, again.json(), replayed(again)) == (202, first.json(), True)
