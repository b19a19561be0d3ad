"""A person's browser before the built site: what it complains of is kept, and so is whom it asks."""

import os
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright, expect

from tests.browser import new_address
from tests.services.chromium import find_chromium, is_sandboxed
from tests.services.fixtures import REQUIRED
from tests.services.part import Missing
from tests.services.waiting import STUCK_AFTER

AXE = (Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OF_COLOURS = ("color-contrast", "link-in-text-block")
THEMES = {"light": RULES, "dark": OF_COLOURS}
"""The rules to hold a page against in each: another theme has other colours, and nothing else."""
WITHIN = int(STUCK_AFTER * 1_000)
"""Milliseconds in which a page shows what is expected; many run at once."""
OURS = ("data:", "blob:", "about:")


@dataclass
class Complaints:
    """What must not happen while a page is used."""

    lines: list[str] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    """Parts of lines that a test brings about itself, such as a refusal's status."""

    def note(self, line: str) -> None:
        """Keep a line, unless it is allowed."""
        if not any(each in line for each in self.allowed):
            self.lines.append(line)


class Visit:
    """One person's visit: a page, the shop it is of, and what it complained of."""

    def __init__(self, url: str, page: Page) -> None:
        self.url = url
        self.page = page
        self.complaints = Complaints()
        self.watch(page)

    def watch(self, page: Page) -> None:
        """Keep the complaints of a page, also of one more tab."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.note(f"page error: {error}"))
        page.on("request", self._on_request)

    async def go(self, path: str) -> None:
        """Open an address of the shop, and wait until its page is there."""
        await self.page.goto(self.url + path)
        await self.page.locator("main h1").first.wait_for()

    async def check(self) -> None:
        """Hold the page as it is against axe's rules, in both themes."""
        for theme, rules in THEMES.items():
            await self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            assert not (found := await violations(self.page, rules)), f"{theme}: {found}"

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.note(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(OURS) and urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.complaints.note(f"asked somebody else: {request.url}")


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Debian's Chromium; a test without it is skipped, unless everything is required."""
    try:
        path = find_chromium(say=lambda _: None)
    except Missing as missing:
        if REQUIRED in os.environ:
            raise
        pytest.skip(str(missing))
    expect.set_options(timeout=WITHIN)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, chromium_sandbox=is_sandboxed())
        yield browser
        await browser.close()


@asynccontextmanager
async def visiting(browser: Browser, url: str, **options: Any) -> AsyncIterator[Visit]:
    """A visit in a browser of its own; at its end nothing may have been complained of."""
    headers = {"X-Forwarded-For": new_address()}
    context: BrowserContext = await browser.new_context(
        locale="en-US", timezone_id="UTC", extra_http_headers=headers, **options
    )
    try:
        visit = Visit(url, await context.new_page())
        yield visit
        assert not visit.complaints.lines, visit.complaints.lines
    finally:
        await context.close()


async def violations(page: Page, rules: Sequence[str]) -> list[str]:
    """Those of these rules of axe, or groups of them, that the page breaks, each with where."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE())
    await page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")
    found = await page.evaluate("(rules) => axe.run(document, {runOnly: rules})", [*rules])
    return [f"{each['id']}: {_targets(each['nodes'])}" for each in found["violations"]]


def _targets(nodes: Iterable[dict[str, Any]]) -> str:
    return ", ".join(f"{node['target']} {node['failureSummary']}" for node in nodes)
