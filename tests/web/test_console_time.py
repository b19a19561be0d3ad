"""Time travel: a slider through the events of an order, what each changed, and the causes as a picture."""

import re

from playwright.async_api import expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import open_console
from tests.web.test_console_events import open_event, placed_order


async def test_an_order_is_looked_at_after_each_of_its_events(visit: Visit, shop: ShopProcess) -> None:
    placed = await placed_order(shop, until="Shipping Prepared")
    page = await open_console(visit, shop, "/console/time-travel", role="analyst")
    await expect(page.get_by_role("heading", name="What was it like?")).to_be_visible()
    await visit.check()
    await page.get_by_label("What", exact=True).fill(f"orders/{placed['orderId']}")
    await page.get_by_role("button", name="Show").click()
    slider = page.get_by_role("slider")
    state = page.get_by_role("region", name="State as it was")
    await expect(state).to_contain_text('"status": "Shipping Prepared"')
    await expect(state).to_contain_text('"sealed": 1')
    await visit.check()
    await slider.fill("1")
    await expect(slider).to_have_attribute("aria-valuetext", "order.created")
    await expect(state).to_contain_text('"status": "Pending"')
    await expect(page.get_by_role("region", name=re.compile("versions 0 and 1"))).to_contain_text("not there")
    await page.get_by_role("button", name="One event on").click()
    await expect(slider).to_have_value("2")
    await expect(page.get_by_role("region", name=re.compile("versions 1 and 2"))).to_be_visible()
    await slider.fill("0")
    await expect(page.get_by_text("It did not exist yet.").first).to_be_visible()
    await visit.check()


async def test_the_causes_of_an_order_are_drawn_and_saved(visit: Visit, shop: ShopProcess) -> None:
    placed = await placed_order(shop, until="Shipping Prepared")
    page = await open_console(visit, shop, f"/console/time-travel?of=order-{placed['orderId']}")
    causes = page.get_by_role("region", name="What caused what")
    await expect(causes.get_by_role("link", name="payment.processed")).to_be_visible()
    async with page.expect_download() as saved:
        await causes.get_by_role("button", name="Save as SVG").click()
    assert (await saved.value).suggested_filename == f"{placed['orderId']}.svg"
    assert "payment.processed" in (await (await saved.value).path()).read_text(encoding="utf-8")
    await causes.get_by_role("link", name="order.created").click()
    await expect(page.get_by_role("complementary")).to_contain_text("The order was placed.")


async def test_an_event_leads_to_what_it_was_like_then(visit: Visit, shop: ShopProcess) -> None:
    placed = await placed_order(shop)
    page = await open_console(visit, shop, f"/console/events?order={placed['orderId']}&type=order.created")
    await open_event(page, "order.created")
    await page.get_by_role("link", name="What it was like then").click()
    await expect(page.get_by_role("slider")).to_have_value("1")
    await expect(page.get_by_role("region", name="State as it was")).to_contain_text("Pending")
