"""Behind the glass: what a click appended, how soon read models showed it, and whose events these are."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.running import SECRET, ShopProcess
from tests.web.browser import Visit, visiting
from tests.web.keepers import open_console
from tests.web.staff import Staff
from tests.web.test_checkout import LIVE, at_checkout, fill_address, pay

ADDED = "A product was put into the cart"
MILLISECONDS = re.compile(r"^\d+ ms$")
STEPS = (
    "The order was placed", "A payment was asked for", "The payment went through", "The items are reserved",
    "The parcel is ready", "The order is confirmed",
)  # fmt: skip


def glass(page: Page) -> Locator:
    return page.get_by_role("region", name="Behind the glass")


async def look(page: Page) -> Locator:
    """Open the drawer."""
    await glass(page).get_by_role("button", name="Behind the glass").click()
    await expect(glass(page).get_by_role("heading", level=2)).to_be_visible()
    return glass(page)


def last_click(page: Page) -> Locator:
    return glass(page).get_by_role("region", name="Your last click")


def event(page: Page, name: str) -> Locator:
    """The newest line of an event of the last click."""
    return last_click(page).get_by_role("listitem").filter(has=page.get_by_text(name, exact=True)).last


async def test_a_guest_sees_what_a_click_appended_and_how_soon_it_was_shown(visit: Visit, staff: Staff) -> None:
    goods, page = await staff.goods(stock=9), visit.page
    await visit.go(f"/products/{goods.id}")
    await look(page)
    await visit.check()
    await page.get_by_role("main").get_by_role("button", name="Add to cart").click()
    await expect(last_click(page)).to_contain_text("POST /bff/guest/cart/{guest_id}/items")
    added = event(page, ADDED)
    await expect(added).to_contain_text("cart.item.added")
    await expect(added).to_contain_text("Caused by your request")
    carts = added.get_by_role("listitem").filter(has_text=re.compile("^carts"))
    await expect(carts.get_by_text(MILLISECONDS)).to_be_visible()
    await expect(glass(page).get_by_role("region", name="This page")).to_contain_text(f"product-{goods.id}")
    await visit.check()


async def test_it_is_closed_at_first_and_stays_as_it_was_left(visit: Visit) -> None:
    page = visit.page
    await visit.go("/")
    tab = glass(page).get_by_role("button", name="Behind the glass")
    await expect(tab).to_have_attribute("aria-expanded", "false")
    await tab.focus()
    await page.keyboard.press("Enter")
    await expect(glass(page).get_by_role("heading", level=2)).to_be_visible()
    await visit.go("/products")
    await expect(glass(page).get_by_role("heading", level=2)).to_be_visible()
    await tab.focus()
    await page.keyboard.press("Escape")
    await expect(tab).to_have_attribute("aria-expanded", "false")
    await expect(tab).to_be_focused()
    await visit.go("/products")
    await expect(tab).to_have_attribute("aria-expanded", "false")


async def test_an_order_is_followed_until_its_parcel_is_ready_and_by_nobody_else(
    visit: Visit, staff: Staff, browser: Browser
) -> None:
    await at_checkout(visit, staff)
    page = visit.page
    await look(page)
    await fill_address(page)
    await pay(page, "$48.89")
    await page.wait_for_url(re.compile("/orders/"))
    for step in STEPS:
        await expect(event(page, step)).to_be_visible(timeout=LIVE)
    await expect(event(page, "The parcel is ready")).to_contain_text("Caused by shipping.preparation at")
    sources = glass(page).get_by_role("region", name="This page")
    for category in ("order", "saga", "payment", "shipment"):
        await expect(sources.get_by_text(re.compile(f"^{category}-"))).to_be_visible()
    await visit.check()
    async with visiting(browser, visit.url) as other:
        goods = await staff.goods(stock=3)
        await other.go(f"/products/{goods.id}")
        await look(other.page)
        await other.page.get_by_role("main").get_by_role("button", name="Add to cart").click()
        await expect(event(other.page, ADDED)).to_be_visible()
        await expect(glass(other.page)).not_to_contain_text("order.created")
        order = page.url.partition("/orders/")[2].partition("?")[0]
        answer = await other.page.context.request.get(f"{visit.url}/bff/dev/sources/orders/{order}")
        assert answer.status == 404


async def test_what_is_refused_appended_nothing(visit: Visit, staff: Staff) -> None:
    goods, page = await staff.goods(stock=2), visit.page
    await visit.go(f"/products/{goods.id}")
    await look(page)
    await staff.lose(goods, 2)
    visit.complaints.allowed.add("409")
    await page.get_by_role("main").get_by_role("button", name="Add to cart").click()
    await expect(last_click(page)).to_contain_text("It was refused, and appended nothing.")


@pytest.mark.parametrize(("width", "height"), [(360, 740), (768, 1_024)])
async def test_on_a_small_screen_it_is_a_sheet_below_the_page(
    browser: Browser, url: str, staff: Staff, width: int, height: int
) -> None:
    goods = await staff.goods(stock=9)
    async with visiting(browser, url, viewport={"width": width, "height": height}, has_touch=True) as visit:
        await visit.go(f"/products/{goods.id}")
        tab = visit.page.get_by_role("banner").get_by_role("button", name="Behind the glass")
        cart = visit.page.get_by_role("banner").get_by_role("link", name=re.compile("^Cart"))
        beside, at = await cart.bounding_box(), await tab.bounding_box()
        assert beside
        assert at
        assert (at["y"], at["x"] + at["width"] < beside["x"]) == (beside["y"], True), "it covers nothing of the page"
        await look(visit.page)
        box = await glass(visit.page).bounding_box()
        assert box
        assert (box["x"], box["width"], box["y"] + box["height"]) == (0, width, height)
        assert box["height"] < 0.6 * height
        await visit.page.get_by_role("main").get_by_role("button", name="Add to cart").click()
        await expect(event(visit.page, ADDED)).to_be_visible()
        await visit.check()


async def test_each_line_leads_an_admin_to_its_event_in_the_console(
    visit: Visit, shop: ShopProcess, staff: Staff
) -> None:
    goods, page = await staff.goods(stock=9), visit.page
    await open_console(visit, shop, "/console/overview")
    await look(page)
    await expect(glass(page).get_by_role("region", name="This page")).to_contain_text("It shows a list")
    await visit.check()
    await visit.go(f"/products/{goods.id}")
    await page.get_by_role("main").get_by_role("button", name="Add to cart").click()
    await last_click(page).get_by_role("link", name=ADDED).click()
    await expect(page).to_have_url(re.compile(r"/console/events\?stream=cart-.*&event=\d+"))
    await expect(page.get_by_role("complementary")).to_contain_text("cart.item.added")


@pytest.fixture
def plain(tmp_path: Path) -> str:
    return str(tmp_path / "data")


async def test_a_shop_that_is_no_demo_has_nothing_of_it(browser: Browser, plain: str) -> None:
    with ShopProcess(Path(plain), {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false"}) as shop:
        async with visiting(browser, shop.addresses()["bff"]) as visit:
            asked = list[str]()
            visit.page.on("request", lambda request: asked.append(request.url))
            async with visit.page.expect_response("**/bff/dev") as development:
                await visit.page.goto(visit.url)
            assert (await (await development.value).json())["events"] is False
            await visit.page.locator("main h1").first.wait_for()
            await expect(glass(visit.page)).to_have_count(0)
            assert not any("BehindGlass" in url for url in asked)
            for path in ("events", "sources/products/5568228", "sources/cart"):
                answer = await visit.page.context.request.get(f"{visit.url}/bff/dev/{path}")
                assert answer.status == 404
