"""`python -m tests.web.docs_images`: the pictures of the documentation and the README, into `docs/images`."""

import argparse
import asyncio
from base64 import b64decode
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import Page

from tests.e2e.running import ROOT
from tests.web.screenshots import Camera, camera, say
from tests.web.shots import SHOTS

IMAGES = ROOT / "docs" / "images"
QUALITY = 82
"""Of 100; a picture then has some 50 kB."""
PHONE = 360


class Image(NamedTuple):
    """A picture: the name of its shot, theme, and width of the screen."""

    shot: str
    theme: str = "light"
    width: int = 1_440

    @property
    def file(self) -> str:
        return f"{self.shot}.webp"


DOCS_IMAGES = (
    Image("landing-known"),
    Image("product", "dark"),
    Image("catalogue-filtered", "light", PHONE),
    Image("checkout-known"),
    Image("order-prepared"),
    Image("behind-glass", "dark"),
    Image("console-overview"),
    Image("console-event", "dark"),
)


async def take_all() -> dict[str, bytes]:
    """Take every one of them; each by the name of its file."""
    async with camera() as taking:
        return {image.file: await _take(taking, image) for image in DOCS_IMAGES}


async def _take(taking: Camera, image: Image) -> bytes:
    [shot] = [each for each in SHOTS if each.name == image.shot]
    scale = 2 if image.width == PHONE else 1
    async with taking.ready(shot, theme=image.theme, width=image.width, scale=scale) as page:
        return await _webp(page)


async def _webp(page: Page) -> bytes:
    """What the screen shows; Playwright itself writes no WebP."""
    devtools = await page.context.new_cdp_session(page)
    taken = await devtools.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    return b64decode(taken["data"])


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.web.docs_images", description=__doc__)
    parser.add_argument("--out", type=Path, default=IMAGES)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    for name, taken in asyncio.run(take_all()).items():
        (chosen.out / name).write_bytes(taken)
        say(f"{name}: {len(taken) / 1_000:.0f} kB")


if __name__ == "__main__":
    main()
