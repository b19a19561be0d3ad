"""The built site at the BFF: which file is answered, in which coding, kept for how long, and with which policy."""

import gzip
from pathlib import Path

import brotli
import httpx
import pytest
from fastapi import FastAPI

from bff.web import pages
from bff.web.accepting import accepts_html, choose_coding
from bff.web.files import Site, read_site
from tests.unit.bff.shop import Browser, FakeShop, door_of

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
INDEX, SCRIPT = b"<!doctype html><title>AIOutlet</title>", b"console" * 400


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    (tmp_path / "assets").mkdir()
    for name, content in {"index.html": INDEX, "assets/index-abc.js": SCRIPT, "robots.txt": b"User-agent: *"}.items():
        (tmp_path / name).write_bytes(content)
        (tmp_path / f"{name}.br").write_bytes(brotli.compress(content))
        (tmp_path / f"{name}.gz").write_bytes(gzip.compress(content))
    site = read_site(tmp_path)
    monkeypatch.setattr(pages, "built_site", lambda: site)
    return site


async def ask(door: FastAPI, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """The answer to a visitor, and its body as it came over the wire."""
    async with Browser(door) as browser:
        named = {"accept-encoding": ""} | {name.replace("_", "-"): value for name, value in headers.items()}
        async with browser.stream("GET", path, headers=named) as answer:
            return answer, b"".join([piece async for piece in answer.aiter_raw()])


@pytest.mark.parametrize("path", ["/", "/products", "/products/5568228", "/orders/a.b", "/bffalo", "/healthy"])
async def test_every_address_of_the_application_is_its_first_page(door: FastAPI, site: Site, path: str) -> None:
    answer, body = await ask(door, path, **HTML)
    assert (answer.status_code, body) == (200, INDEX)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "public, no-cache"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200), ("/orders", 200), ("/orders/", 200), ("/orders/o-1", 200), ("/orders/a.b", 200),
        ("/orders/o-1/x", 404), ("/order", 404), ("/no/such/page", 404), ("/index.html", 200),
    ],
)  # fmt: skip
async def test_an_address_that_no_page_has_is_not_found_and_the_application_says_so(
    door: FastAPI, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, status: int
) -> None:
    (tmp_path / "addresses.json").write_text('["/", "/orders", "/orders/$orderId"]')
    monkeypatch.setattr(pages, "built_site", lambda: read_site(tmp_path))
    answer, body = await ask(door, path, **HTML)
    assert (answer.status_code, body) == (status, INDEX)


async def test_the_page_may_load_only_what_is_ours_and_nothing_written_in_it(door: FastAPI, site: Site) -> None:
    answer, _ = await ask(door, "/", **HTML)
    policy = dict(each.split(" ", 1) for each in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert {policy[kind] for kind in ("script-src", "style-src", "img-src", "connect-src")} == {"'self'"}
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/bff", "/bff/", "/bff/nothing", "/health", "/metrics", "/openapi.json"])
async def test_the_paths_of_the_bff_are_no_pages(door: FastAPI, site: Site, path: str) -> None:
    answer, body = await ask(door, path, **HTML)
    assert body != INDEX
    assert "text/html" not in answer.headers["content-type"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", "image/avif,image/*", "text/html;q=0", ""])
async def test_who_asks_for_no_page_is_told_that_there_is_no_file(door: FastAPI, site: Site, accept: str) -> None:
    answer, _ = await ask(door, "/assets/index-old.js", accept=accept)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "immutable" not in answer.headers["cache-control"]


async def test_a_file_named_by_its_content_is_kept_for_ever_and_any_other_asked_for_again(
    door: FastAPI, site: Site
) -> None:
    script, _ = await ask(door, "/assets/index-abc.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    robots, _ = await ask(door, "/robots.txt")
    assert robots.headers["cache-control"] == "public, no-cache"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("deflate", None),
        ("", None),
        ("br;q=x", None),
    ],
)
async def test_a_file_comes_as_it_was_compressed_when_it_was_built(
    door: FastAPI, site: Site, accepted: str, coding: str | None
) -> None:
    answer, body = await ask(door, "/assets/index-abc.js", accept_encoding=accepted)
    decode = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert (answer.headers.get("content-encoding"), decode(body)) == (coding, SCRIPT)
    assert "Accept-Encoding" in answer.headers["vary"]
    if coding:
        assert body == site.find("assets/index-abc.js").codings[coding]  # type: ignore[union-attr]


@pytest.mark.parametrize("coding", ["", "br", "gzip"])
async def test_who_has_the_page_gets_only_its_head(door: FastAPI, site: Site, coding: str) -> None:
    answer, _ = await ask(door, "/", **HTML, accept_encoding=coding)
    again, body = await ask(door, "/", **HTML, accept_encoding=coding, if_none_match=answer.headers["etag"])
    assert (again.status_code, body) == (304, b"")


@pytest.mark.parametrize("path", ["/../pages.py", "/assets/../../pages.py", "/%2e%2e/pages.py", "/assets/%2e%2e/x"])
async def test_nothing_outside_the_site_is_a_file_of_it(door: FastAPI, site: Site, path: str) -> None:
    answer, _ = await ask(door, path, accept="*/*")
    assert answer.status_code == 404


async def test_a_page_is_only_read(browser: Browser, site: Site) -> None:
    answer = await browser.post("/products", headers=browser.page)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    head = await browser.head("/", headers=HTML)
    assert (head.status_code, head.content, int(head.headers["content-length"]) > 0) == (200, b"", True)


async def test_a_site_that_is_not_built_says_how_to_build_it(
    door: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "built_site", lambda: read_site(tmp_path / "none"))
    async with Browser(door) as browser:
        answer = await browser.get("/", headers=HTML)
    assert (answer.status_code, answer.json()["detail"]) == (404, "the web is not built: run `make web`")


async def test_over_https_the_page_says_that_it_stays_so(shop: FakeShop, site: Site) -> None:
    async with door_of(shop, "https://shop.example.org") as door, Browser(door, "https://shop.example.org") as browser:
        answer = await browser.get("/", headers=HTML)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_a_coding_that_is_refused_by_name_is_not_taken_for_any() -> None:
    assert choose_coding("br;q=0, *", ("br", "gzip")) == "gzip"
    assert not accepts_html("*/*")
