"""Sessions of browsers as time goes by: the door for browsers before the command API, both by a clock of the test's."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from prometheus_client import CollectorRegistry

from bff.main import BffOptions, build_app
from bff.origin import public_origin
from identity.sessions import GRACE
from identity.tokens import LEEWAY, TOKEN_LIFE
from schemas.stream_names import user_stream
from tests.accounts import SECRET
from tests.browser import ACCESS, REFRESH, Browser
from tests.integration.doors.counter import Counter
from tests.services_client import client_over

ORIGIN = "http://localhost:4000"
PERSON = {
    "email": "wil@example.org",
    "password": "correct horse battery staple",
    "firstName": "Wilhelmina",
    "lastName": "Featherstone",
}
A_MOMENT = timedelta(seconds=1)
NewDoor = Callable[[], Browser]


@pytest.fixture
async def door(counter: Counter) -> AsyncIterator[NewDoor]:
    """Returns a browser before a process of its own of the door."""
    async with AsyncExitStack() as ends:
        client = await ends.enter_async_context(client_over(httpx.ASGITransport(counter.app)))
        options = BffOptions(
            command_url="http://commands",
            query_url="http://queries",
            origin=public_origin(ORIGIN),
            csrf_secret=SECRET,
            guest_token=str,
            token_of_guest=str,
        )

        def open_door() -> Browser:
            app = build_app(replace(options, registry=CollectorRegistry()), client)
            browser = Browser(ORIGIN, httpx.ASGITransport(app))
            ends.push_async_callback(browser.client.aclose)
            return browser

        yield open_door


async def joined(browser: Browser) -> str:
    """Open an account; its stream."""
    session = await browser.post("/bff/auth/register", 201, json=PERSON)
    return user_stream(session["user"]["userId"])


async def change(browser: Browser) -> httpx.Response:
    return await browser.ask("PATCH", "/bff/me", json={"firstName": "Mina"})


async def test_a_token_that_ran_out_is_refreshed_once_however_many_tabs_find_it(
    counter: Counter, door: NewDoor
) -> None:
    browser = door()
    await joined(browser)
    counter.clock.pass_(TOKEN_LIFE + timedelta(seconds=LEEWAY))
    expired, spent = browser.cookie(ACCESS), browser.cookie(REFRESH)
    await counter.refused(401, "unauthorised", "PATCH", "/users/me", json={}, headers=bearer(expired))
    answers = await asyncio.gather(*(change(browser) for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.cookies.get(REFRESH) for answer in answers} | {spent}) == 2


async def test_a_spent_token_is_good_within_its_grace_in_every_process_of_the_door(
    counter: Counter, door: NewDoor
) -> None:
    tab, other = door(), door()
    await joined(tab)
    other.take_cookies_of(tab)
    await tab.post("/bff/auth/refresh")
    counter.clock.pass_(GRACE - A_MOMENT)
    await other.post("/bff/auth/refresh")
    assert other.cookie(REFRESH) == tab.cookie(REFRESH)
    assert [(await change(each)).status_code for each in (tab, other)] == [200, 200]


async def test_a_spent_token_that_comes_after_its_grace_ends_the_session_of_both_and_is_recorded(
    counter: Counter, door: NewDoor
) -> None:
    owner, thief = door(), door()
    stream = await joined(owner)
    thief.take_cookies_of(owner)
    await owner.post("/bff/auth/refresh")
    counter.clock.pass_(GRACE + A_MOMENT)
    await thief.refused(401, "session_ended", "POST", "/bff/auth/refresh")
    assert (thief.cookie(REFRESH), thief.cookie(ACCESS)) == ("", "")
    assert (await change(owner)).json()["code"] == "session_ended"
    assert owner.cookie(REFRESH) == ""
    *_, reused, revoked = await counter.store.stream(stream)
    assert (reused.type, revoked.type) == ("auth.token.reuse.detected", "auth.session.revoked")
    assert {reused.correlation_id, revoked.correlation_id} == {thief.correlation}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
