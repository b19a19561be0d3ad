"""Orders in the console: who may see them, how they are found, and what is done with them."""

import re

from playwright.async_api import expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import any_product, browsing_at, log_in, logged_in_customer, open_console


async def test_a_customer_is_refused(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/orders", role="customer")
    await expect(page.get_by_role("heading", level=1)).to_have_text("This page is not for your account")
    await expect(page.get_by_role("navigation", name="Console")).to_have_count(0)
    await visit.check()


async def test_a_visitor_is_asked_to_log_in_and_comes_back(visit: Visit, shop: ShopProcess) -> None:
    await visit.go("/console/orders?status=Shipped")
    link = visit.page.get_by_role("main").get_by_role("link", name="Log in")
    await expect(link).to_have_attribute("href", re.compile(r"^/login\?back=%2Fconsole%2Forders%3Fstatus%3DShipped$"))
    await log_in(visit.page, shop, "admin")
    await visit.go("/console/orders?status=Shipped")
    await expect(visit.page.get_by_label("Status")).to_have_value("Shipped")


async def test_an_admin_finds_an_order_ships_and_delivers_it(visit: Visit, shop: ShopProcess) -> None:
    async with browsing_at(shop) as browser:
        customer = await logged_in_customer(browser, shop)
        placed = await customer.order((await any_product(browser))["productId"])
        await customer.until(placed["orderId"], "Shipping Prepared")
        page = await open_console(visit, shop, "/console/orders")
        await page.get_by_label("Order", exact=True).fill(placed["orderNumber"])
        await page.get_by_role("button", name="Show").click()
        await expect(page).to_have_url(re.compile(f"number={placed['orderNumber']}"))
        await page.get_by_role("link", name=placed["orderNumber"]).click()
        pane = page.get_by_role("complementary", name=f"Order {placed['orderNumber']}")
        await expect(pane).to_contain_text("Ready to be shipped")
        await visit.check()
        await pane.get_by_role("button", name="Hand to the carrier").click()
        await expect(pane).to_contain_text("Handed to the carrier.")
        await pane.get_by_role("button", name="Record as delivered").click()
        await expect(pane).to_contain_text("Nothing is left to do.")
        await expect(page.get_by_role("row").filter(has_text=placed["orderNumber"])).to_contain_text("Delivered")
        assert (await browser.get(f"/orders/{placed['orderId']}"))["status"] == "Delivered"
        await page.go_back()
        await expect(pane).to_have_count(0)


async def test_an_admin_cancels_an_order_and_says_why(visit: Visit, shop: ShopProcess) -> None:
    async with browsing_at(shop) as browser:
        customer = await logged_in_customer(browser, shop)
        placed = await customer.order((await any_product(browser))["productId"])
        await customer.until(placed["orderId"], "Shipping Prepared")
        page = await open_console(visit, shop, f"/console/orders?order={placed['orderId']}")
        pane = page.get_by_role("complementary")
        await pane.get_by_role("button", name="Cancel the order…").click()
        await pane.get_by_label("Why it is cancelled").fill("The carrier is on strike")
        await pane.get_by_role("button", name="Cancel the order").click()
        await expect(pane).to_contain_text("Cancelled")
        await expect(pane).to_contain_text("The carrier is on strike")
        order = await customer.until(placed["orderId"], "Cancelled")
        assert order["cancellation"]["reason"] == "The carrier is on strike"


async def test_a_filter_that_finds_nothing_says_so_and_is_cleared(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/orders?customer=nobody@example.com")
    await expect(page.get_by_text("Nothing is like this.")).to_be_visible()
    await visit.check()
    await page.get_by_role("link", name="Clear the filters").click()
    await expect(page).to_have_url(re.compile(r"/console/orders$"))
