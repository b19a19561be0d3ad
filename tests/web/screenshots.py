"""`python -m tests.web.screenshots [name …]`: every page in both themes at three widths, for people to look at."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from tests.e2e.customers import counter
from tests.e2e.running import SECRET, ShopProcess
from tests.services.chromium import find_chromium, is_sandboxed
from tests.web.browser import THEMES, visiting
from tests.web.keepers import log_in
from tests.web.past import make_past
from tests.web.shots import SHOTS, Shot
from tests.web.waiting_orders import leave_orders_waiting

WIDTHS = {360: 740, 768: 1_024, 1_440: 900}
"""Each with the height of the screen; a page is taken as a whole, up to `MOST`."""
MOST = 4_000


async def take(browser: Browser, shop: ShopProcess, shot: Shot, folder: Path) -> None:
    """Write the pictures of one page."""
    url = shop.addresses()["bff"]
    for theme, (width, height) in product(THEMES, WIDTHS.items()):
        size = {"width": width, "height": height}
        async with visiting(browser, url, viewport=size, color_scheme=theme, reduced_motion="reduce") as visit:
            visit.complaints.allowed.add("")  # they are what tests are for
            if shot.role:
                await log_in(visit.page, shop, shot.role)
            await shot.before(visit)
            await visit.go(shot.path)
            whole = await visit.page.evaluate("document.documentElement.scrollHeight")
            await visit.page.set_viewport_size({"width": width, "height": min(whole, MOST)})  # every picture is fetched
            await visit.page.wait_for_load_state("networkidle")
            await visit.page.set_viewport_size(size)  # type: ignore[arg-type]
            if shot.then:
                await shot.then(visit.page)
            await visit.page.wait_for_load_state("networkidle")
            file = folder / f"{shot.name}-{theme}-{width}.png"
            await visit.page.screenshot(path=file, full_page=shot.then is None or shot.whole)


async def take_all(shots: Sequence[Shot], folder: Path) -> None:
    """Open a shop in which something has happened, and take the pages into a folder that is there."""
    with (
        tempfile.TemporaryDirectory() as data,
        ShopProcess(Path(data) / "var", {"AIOUTLET_TOKEN_SECRET": SECRET}) as shop,
    ):
        url = shop.addresses()["bff"]
        async with counter(shop.addresses()) as ask, async_playwright() as playwright:
            await make_past(ask, url)
            await leave_orders_waiting(shop)
            path = find_chromium(say=say)
            browser = await playwright.chromium.launch(executable_path=path, chromium_sandbox=is_sandboxed())
            for shot in shots:
                await take(browser, shop, shot, folder)
                say(f"{shot.name} taken")


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
