"""How quick a page is: what a browser observes of it, by default at a fourth of the processor's speed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page, Response

from tests.web.browser import visiting

SLOWDOWN = 4
ROUNDS = 10
"""What else the machine does only adds to a round: the best of them counts."""
OBSERVE = """
window.seen = {lcp: 0, cls: 0, longest: 0};
const observe = (type, note) =>
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({type, buffered: true});
observe('largest-contentful-paint', (each) => { seen.lcp = each.startTime; });
observe('layout-shift', (each) => { seen.cls += each.hadRecentInput ? 0 : each.value; });
observe('longtask', (each) => { seen.longest = Math.max(seen.longest, each.duration); });
"""


@dataclass(frozen=True)
class Pace:
    """Largest contentful paint and longest task in milliseconds, layout shift, and bytes of script as they came.

    `busy` is the time of a processor that the page's thread took, in milliseconds: to wait for one does not count.
    """

    lcp: float
    cls: float
    longest: float
    script: int
    busy: float


async def measure(
    browser: Browser,
    address: tuple[str, str],
    *,
    size: tuple[int, int],
    use: Callable[[Page], Awaitable[None]],
    slowdown: int = SLOWDOWN,
) -> Pace:
    """Open an address (shop and path) with nothing kept, use the page, and tell what was observed."""
    url, path = address
    async with visiting(browser, url, viewport={"width": size[0], "height": size[1]}) as visit:
        page, scripts = visit.page, list[Response]()
        page.on("response", lambda each: scripts.append(each) if each.request.resource_type == "script" else None)
        devtools = await page.context.new_cdp_session(page)
        await devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        await page.add_init_script(OBSERVE)
        await page.goto(url + path)
        await use(page)
        seen: dict[str, Any] = await page.evaluate("seen")
        metrics = (await devtools.send("Performance.getMetrics"))["metrics"]
        [busy] = [each["value"] * 1_000 for each in metrics if each["name"] == "TaskDuration"]
        sizes = [int(each.headers["content-length"]) for each in scripts]
    return Pace(seen["lcp"], seen["cls"], seen["longest"], sum(sizes), busy)


async def best(rounds: Callable[[], Awaitable[Pace]], *, of: Callable[[Pace], float], within: float) -> float:
    """The smallest figure of some rounds; the first that is within its bound ends them."""
    found = float("inf")
    for _ in range(ROUNDS):
        found = min(found, of(await rounds()))
        if found <= within:
            break
    return found
