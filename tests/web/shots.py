"""The pages that `make screenshots` takes, each as its person finds it; who makes a page adds it here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from tests.web.browser import Visit


async def _as_it_is(_: Visit) -> None:
    """Leave the page as it is opened."""


@dataclass(frozen=True)
class Shot:
    """A page: the name of its files, its address, what is done before it is opened, and after.

    With a `role` it is opened in a session of the demo's person who has it.
    """

    name: str
    path: str
    before: Callable[[Visit], Awaitable[None]] = _as_it_is
    then: Callable[[Page], Awaitable[None]] | None = None
    role: str | None = None


async def _type_bread(page: Page) -> None:
    await page.get_by_role("main").get_by_role("combobox").press_sequentially("bread")
    await page.get_by_role("option").first.wait_for()


async def _open_filters(page: Page) -> None:
    button = page.get_by_role("button", name="Filters")
    if await button.is_visible():
        await button.click()
        await page.get_by_role("dialog").wait_for()


async def _open_first_row(page: Page) -> None:
    await page.get_by_role("table").get_by_role("link").first.click()
    await page.get_by_role("complementary").wait_for()


async def _open_first_event(page: Page) -> None:
    await page.get_by_role("rowheader").get_by_role("link").first.click()
    await page.get_by_role("complementary").get_by_role("listitem").filter(has_text="A request").wait_for()


async def _look_behind_the_glass(page: Page) -> None:
    await page.get_by_role("button", name="Behind the glass").click()
    await page.get_by_role("main").get_by_role("button", name="Add to cart").first.click()
    glass = page.get_by_role("region", name="Behind the glass")
    await glass.get_by_text("A product was put into the cart").wait_for()
    await glass.get_by_text("waiting").first.wait_for(state="hidden")


SHOTS = (
    Shot("landing", "/"),
    Shot("landing-suggestions", "/", then=_type_bread),
    Shot("catalogue", "/products"),
    Shot("catalogue-filtered", "/products?q=bread&department=Grocery&brand=Store+brand&sort=price"),
    Shot("catalogue-filters", "/products?department=Bakery", then=_open_filters),
    Shot("catalogue-nothing", "/products?q=gold+bars"),
    Shot("product", "/products/5568228"),
    Shot("product-plain", "/products/948953"),
    Shot("console-events", "/console/events", role="admin"),
    Shot("console-event", "/console/events?type=order.created", then=_open_first_event, role="admin"),
    Shot("console-events-nothing", "/console/events?stream=order-never", role="auditor"),
    Shot("behind-glass", "/products/5568228", then=_look_behind_the_glass),
    Shot("not-found", "/no/such/page"),
    Shot("console-overview", "/console/overview", role="admin"),
    Shot("console-sagas", "/console/sagas", role="operator"),
    Shot("console-saga-stuck", "/console/sagas?state=STUCK", then=_open_first_row, role="admin"),
    Shot("console-mailbox", "/console/mailbox", role="admin"),
    Shot("console-mail", "/console/mailbox", then=_open_first_row, role="admin"),
)
