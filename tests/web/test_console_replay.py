"""The page of replays: an analyst chooses events, sees them one after the other, and takes them along as a file."""

import json
import re
from pathlib import Path

from playwright.async_api import expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import open_console
from tests.web.test_console_events import placed_order


async def test_an_order_is_played_and_taken_along(visit: Visit, shop: ShopProcess, tmp_path: Path) -> None:
    placed = await placed_order(shop, until="Shipping Prepared")
    page = await open_console(visit, shop, "/console/replay")
    await page.get_by_label("Order", exact=True).fill(placed["orderNumber"])
    await page.get_by_label("Speed").select_option("0.1")
    await page.get_by_role("button", name="Show", exact=True).click()
    await expect(page).to_have_url(re.compile(f"order={placed['orderNumber']}"))
    row = page.get_by_role("row").filter(has_text="order.created")
    await expect(row).to_contain_text("shippingAddress: sealed")
    await visit.check()
    await page.get_by_role("button", name="Show all").click()
    await expect(page.get_by_role("row").filter(has_text="order.completed")).to_be_visible()
    count = await page.get_by_role("row").count() - 1
    await expect(page.get_by_text(f"{count} of {count} events")).to_be_visible()
    await page.get_by_role("button", name="From the beginning").click()
    await page.get_by_role("button", name=re.compile("Pause|From the beginning")).click()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download").click()
    await (await download.value).save_as(tmp_path / "replay.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "replay.jsonl").read_text().splitlines()]
    assert [line["position"] for line in lines] == sorted(line["position"] for line in lines)
    assert len(lines) == count
    await visit.check()


async def test_what_is_not_there_is_said(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/replay?stream=order-never")
    await expect(page.get_by_text("Nothing like this was found so far.")).to_be_visible()
    await expect(page.get_by_text(re.compile("as far as the log goes"))).to_be_visible()
    await visit.check()
