"""The budgets of the pages: script, paint and shift on a slow machine, and a list that scrolls."""

from functools import partial

import pytest
from playwright.async_api import Browser, Page, expect

from tests.web.pace import best, measure
from tests.web.past import Past

SCRIPT, LCP, CLS, LONGEST, BUSY = 130_000, 1_500, 0.05, 100, 375
"""Bytes as Brotli has them, milliseconds, share of the screen that moved, milliseconds twice."""
PATHS = ["/", "/products", "/products/5568228"]
SIZES = [(360, 740), (1280, 900)]

DECODED = """
Promise.all([...document.images].filter((each) => each.loading == "eager").map((each) => each.decode().catch(() => 0)))
"""
paths = pytest.mark.parametrize("path", PATHS)
quiet = pytest.mark.exhaustive  # beside other tests the machine's own slowness is measured
sizes = pytest.mark.parametrize("size", SIZES, ids=str)


async def is_there(page: Page) -> None:
    """Wait until nothing is loading any more: no skeleton, and no picture of the first screen."""
    await page.locator("main h1").wait_for()
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await page.evaluate(DECODED)
    await page.evaluate("new Promise(requestAnimationFrame)")


async def scrolled(page: Page) -> None:
    """Scroll from the first product to the last and back; only what takes long meanwhile counts."""
    await is_there(page)
    height = await page.evaluate("seen.longest = 0, document.documentElement.scrollHeight")
    for step in [400] * (height // 400) + [-400] * (height // 400):
        await page.mouse.wheel(0, step)
        await page.evaluate("new Promise(requestAnimationFrame)")


@paths
async def test_a_first_page_has_little_script(browser: Browser, url: str, path: str) -> None:
    pace = await measure(browser, (url, path), size=SIZES[1], use=is_there)
    assert 0 < pace.script <= SCRIPT


@quiet
@sizes
@paths
async def test_the_largest_thing_is_painted_soon_on_a_slow_machine(
    browser: Browser, url: str, past: Past, path: str, size: tuple[int, int]
) -> None:
    once = partial(measure, browser, (url, path), size=size, use=is_there)
    found = await best(once, of=lambda pace: pace.lcp, within=LCP)
    assert 0 < found <= LCP


@quiet
@sizes
@paths
async def test_a_page_takes_little_of_a_processor_however_busy_that_is(
    browser: Browser, url: str, past: Past, path: str, size: tuple[int, int]
) -> None:
    once = partial(measure, browser, (url, path), size=size, use=is_there, slowdown=1)
    assert 0 < await best(once, of=lambda pace: pace.busy, within=BUSY) <= BUSY


@sizes
@paths
async def test_nothing_moves_while_a_page_comes(
    browser: Browser, url: str, past: Past, path: str, size: tuple[int, int]
) -> None:
    once = partial(measure, browser, (url, path), size=size, use=is_there)
    assert await best(once, of=lambda pace: pace.cls, within=CLS) <= CLS


@quiet
@sizes
async def test_a_list_scrolls_without_a_long_task(browser: Browser, url: str, size: tuple[int, int]) -> None:
    once = partial(measure, browser, (url, "/products"), size=size, use=scrolled)
    assert await best(once, of=lambda pace: pace.longest, within=LONGEST) <= LONGEST
