"""What if: candidate rules over recorded orders, and the difference."""

from playwright.async_api import expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import open_console
from tests.web.test_console_events import placed_order


async def test_recorded_orders_are_priced_by_another_fee(visit: Visit, shop: ShopProcess) -> None:
    placed = await placed_order(shop)
    page = await open_console(visit, shop, "/console/what-if", role="analyst")
    await expect(page.get_by_role("table", name="Sums by currency")).to_be_visible()
    await expect(page.get_by_text("Nothing would have been different.")).to_be_visible()
    await visit.check()
    await page.get_by_label("Currency").fill("usd")
    await page.get_by_label("Shipping fee, in minor units").fill("12345")
    await page.get_by_label("Free from, in minor units").fill("99999999")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_role("link", name=placed["orderNumber"])).to_be_visible()
    await visit.check()


async def test_products_are_weighed_and_steps_are_tried(visit: Visit, shop: ShopProcess) -> None:
    await placed_order(shop, until="Shipping Prepared")
    page = await open_console(visit, shop, "/console/what-if?rule=trending&view=0&cartAdd=0&order=1")
    await expect(page.get_by_role("table", name="Products by both weights")).to_be_visible()
    await visit.check()
    await page.get_by_role("link", name="First step").click()
    await expect(page.get_by_text("orders that have ended")).to_be_visible()
    await visit.check()
