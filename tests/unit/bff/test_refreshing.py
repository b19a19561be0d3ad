"""An access token that has run out is refreshed once, silently, whoever finds it and however many at the same time."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from bff.refreshing import Refresher
from bff.tokens import Session
from tests.unit.bff.shop import ACCEPTED, BASKET, PLACED, PROFILE, Browser, FakeShop, door_of, problem

REFRESH = ("POST", "/auth/refresh")
COOKIES = ("aioutlet_access", "aioutlet_refresh", "aioutlet_csrf")


async def test_five_requests_that_find_it_at_the_same_moment_refresh_it_once(browser: Browser, shop: FakeShop) -> None:
    shop.expire()
    answers = await asyncio.gather(*(browser.get("/bff/me") for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(shop.sent(*REFRESH)) == 1
    assert {answer.cookies["aioutlet_refresh"] for answer in answers} == {browser.kept("aioutlet_refresh")}
    assert len({answer.cookies["aioutlet_access"] for answer in answers}) == 1


async def test_those_that_are_told_so_only_after_it_was_refreshed_share_it(door: FastAPI, shop: FakeShop) -> None:
    expired, refreshed = asyncio.Barrier(5), asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"] == old:
            await expired.wait()
            await refreshed.wait()
            return problem(401, "unauthorised")
        return httpx.Response(200, json=PROFILE)

    async with Browser(door) as browser:
        await browser.log_in()
        old = f"Bearer {browser.kept('aioutlet_access')}"
        shop.answers["GET", "/users/me"] = answer
        tabs = [asyncio.create_task(browser.get("/bff/me")) for _ in range(4)]
        cookies = {name: browser.kept(name) or "" for name in COOKIES}
        await expired.wait()
        first = await browser.post("/bff/auth/refresh", headers=browser.page)
        refreshed.set()
        answers = await asyncio.gather(*tabs)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert {answer.cookies["aioutlet_refresh"] for answer in answers} == {first.cookies["aioutlet_refresh"]}
    assert cookies["aioutlet_refresh"] != first.cookies["aioutlet_refresh"]
    assert len(shop.sent(*REFRESH)) == 1


async def test_a_token_whose_cookie_has_run_out_is_refreshed_before_anything_is_asked(
    browser: Browser, shop: FakeShop
) -> None:
    browser.cookies.delete("aioutlet_access")
    assert (await browser.get("/bff/me")).status_code == 200
    assert len(shop.sent("GET", "/users/me")) == len(shop.sent(*REFRESH)) == 1
    assert browser.kept("aioutlet_access")


@pytest.mark.parametrize("code", ["unauthorised", "token_expired", "session_ended", "email_not_verified"])
async def test_a_command_that_was_refused_for_its_token_is_sent_again_once_with_its_body(
    browser: Browser, shop: FakeShop, code: str
) -> None:
    refusals = [problem(403 if "email" in code else 401, code)]

    async def answer(request: httpx.Request) -> httpx.Response:
        return refusals.pop() if refusals else httpx.Response(201, json=PLACED)

    shop.answers["POST", "/orders"] = answer
    answered = await browser.post("/bff/orders", json=BASKET, headers=browser.page | {"Idempotency-Key": "k1"})
    first, second = shop.sent("POST", "/orders")
    assert answered.status_code == 201
    assert first.content == second.content != b""
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "k1"
    assert first.headers["authorization"] != second.headers["authorization"]


@pytest.mark.parametrize(
    ("status", "code"), [(403, "forbidden"), (401, "login_failed"), (409, "conflict"), (500, "internal")]
)
async def test_a_command_that_was_refused_for_anything_else_is_not_sent_again(
    browser: Browser, shop: FakeShop, status: int, code: str
) -> None:
    shop.answers["POST", "/auth/password"] = problem(status, code)
    body = {"currentPassword": "the correct horse", "newPassword": "another battery"}
    answer = await browser.post("/bff/auth/password", json=body, headers=browser.page)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(shop.sent("POST", "/auth/password")) == 1
    assert shop.sent(*REFRESH) == []


async def test_a_command_whose_answer_was_lost_is_not_sent_again(browser: Browser, shop: FakeShop) -> None:
    async def lose(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("lost")

    shop.answers["POST", "/auth/verify-email/resend"] = lose
    assert (await browser.post("/bff/auth/verify-email/resend", headers=browser.page)).status_code == 503
    assert len(shop.sent("POST", "/auth/verify-email/resend")) == 1


async def test_a_session_that_has_ended_is_said_to_have_and_its_cookies_go(browser: Browser, shop: FakeShop) -> None:
    shop.revoke()
    answers = await asyncio.gather(*(browser.get("/bff/me") for _ in range(5)))
    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(401, "session_ended")}
    assert not any(browser.kept(name) for name in COOKIES)


async def test_a_person_whose_new_token_is_refused_too_has_no_session_any_more(
    browser: Browser, shop: FakeShop
) -> None:
    shop.answers["GET", "/users/me"] = problem(401, "unauthorised")
    assert (await browser.get("/bff/me")).json()["code"] == "session_ended"
    assert len(shop.sent("GET", "/users/me")) == 2
    assert browser.kept("aioutlet_refresh") is None


@pytest.mark.parametrize("status", [502, 503])
async def test_while_it_cannot_be_refreshed_the_session_stays(browser: Browser, shop: FakeShop, status: int) -> None:
    shop.expire()
    shop.answers["POST", "/auth/refresh"] = httpx.Response(status)
    answer = await browser.get("/bff/me")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert browser.kept("aioutlet_refresh")
    del shop.answers["POST", "/auth/refresh"]
    assert (await browser.get("/bff/me")).status_code == 200


async def test_new_cookies_are_set_on_a_refusal_too(browser: Browser, shop: FakeShop) -> None:
    shop.expire()
    answer = await browser.get("/bff/orders/o2")
    assert answer.status_code == 404
    assert {"aioutlet_access", "aioutlet_refresh"} <= set(answer.cookies)


async def test_the_csrf_token_stays_when_the_session_is_refreshed(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/auth/verify-email/resend"] = ACCEPTED
    token = browser.kept("aioutlet_csrf")
    shop.expire()
    for _ in range(2):
        assert (await browser.post("/bff/auth/verify-email/resend", headers=browser.page)).status_code == 202
        assert browser.kept("aioutlet_csrf") == token


async def test_what_everybody_may_see_refreshes_nothing(browser: Browser, shop: FakeShop) -> None:
    browser.cookies.delete("aioutlet_access")
    shop.revoke()
    assert (await browser.get("/bff/products/lamp")).status_code == 200
    assert shop.sent(*REFRESH) == []


async def test_who_leaves_during_a_refresh_does_not_end_it_for_others(door: FastAPI, shop: FakeShop) -> None:
    asked, release = asyncio.Event(), asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        asked.set()
        await release.wait()
        return httpx.Response(200, json=shop.open())

    async with Browser(door) as browser:
        await browser.log_in()
        browser.cookies.delete("aioutlet_access")
        shop.answers["POST", "/auth/refresh"] = slow
        leaver = asyncio.create_task(browser.get("/bff/me"))
        await asked.wait()
        stayer = asyncio.create_task(browser.get("/bff/me"))
        leaver.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaver
        release.set()
        assert (await stayer).status_code == 200
    assert len(shop.sent(*REFRESH)) == 1


async def test_a_refreshed_session_is_given_again_only_for_a_while_and_a_failure_never(shop: FakeShop) -> None:
    asked: list[str] = []

    async def ask(token: str) -> Session:
        asked.append(token)
        if token == "bad":
            raise ZeroDivisionError
        return Session.model_validate(shop.open())

    keeping, forgetting = Refresher(), Refresher(keep=0)
    assert await keeping.refresh("a", ask) == await keeping.refresh("a", ask)
    assert await forgetting.refresh("a", ask) != await forgetting.refresh("a", ask)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            await keeping.refresh("bad", ask)
    assert asked == ["a", "a", "a", "bad", "bad"]


def test_a_session_is_shown_without_its_tokens(shop: FakeShop) -> None:
    session = Session.model_validate(shop.open())
    assert not any(token in repr(session) for token in shop.secrets)


async def test_verifying_the_address_gives_the_browser_its_roles_at_once(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/auth/verify-email"] = ACCEPTED | {"userId": "ada-id"}
    before = browser.kept("aioutlet_access")
    answer = await browser.post("/bff/auth/verify-email", json={"token": "t"}, headers=browser.page)
    assert answer.json() == ACCEPTED | {"userId": "ada-id"}
    assert browser.kept("aioutlet_access") != before


async def test_verifying_it_without_a_session_or_with_one_that_has_ended_works_too(
    browser: Browser, shop: FakeShop, door: FastAPI
) -> None:
    shop.answers["POST", "/auth/verify-email"] = ACCEPTED | {"userId": "ada-id"}
    shop.revoke()
    assert (await browser.post("/bff/auth/verify-email", json={"token": "t"}, headers=browser.page)).status_code == 200
    assert browser.kept("aioutlet_refresh") is None
    async with door_of(shop) as another, Browser(another) as stranger:
        assert (await stranger.post("/bff/auth/verify-email", json={"token": "t"})).status_code == 200
    assert (await browser.post("/bff/auth/refresh")).json()["code"] == "session_ended"
