"""The event explorer: events are found, shown as they are stored with their causes, and followed as they come."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import any_product, browsing_at, logged_in_customer, open_console


async def placed_order(shop: ShopProcess, *, until: str | None = None) -> dict[str, Any]:
    """A new order, with this status if one is named."""
    async with browsing_at(shop) as browser:
        customer = await logged_in_customer(browser, shop)
        placed: dict[str, Any] = await customer.order((await any_product(browser))["productId"])
        if until:
            await customer.until(placed["orderId"], until)
        return placed


async def open_event(page: Page, name: str) -> None:
    """Open the first event of a name in the list."""
    row = page.get_by_role("row").filter(has=page.get_by_text(name, exact=True)).first
    await row.get_by_role("rowheader").get_by_role("link").click()


async def test_the_events_of_an_order_are_found_by_its_number_with_what_caused_them(
    visit: Visit, shop: ShopProcess
) -> None:
    placed = await placed_order(shop, until="Shipping Prepared")
    page = await open_console(visit, shop, "/console/events")
    await page.get_by_label("Order", exact=True).fill(placed["orderNumber"])
    await page.get_by_role("button", name="Show").click()
    await expect(page).to_have_url(re.compile(f"order={placed['orderNumber']}"))
    await expect(page.get_by_role("row").filter(has_text="shipping.prepared")).to_have_count(1)
    await expect(page.get_by_text(re.compile("events found among positions"))).to_be_visible()
    await visit.check()
    await open_event(page, "order.created")
    pane = page.get_by_role("complementary")
    await expect(pane).to_contain_text("The order was placed.")
    await expect(pane).to_contain_text("2 personal fields are sealed")
    await expect(pane.get_by_role("region", name="Stored bytes")).to_contain_text(placed["orderNumber"])
    await expect(pane.get_by_role("listitem").filter(has_text="A request")).to_be_visible()
    await visit.check()
    effect = pane.get_by_role("link", name="payment.processed")
    await effect.click()
    await expect(pane).to_contain_text("The payment went through.")
    await expect(pane.get_by_role("link", name="order.created")).to_be_visible()
    await expect(pane.get_by_role("link", name="payment.processed")).to_have_attribute("aria-current", "true")
    await page.go_back()
    await expect(pane).to_contain_text("The order was placed.")


async def test_an_orders_page_and_its_timeline_lead_to_its_events(visit: Visit, shop: ShopProcess) -> None:
    placed = await placed_order(shop, until="Shipping Prepared")
    page = await open_console(visit, shop, f"/console/orders?order={placed['orderId']}")
    await page.get_by_role("link", name="Events of this order").click()
    await expect(page).to_have_url(re.compile(f"/console/events\\?order={placed['orderId']}"))
    await expect(page.get_by_role("row").filter(has_text="saga.started")).to_have_count(1)
    await page.go_back()
    await page.get_by_role("complementary").get_by_role("link", name="payment.processed").click()
    await expect(page.get_by_role("complementary")).to_contain_text("The payment went through.")
    await page.get_by_role("link", name="The order", exact=True).click()
    await expect(page.get_by_role("complementary", name=f"Order {placed['orderNumber']}")).to_be_visible()


async def test_events_are_followed_as_they_are_recorded(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/events?type=order.created")
    follow = page.get_by_role("button", name="Follow")
    await follow.click()
    await expect(page.get_by_text(re.compile("Told as they are recorded"))).to_be_visible()
    placed = await placed_order(shop)
    row = page.get_by_role("row").filter(has_text=placed["orderId"][-8:])
    await expect(row).to_contain_text("order.created")
    await expect(follow).to_have_attribute("aria-pressed", "true")
    await visit.check()
    await follow.click()
    await expect(page.get_by_text(re.compile("Told as they are recorded"))).to_have_count(0)
    await expect(row).to_have_count(1)


async def test_the_list_goes_on_further_back_and_is_walked_by_keys(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/events?type=product.*")
    rows = page.get_by_role("rowheader").get_by_role("link")
    await expect(rows).to_have_count(50)
    await page.get_by_role("button", name="Look further back").click()
    await expect(rows).to_have_count(100)
    await rows.first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(rows.nth(1)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("complementary")).to_be_visible()


async def test_what_no_event_is_called_is_refused_with_a_sentence(visit: Visit, shop: ShopProcess) -> None:
    visit.complaints.allowed.add("422")
    page = await open_console(visit, shop, "/console/events?type=order.made")
    await expect(page.get_by_text("No event has the type order.made", exact=False)).to_be_visible()
    await visit.check()
    await visit.go("/console/events?stream=order-never")
    await expect(page.get_by_text("The log has nothing like this.")).to_be_visible()


@pytest.mark.parametrize("role", ["operator", "analyst"])
async def test_who_keeps_no_orders_looks_into_the_log_all_the_same(visit: Visit, shop: ShopProcess, role: str) -> None:
    page = await open_console(visit, shop, "/console/events?type=order.created", role=role)
    await placed_order(shop)
    await page.reload()
    await page.get_by_role("rowheader").get_by_role("link").first.click()
    pane = page.get_by_role("complementary")
    await expect(pane.get_by_role("link", name="Events of this order")).to_be_visible()
    await expect(pane.get_by_role("link", name="The order", exact=True)).to_have_count(0)
