"""The cookies of a session, over both kinds of origin, and that its tokens are nowhere else."""

from http.cookies import Morsel, SimpleCookie

import httpx
import pytest

from bff.caching import PUBLIC
from tests.unit.bff.shop import ACCEPTED, ADA, LOCAL, LOGIN, SECURE, Browser, FakeShop, door_of

TOKENS = ("aioutlet_access", "aioutlet_refresh")
CATALOGUE = "/bff/products/lamp"
NAMES = (*TOKENS, "aioutlet_csrf", "aioutlet_written")


def cookies_of(answer: httpx.Response) -> dict[str, Morsel[str]]:
    jar = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        jar.load(header)
    return dict(jar)


@pytest.mark.parametrize(("origin", "prefix"), [(LOCAL, ""), (SECURE, "__Host-")])
@pytest.mark.parametrize("path", ["login", "register"])
async def test_a_session_is_kept_in_cookies_by_the_rules_of_the_origin(
    shop: FakeShop, origin: str, prefix: str, path: str
) -> None:
    body = LOGIN if path == "login" else LOGIN | {"firstName": "Ada", "lastName": "L"}
    async with door_of(shop, origin) as door, Browser(door, origin) as browser:
        found = cookies_of(await browser.post(f"/bff/auth/{path}", json=body, headers=browser.page))
    assert set(found) == {f"{prefix}{name}" for name in NAMES}
    assert {found[f"{prefix}{name}"]["max-age"] for name in TOKENS} == {"600", "2592000"}
    for name, cookie in found.items():
        assert (cookie["path"], cookie["samesite"], cookie["domain"]) == ("/", "Lax", "")
        assert bool(cookie["httponly"]) is not name.endswith("csrf")
        assert bool(cookie["secure"]) is (origin == SECURE)


@pytest.mark.parametrize("verified", [True, False])
async def test_the_body_says_who_it_is_and_never_a_token(shop: FakeShop, verified: bool) -> None:
    shop.verified = verified
    async with door_of(shop) as door, Browser(door) as browser:
        answer = await browser.log_in()
        csrf = browser.kept("aioutlet_csrf")
        refreshed = await browser.post("/bff/auth/refresh", headers=browser.page)
    assert answer.json() == {
        "user": {**ADA, "emailVerified": verified},
        "requiresVerification": not verified,
        "csrfToken": csrf,
    }
    assert refreshed.json() == answer.json()
    assert not any(token in answer.text + refreshed.text for token in shop.secrets)


async def test_logging_out_ends_the_session_and_takes_its_cookies_away(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/auth/logout"] = ACCEPTED
    answer = await browser.post("/bff/auth/logout", headers=browser.page)
    assert (answer.status_code, answer.json()) == (200, {})
    assert {cookie["max-age"] for cookie in cookies_of(answer).values()} == {"0"}
    assert set(cookies_of(answer)) == set(NAMES)
    assert not any(browser.kept(name) for name in NAMES)
    assert (await browser.get("/bff/me")).json()["code"] == "unauthorised"


async def test_logging_out_of_a_session_that_has_ended_is_done_too(browser: Browser, shop: FakeShop) -> None:
    shop.revoke()
    assert (await browser.post("/bff/auth/logout", headers=browser.page)).status_code == 200
    assert not any(browser.kept(name) for name in NAMES)


async def test_who_cannot_be_logged_out_keeps_the_session_to_try_again(browser: Browser, shop: FakeShop) -> None:
    shop.answers["POST", "/auth/logout"] = httpx.Response(502)
    assert (await browser.post("/bff/auth/logout", headers=browser.page)).status_code == 503
    assert browser.kept("aioutlet_refresh")


async def test_ending_this_very_session_or_the_account_logs_out_and_another_session_does_not(
    browser: Browser, shop: FakeShop
) -> None:
    for path in ("/users/me/sessions/session-2", "/users/me/sessions/session-1", "/users/me"):
        shop.answers["DELETE", path] = ACCEPTED
    await browser.delete("/bff/me/sessions/session-2", headers=browser.page)
    assert browser.kept("aioutlet_refresh")
    await browser.delete("/bff/me/sessions/session-1", headers=browser.page)
    assert browser.kept("aioutlet_refresh") is None
    await browser.log_in()
    await browser.request("DELETE", "/bff/me", json={"password": "the correct horse"}, headers=browser.page)
    assert browser.kept("aioutlet_refresh") is None


@pytest.mark.parametrize(
    "cookie",
    ["", "nonsense", ".", "session-1.", ".token", '"session-1.a\\012X-Evil: 1"', "x" * 5_000, "session-1.é"],
)
async def test_a_cookie_may_be_anything(shop: FakeShop, cookie: str) -> None:
    async with door_of(shop) as door, Browser(door) as browser:
        headers = [(b"cookie", f"aioutlet_refresh={cookie}; aioutlet_access={cookie}".encode())]
        answer = await browser.get("/bff/me", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorised")
    assert shop.requests == []


async def test_every_answer_tells_browsers_what_it_may_not_be_used_for(shop: FakeShop) -> None:
    async with door_of(shop, SECURE) as door, Browser(door, SECURE) as browser:
        for path in ("/bff/me", CATALOGUE, "/health/live", "/nowhere"):
            headers = (await browser.get(path)).headers
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"
            assert headers["cache-control"] == ("private, no-store" if path != CATALOGUE else PUBLIC)
            assert headers["strict-transport-security"].startswith("max-age=")
