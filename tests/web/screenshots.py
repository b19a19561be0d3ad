"""`python -m tests.web.screenshots [name …]`: every page in both themes at three widths, for people to look at."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import TimeoutError as Late

from aioutlet.demo.account_file import DemoAccount
from tests.e2e.customers import counter
from tests.e2e.running import SECRET, ShopProcess
from tests.services.chromium import find_chromium, is_sandboxed
from tests.web.browser import THEMES, visiting
from tests.web.keepers import demo_account, log_in_as
from tests.web.past import make_past
from tests.web.planted import WITH_BUGS, leave_some_parked
from tests.web.shots import SHOTS, Shot
from tests.web.staff import Person
from tests.web.story import Story, tell
from tests.web.waiting_orders import leave_orders_waiting

WIDTHS = {360: 740, 768: 1_024, 1_440: 900}
"""Each with the height of the screen; a page is taken as a whole, up to `MOST`."""
MOST = 4_000
QUIET_WITHIN = 3_000
"""Milliseconds after which a page is as quiet as it gets."""
SETTINGS = {
    "AIOUTLET_TOKEN_SECRET": SECRET,
    "AIOUTLET_SHIPPING_DEADLINE": "3600",
    "AIOUTLET_RESERVATION": "7200",
    "AIOUTLET_RATE_LIMITS": "off",
}
"""An order that waits for its carrier does so until all pictures are taken, and for each somebody logs in."""


@dataclass(frozen=True)
class Camera:
    """A browser at a shop whose story is told."""

    browser: Browser
    shop: ShopProcess
    story: Story

    async def take(self, shot: Shot, folder: Path) -> None:
        """Write the pictures of one page, those of a theme at once."""
        for theme in THEMES:
            await asyncio.gather(*(self._write(shot, theme, width, folder) for width in WIDTHS))
        say(f"{shot.name} taken")

    async def _write(self, shot: Shot, theme: str, width: int, folder: Path) -> None:
        async with self.ready(shot, theme=theme, width=width) as page:
            file = folder / f"{shot.name}-{theme}-{width}.png"
            await page.screenshot(path=file, full_page=shot.then is None or shot.whole)

    @asynccontextmanager
    async def ready(self, shot: Shot, *, theme: str, width: int, scale: float = 1) -> AsyncIterator[Page]:
        """The page as it is to be seen, with so many dots for each pixel."""
        url, size = self.shop.addresses()["bff"], {"width": width, "height": WIDTHS[width]}
        options = {"viewport": size, "device_scale_factor": scale, "color_scheme": theme, "reduced_motion": "reduce"}
        async with visiting(self.browser, url, **options) as visit:
            visit.complaints.allowed.add("")  # they are what tests are for
            if shot.role:
                await log_in_as(visit.page, url, self._account(shot.role))
            await visit.go(shot.path.format_map(self.story.ids))
            await _settle(visit.page)
            whole = await visit.page.evaluate("document.documentElement.scrollHeight")
            await visit.page.set_viewport_size({"width": width, "height": min(whole, MOST)})  # every picture is fetched
            await _settle(visit.page)
            await visit.page.set_viewport_size(size)  # type: ignore[arg-type]
            if shot.then:
                await shot.then(visit.page)
                await _settle(visit.page)
            yield visit.page

    def _account(self, role: str) -> Person | DemoAccount:
        return self.story.people.get(role) or demo_account(self.shop, role)


async def _settle(page: Page) -> None:
    """Wait until nothing is asked for any more; a stream of events that is open counts as something."""
    with suppress(Late):
        await page.wait_for_load_state("networkidle", timeout=QUIET_WITHIN)
    await page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")


@asynccontextmanager
async def camera() -> AsyncIterator[Camera]:
    """Open a shop in which something has happened, and a browser."""
    with tempfile.TemporaryDirectory() as data, ShopProcess(Path(data) / "var", SETTINGS, WITH_BUGS) as shop:
        async with counter(shop.addresses()) as ask, async_playwright() as playwright:
            await make_past(ask, shop.addresses()["bff"])
            await leave_orders_waiting(shop)
            story = await tell(shop)
            story.ids["parked"] = await leave_some_parked(shop)
            say("the shop has a past")
            path = find_chromium(say=say)
            browser = await playwright.chromium.launch(executable_path=path, chromium_sandbox=is_sandboxed())
            yield Camera(browser, shop, story)
            await browser.close()


async def take_all(shots: Sequence[Shot], folder: Path) -> None:
    """Take the pages into a folder that is there."""
    async with camera() as taking:
        for shot in shots:
            await taking.take(shot, folder)


def say(line: str) -> None:
    """One line of progress, at once."""
    sys.stdout.write(f"  {line}\n")
    sys.stdout.flush()


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.web.screenshots", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="name", help=f"of {', '.join(shot.name for shot in SHOTS)}")
    parser.add_argument("--out", type=Path, default=Path("build/screenshots"))
    chosen = parser.parse_args()
    wanted = [shot for shot in SHOTS if not chosen.only or shot.name in chosen.only]
    chosen.out.mkdir(parents=True, exist_ok=True)
    asyncio.run(take_all(wanted, chosen.out))


if __name__ == "__main__":
    main()
