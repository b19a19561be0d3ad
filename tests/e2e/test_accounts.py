"""Accounts through the door for browsers: sessions in several processes, and whoever is to be refused."""

import asyncio
from collections import Counter as Tally
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import httpx
import jwt
import pytest

from aioutlet.services import BFF, service
from aioutlet.settings import Settings
from bff.csrf import CsrfTokens
from identity.tokens import TokenIssuer
from schemas.security import AccessDenied
from schemas.stream_names import user_stream
from tests.browser import ACCESS, CSRF, REFRESH, Browser
from tests.e2e.account_walk import A_MOMENT, FIRST, NAME, Place, Walk, ended
from tests.e2e.logs import reading
from tests.e2e.running import SECRET, ShopProcess


@pytest.fixture
async def another_door(shop: ShopProcess) -> AsyncIterator[str]:
    """A second process of the door, which has not seen what the first one has."""
    addresses = shop.addresses()
    settings = Settings(
        token_secret=SECRET, bff_port=0, command_url=addresses["commandApi"], query_url=addresses["queryApi"]
    )
    async with service(BFF, settings) as url:
        yield url


async def test_two_tabs_that_refresh_at_once_both_go_on(place: Place, another_door: str) -> None:
    walk = Walk(place)
    async with walk.browser() as tab, Browser(another_door) as other:
        await walk.register(tab)
        spent = tab.cookie(REFRESH)
        other.take_cookies_of(tab)
        await asyncio.gather(*(each.post("/bff/auth/refresh") for each in (tab, tab, other, other)))
        assert tab.cookie(REFRESH) == other.cookie(REFRESH) != spent
        for each in (tab, other):
            assert (await each.get("/bff/me"))["email"] == walk.email


async def test_a_token_that_was_spent_long_ago_ends_its_session_and_is_recorded_and_mailed(
    place: Place, another_door: str
) -> None:
    walk = Walk(place)
    async with walk.browser() as owner, Browser(another_door) as thief:
        await walk.register(owner)
        await walk.verify(owner)
        thief.take_cookies_of(owner)
        for _ in range(2):
            await owner.post("/bff/auth/refresh")
        await thief.refused(401, "session_ended", "POST", "/bff/auth/refresh")
        await ended(owner)
        await owner.refused(401, "unauthorised", "GET", "/bff/me")
    reused = await place.log.event("auth.token.reuse.detected", user_stream(walk.user_id))
    revoked = await place.log.event("auth.session.revoked", user_stream(walk.user_id))
    assert (reused.correlation_id, revoked.correlation_id) == (thief.correlation, thief.correlation)
    assert "used" in (await walk.mail("security-alert")).text


def forged(token: str) -> list[str]:
    """Tokens that are no access tokens, made from one that is."""
    head, _, signature = token.split(".")
    said, kid = jwt.decode(token, options={"verify_signature": False}), jwt.get_unverified_header(token)["kid"]
    admin = jwt.encode(said | {"roles": ["admin"], "actorType": "admin"}, "x" * 32, headers={"kid": kid})
    tampered = f"{head}.{admin.split('.')[1]}.{signature}"
    unsigned = [jwt.encode(said, "", algorithm="none", headers=each) for each in ({}, {"kid": kid})]
    foreign = [
        admin,
        jwt.encode(said, "x" * 32, headers={"kid": "another"}),
        jwt.encode(said, SECRET, headers={"kid": kid}),
    ]
    expired = TokenIssuer(SECRET, clock=lambda: datetime.now(UTC) - timedelta(hours=2)).issue("ada")
    return [tampered, *unsigned, *foreign, expired]


async def check_refused(addresses: Mapping[str, str], token: str, code: str, *, within: float = 0.0) -> None:
    """See that both services behind the door refuse a bearer token, that of queries after so many seconds at most."""
    bearer, begun = {"Authorization": f"Bearer {token}"}, monotonic()
    async with httpx.AsyncClient(headers=bearer) as client:
        changed = await client.patch(f"{addresses['commandApi']}/users/me", json={})
        while (shown := await client.get(f"{addresses['queryApi']}/users/me")).is_success:
            assert monotonic() - begun < within, shown.text
        for answer in (changed, shown):
            assert (answer.status_code, answer.json()["code"]) == (401, code), answer.text


async def denied(log: str) -> dict[tuple[str, str], int]:
    """How often each route refused with each code."""
    counts = Tally[tuple[str, str]]()
    async with reading(log, whole=True) as whole:
        await whole.read()
        for event in (each.event for each in whole.events):
            if isinstance(event, AccessDenied):
                counts[event.route, event.code] += event.count
    return counts


async def test_whatever_is_forged_is_refused_with_its_code_and_recorded(tmp_path: Path) -> None:
    settings = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false"}
    with ShopProcess(tmp_path / "var", settings) as own:
        addresses = own.addresses()
        async with Browser(addresses["bff"]) as ada, Browser(addresses["bff"]) as eve:
            person = NAME | {"email": "ada@example.org", "password": FIRST}
            await ada.post("/bff/auth/register", 201, json=person)
            await _check_forged_requests(ada)
            access, session = ada.cookie(ACCESS), ada.cookie(REFRESH).partition(".")[0]
            for token in forged(access):
                await check_refused(addresses, token, "unauthorised")
                eve.client.cookies.update({ACCESS: token, REFRESH: f"{session}.{'x' * 70}"})
                await eve.refused(401, "session_ended", "GET", "/bff/me")
            assert (await ada.get("/bff/me"))["firstName"] == NAME["firstName"]
            await ada.post("/bff/auth/logout")
            await check_refused(addresses, access, "session_ended", within=A_MOMENT)
        own.stop()
        own.ended()
        assert await denied(addresses["log"]) == {
            ("/bff/me", "csrf_failed"): 4,
            ("/bff/me", "origin_refused"): 3,
            ("/bff/me", "session_ended"): 7,
            ("/auth/refresh", "session_ended"): 7,
            ("/users/me", "unauthorised"): 21,
            ("/users/me", "session_ended"): 2,
        }


async def _check_forged_requests(ada: Browser) -> None:
    change, token = {"json": {"firstName": "Eve"}}, ada.cookie(CSRF)
    for wrong in ("", token[:-1], token[::-1], CsrfTokens(SECRET).issue("another session")):
        await ada.refused(403, "csrf_failed", "PATCH", "/bff/me", headers={"X-CSRF-Token": wrong}, **change)
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        await ada.refused(403, "origin_refused", "PATCH", "/bff/me", headers={"Origin": origin}, **change)
