"""The overview of the console: live, and for each role what it may see."""

import re

from playwright.async_api import expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import any_product, browsing_at, logged_in_customer, open_console


async def test_an_admin_sees_an_order_the_moment_it_moves(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console")
    await expect(page).to_have_url(re.compile("/console/overview$"))
    newest = page.get_by_role("region", name="The newest orders")
    await expect(newest).to_be_visible()
    async with browsing_at(shop) as browser:
        customer = await logged_in_customer(browser, shop)
        placed = await customer.order((await any_product(browser))["productId"])
        row = newest.get_by_role("row").filter(has_text=placed["orderNumber"])
        await expect(row).to_contain_text("Shipping Prepared", timeout=20_000)
    await expect(page.get_by_role("region", name="Today")).to_contain_text("Revenue", timeout=20_000)
    await expect(page.get_by_role("img", name="Orders by hour")).to_be_visible()
    await visit.check()
    await page.get_by_role("region", name="Orders by where they stand").get_by_role("link").first.click()
    await expect(page).to_have_url(re.compile(r"/console/orders\?status="))


async def test_an_operator_sees_the_board_and_an_analyst_the_figures(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console", role="operator")
    await expect(page.get_by_role("region", name="Dead letters")).to_contain_text("Everything was handled.")
    await expect(page.get_by_role("region", name="Today")).to_have_count(0)
    pages = page.get_by_role("navigation", name="Console").get_by_role("link")
    await expect(pages).to_have_text(["Overview", "Events", "Sagas", "Dead letters", "Projections", "Mailbox"])
    await page.context.clear_cookies()
    await open_console(visit, shop, "/console", role="analyst")
    await expect(page.get_by_role("region", name="Today")).to_be_visible()
    await expect(page.get_by_role("region", name="Dead letters")).to_have_count(0)
    await visit.go("/console/people")
    await expect(page.get_by_role("heading", level=1)).to_have_text("This page is not for your account")
