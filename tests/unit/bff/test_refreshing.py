"""An access token that has run out is refreshed once, silently, whoever finds it and however many at the same time."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from bff.refreshing import Refresher
from bff.tokens import Session
from tests.unit.bff.shop import ACCEPTED, BASKET, PLACED, PROFILE, Browser, FakeShop, door_of, problem

REFRESH = ("POST", "/auth/refresh")


async def test_five_requests_that_find_it_at_the_same_moment_refresh_it_once(browser: Browser, shop: FakeShop) -> None:
    shop.expire()
    answers = await asyncio.gather(*(browser.get("/bff/me") for _ in range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(shop.sent(*REFRESH)) == 1
    cookies = {answer.cookies["aioutlet_refresh"] for answer in answers}
    assert len(cookies) == 1
    assert cookies == {browser.kept("aioutlet_refresh")}


async def test_those_that_find_it_after_the_refresh_but_were_sent_before_it_share_it_too(
    browser: Browser, shop: FakeShop
) -> None:
    shop.expire()
    release, waiting = asyncio.Event(), asyncio.Barrier(5)

    async def late(request: httpx.Request) -> httpx.Response:
        await waiting.wait()
        await release.wait()
        return problem(401, "unauthorised")

    async def answer_late(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=PROFILE)

    held = set(range(4))
    original = shop.answer

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/users/me" and held:
            held.pop()
            return await late(request)
        return await original(request)

    async with door_of(shop) as _:
        pass
    shop.answer = answer  # type: ignore[method-assign]
    async with door_of(shop) as door:
        tabs = [Browser(door) for _ in range(5)]
        for tab in tabs:
            tab.cookies = browser.cookies
        slow = [asyncio.create_task(tab.get("/bff/me")) for tab in tabs[:4]]
        await waiting.wait()
        assert (await tabs[4].get("/bff/me")).status_code == 200
        release.set()
        assert [answer.status_code for answer in await asyncio.gather(*slow)] == [200] * 4
    assert len(shop.sent(*REFRESH)) == 1
