"""What may be kept of an answer and for how long, and in how few bytes it comes."""

import gzip
from typing import Any

import brotli
import httpx
import orjson
import pytest
import zstandard
from fastapi import FastAPI

from tests.unit.bff.shop import ORDER, PRODUCT, Browser, FakeShop, problem

LIST = "/bff/products"
MANY = {
    "items": [PRODUCT | {"productId": f"lamp-{number}"} for number in range(50)],
    "total": 50, "skip": 0, "limit": 50, "next": None,
    "facets": {name: [] for name in ("departments", "categories", "brands", "inStock", "ratings")},
}  # fmt: skip
DECODERS: dict[str, Any] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda content: zstandard.ZstdDecompressor().decompressobj().decompress(content),
}


async def ask(browser: Browser, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer and its body as it came over the wire."""
    headers = {"accept-encoding": ""} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with browser.stream("GET", path, headers=headers) as answer:
        return answer, b"".join([piece async for piece in answer.aiter_raw()])


@pytest.fixture
def full(shop: FakeShop) -> FakeShop:
    shop.answers["GET", "/products"] = MANY
    return shop


async def test_a_catalogue_answer_may_be_kept_for_seconds_by_everybody(browser: Browser, full: FakeShop) -> None:
    answer, _ = await ask(browser, LIST)
    assert answer.headers["cache-control"] == "public, max-age=5, stale-while-revalidate=25"
    assert {each.strip() for each in answer.headers["vary"].split(",")} == {"X-Min-Position", "Accept-Encoding"}
    assert answer.headers["etag"].startswith('"')
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("coding", ["", "br", "gzip", "zstd"])
@pytest.mark.parametrize("mark", ["", "W/", '"another", '])
async def test_who_has_an_answer_gets_only_its_head(browser: Browser, full: FakeShop, coding: str, mark: str) -> None:
    answer, _ = await ask(browser, LIST, accept_encoding=coding)
    tag = answer.headers["etag"]
    again, body = await ask(browser, LIST, accept_encoding=coding, if_none_match=f"{mark}{tag}")
    assert (again.status_code, body, again.headers["etag"]) == (304, b"", tag)
    assert again.headers["cache-control"] == answer.headers["cache-control"]
    assert "content-type" not in again.headers


async def test_an_answer_that_has_changed_is_sent(browser: Browser, full: FakeShop) -> None:
    tag = (await ask(browser, LIST))[0].headers["etag"]
    full.answers["GET", "/products"] = MANY | {"total": 51}
    answer, body = await ask(browser, LIST, if_none_match=tag)
    assert (answer.status_code, orjson.loads(body)["total"]) == (200, 51)
    assert answer.headers["etag"] != tag


async def test_each_coding_is_a_representation_of_its_own(browser: Browser, full: FakeShop) -> None:
    tags = {(await ask(browser, LIST, accept_encoding=coding))[0].headers["etag"] for coding in ("", *DECODERS)}
    assert len(tags) == 4


@pytest.mark.parametrize("coding", [*DECODERS])
async def test_a_large_answer_is_compressed_as_the_browser_takes_it(
    browser: Browser, full: FakeShop, coding: str
) -> None:
    _, plain = await ask(browser, LIST)
    answer, body = await ask(browser, LIST, accept_encoding=coding)
    assert (answer.headers["content-encoding"], int(answer.headers["content-length"])) == (coding, len(body))
    assert DECODERS[coding](body) == plain
    assert len(body) < len(plain) / 5


async def test_a_head_says_what_a_get_would(browser: Browser, full: FakeShop) -> None:
    answer, _ = await ask(browser, LIST, accept_encoding="br")
    head = await browser.head(LIST, headers={"accept-encoding": "br"})
    for name in ("etag", "cache-control", "content-encoding", "content-length", "vary"):
        assert head.headers[name] == answer.headers[name]
    assert head.content == b""


async def test_what_is_somebodys_own_is_kept_nowhere(browser: Browser, shop: FakeShop) -> None:
    shop.answers["GET", "/orders"] = {"items": [ORDER], "total": 1, "skip": 0, "limit": 20, "next": None}
    for path in ("/bff/me", "/bff/orders", "/bff/me/sessions"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
        assert "etag" not in answer.headers


async def test_what_is_refused_is_kept_nowhere(browser: Browser, shop: FakeShop) -> None:
    shop.answers["GET", "/products"] = problem(503, "stale")
    for path in (LIST, "/bff/products/nowhere"):
        assert (await browser.get(path)).headers["cache-control"] == "private, no-store"


async def test_an_answer_that_sets_a_cookie_is_kept_nowhere(browser: Browser, full: FakeShop) -> None:
    browser.cookies.delete("aioutlet_csrf")
    answer = await browser.get(LIST)
    assert answer.headers["set-cookie"].startswith("aioutlet_csrf=")
    assert answer.headers["cache-control"] == "private, no-store"


async def test_a_page_that_lacks_something_is_kept_nowhere(browser: Browser, shop: FakeShop) -> None:
    whole = await browser.get("/bff/products/lamp")
    shop.answers["GET", "/inventory/lamp"] = problem(503, "unavailable")
    lacking = await browser.get("/bff/products/lamp")
    assert whole.headers["cache-control"].startswith("public")
    assert (lacking.json()["degraded"], lacking.headers["cache-control"]) == (["stock"], "private, no-store")
    assert "etag" not in lacking.headers


async def test_reviews_are_asked_for_again_each_time(browser: Browser, shop: FakeShop) -> None:
    summary = {"average": None, "count": 0, "histogram": [0] * 5}
    shop.answers["GET", "/reviews/product/lamp"] = {"items": [], "total": 0, "next": None, "summary": summary}
    answer = await browser.get("/bff/reviews/product/lamp")
    assert answer.headers["cache-control"] == "private, no-cache"
    again = await browser.get("/bff/reviews/product/lamp", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_what_has_a_token_in_it_is_not_compressed(door: FastAPI, shop: FakeShop) -> None:
    long_name = {"firstName": "A" * 5_000}
    opened = shop.open()
    shop.answers["POST", "/auth/login"] = opened | {"user": opened["user"] | long_name}
    async with Browser(door) as browser:
        answer = await browser.log_in()
    assert answer.json()["csrfToken"]
    assert "content-encoding" not in answer.headers
    assert "etag" not in answer.headers
