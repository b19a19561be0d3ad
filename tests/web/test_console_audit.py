"""The audit: events are found and proved, an order's life cycle and the security trail shown, a report taken out."""

import asyncio
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Route, expect

from history.proof.tree_folder import TreeFolder
from tests.e2e.running import ShopProcess
from tests.services.waiting import STUCK_AFTER
from tests.web.browser import Visit
from tests.web.keepers import open_console
from tests.web.staff import Staff
from tests.web.test_console_events import open_event, placed_order

PROVED = re.compile(r"This event is in the log of [\d,]+ events")


async def audited_order(shop: ShopProcess, staff: Staff) -> dict[str, Any]:
    """A new order that is completed, which the audit knows, a second or two later."""
    placed = await placed_order(shop, until="Shipping Prepared")
    async with asyncio.timeout(STUCK_AFTER):
        while "order.completed" not in (await staff.browser.client.get(f"/bff/audit/orders/{placed['orderId']}")).text:
            continue
    return placed


async def verify(page: Page, key: str) -> None:
    """Have the browser verify the open event by this key."""
    pane = page.get_by_role("complementary")
    await pane.get_by_label("Key or keys you have kept").fill(key)
    await pane.get_by_role("button", name="Verify").click()


async def test_an_event_is_found_and_its_proof_is_verified_in_the_browser(
    visit: Visit, shop: ShopProcess, staff: Staff
) -> None:
    placed = await audited_order(shop, staff)
    page = await open_console(visit, shop, "/console/audit", role="auditor")
    await page.get_by_label("Order", exact=True).fill(placed["orderNumber"])
    await page.get_by_role("button", name="Show").click()
    await expect(page).to_have_url(re.compile(f"order={placed['orderNumber']}"))
    await expect(page.get_by_role("table").get_by_text("shipping.prepared", exact=True)).to_have_count(1)
    await visit.check()
    await open_event(page, "order.created")
    pane = page.get_by_role("complementary")
    await expect(pane).to_contain_text("The order was placed.")
    await verify(page, "")
    await expect(pane.get_by_text(PROVED)).to_be_visible()
    await expect(pane).to_contain_text("by the key that the shop names")
    key = TreeFolder(Path(shop.data) / "tree").keys()[0]
    await verify(page, key)
    await expect(pane).to_contain_text("by the key that you have kept")
    await visit.check()
    await verify(page, key.replace("aioutlet/", "aioutlet/x"))
    await expect(pane.get_by_role("alert")).to_contain_text("This is no key")


async def test_a_proof_of_which_anything_was_changed_on_its_way_is_refused(
    visit: Visit, shop: ShopProcess, staff: Staff
) -> None:
    await audited_order(shop, staff)
    page = await open_console(visit, shop, "/console/audit?type=order.created", role="auditor")

    async def forge(route: Route) -> None:
        answer = await route.fetch()
        proof = await answer.json()
        await route.fulfill(response=answer, json=proof | {"version": proof["version"] + 1})

    await page.route("**/bff/audit/proofs/events/*", forge)
    await open_event(page, "order.created")
    await verify(page, "")
    await expect(page.get_by_role("complementary").get_by_role("alert")).to_contain_text("The hashes do not lead")


async def test_the_life_cycle_of_an_order_and_the_security_trail_are_shown(
    visit: Visit, shop: ShopProcess, staff: Staff
) -> None:
    placed = await audited_order(shop, staff)
    page = await open_console(visit, shop, "/console/audit", role="auditor")
    await page.get_by_role("link", name="Life cycle of an order").click()
    await expect(page.get_by_text("Which order?")).to_be_visible()
    await page.get_by_label("Order", exact=True).fill(placed["orderNumber"])
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_role("row").nth(1)).to_contain_text(re.compile("order|cart"))
    await expect(page.get_by_role("row").filter(has_text="order.completed")).to_have_count(1)
    await page.get_by_role("link", name="Security trail").click()
    await expect(page.get_by_role("row").filter(has_text="auth.login").first).to_be_visible()
    await visit.check()


async def test_a_report_is_read_and_saved(visit: Visit, shop: ShopProcess, staff: Staff) -> None:
    await audited_order(shop, staff)
    page = await open_console(visit, shop, "/console/audit?section=report", role="auditor")
    await expect(page.get_by_text("of them say that something failed")).to_be_visible()
    await expect(page.get_by_role("row").filter(has_text="order.created")).to_be_visible()
    await visit.check()
    for name, begins in (("Save as CSV", b"section,day"), ("Save as HTML", b"<!doctype html>")):
        async with page.expect_download() as downloading:
            await page.get_by_role("button", name=name).click()
        file = await (await downloading.value).path()
        assert (await asyncio.to_thread(file.read_bytes)).startswith(begins)
