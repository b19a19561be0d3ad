"""Dead letters in the console: found, looked into, tried again alone and with all of their cause, and given up."""

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.e2e.running import SECRET, ShopProcess
from tests.web.browser import Visit, visiting
from tests.web.keepers import Customer, log_in, open_console
from tests.web.planted import CAUSES, STOPPED, UNFOLDED, WITH_BUGS, customer_of, leave_dead_letters, mended

LETTERS = "/console/dead-letters"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    """A shop of its own, with bugs."""
    folder = tmp_path_factory.mktemp("bugs") / "data"
    with ShopProcess(folder, {"AIOUTLET_TOKEN_SECRET": SECRET}, WITH_BUGS) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def customer(shop: ShopProcess) -> AsyncIterator[Customer]:
    async with customer_of(shop) as customer:
        yield customer


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, shop: ShopProcess) -> AsyncIterator[Visit]:
    async with visiting(browser, shop.addresses()["bff"], viewport={"width": 1280, "height": 900}) as visit:
        yield visit


async def open_letter(page: Page, placed: dict[str, Any]) -> Any:
    """The pane of an order's dead letter."""
    row = page.get_by_role("row").filter(has_text=placed["orderNumber"])
    await row.get_by_role("rowheader").get_by_role("link").click()
    return page.get_by_role("complementary", name="Dead letter")


async def test_an_operator_finds_what_is_dead_and_why(visit: Visit, shop: ShopProcess, customer: Customer) -> None:
    stopped, unfolded = await leave_dead_letters(shop, customer, STOPPED, UNFOLDED)
    page = await open_console(visit, shop, f"{LETTERS}?state=dead", role="operator")
    row = page.get_by_role("row").filter(has_text=stopped["orderNumber"])
    await expect(row).to_contain_text("Fulfilment")
    await expect(row).to_contain_text("LookupError")
    await expect(row).to_contain_text("Dead")
    await visit.check()
    await page.get_by_label("Cause").select_option(CAUSES[UNFOLDED])
    await page.get_by_role("button", name="Show").click()
    await expect(page).to_have_url(re.compile(f"cause={CAUSES[UNFOLDED]}"))
    await expect(row).to_have_count(0)
    await expect(page.get_by_role("row").filter(has_text=unfolded["orderNumber"])).to_contain_text(
        "Document in “orders”"
    )
    await page.get_by_role("link", name="Clear the filters").click()
    pane = await open_letter(page, stopped)
    await expect(pane.get_by_role("region", name="Traceback")).to_contain_text("broken_step")
    await expect(pane).not_to_contain_text("the line that is to be mended")
    await visit.check()
    await pane.get_by_role("link", name=stopped["orderNumber"]).click()
    await expect(page.get_by_role("heading", name=f"Everything about {stopped['orderNumber']}")).to_be_visible()
    await expect(page.get_by_role("region", name="Parked")).to_contain_text("LookupError")
    await visit.check()


async def test_one_that_is_mended_is_tried_again_and_is_gone(
    visit: Visit, shop: ShopProcess, customer: Customer
) -> None:
    [placed] = await leave_dead_letters(shop, customer, STOPPED)
    page = await open_console(visit, shop, LETTERS, role="operator")
    visit.complaints.allowed.add("404")
    pane = await open_letter(page, placed)
    with mended(shop):
        await pane.get_by_role("button", name="Try it again").click()
        dialog = page.get_by_role("dialog", name="Try it again")
        reason = dialog.get_by_label("What was mended")
        await reason.fill("The release of today")
        await visit.check()
        await page.reload()
        await expect(reason).to_have_value("The release of today")
        await dialog.get_by_role("button", name="Try it again").click()
        await expect(pane).to_contain_text("It is not parked any more.")
        await customer.until(placed["orderId"], "Shipping Prepared")
    await visit.check()


async def test_all_of_a_cause_are_tried_again_and_counted(visit: Visit, shop: ShopProcess, customer: Customer) -> None:
    placed = await leave_dead_letters(shop, customer, STOPPED, STOPPED)
    page = await open_console(visit, shop, f"{LETTERS}?cause={CAUSES[STOPPED]}", role="operator")
    with mended(shop):
        await page.get_by_role("button", name=re.compile(r"Try all \d+ again")).click()
        dialog = page.get_by_role("dialog", name="Try again: LookupError")
        await dialog.get_by_label("What was mended").fill("The release of today")
        await visit.check()
        await dialog.get_by_role("button", name="Try all").click()
        await expect(dialog).to_contain_text(re.compile(r"\d+ dead letters are tried again"))
        await expect(dialog.get_by_role("progressbar")).to_have_attribute("value", re.compile(r"[2-9]\d*"))
        await visit.check()
        await dialog.get_by_role("button", name="Close").first.click()
        for each in placed:
            await customer.until(each["orderId"], "Shipping Prepared")
    await expect(page.get_by_text("Nothing is like this.")).to_be_visible()


async def test_one_is_given_up_with_a_reason(visit: Visit, shop: ShopProcess, customer: Customer) -> None:
    [placed] = await leave_dead_letters(shop, customer, UNFOLDED)
    page = await open_console(visit, shop, f"{LETTERS}?kind=document", role="operator")
    visit.complaints.allowed.add("404")
    pane = await open_letter(page, placed)
    await pane.get_by_role("button", name="Give it up").click()
    dialog = page.get_by_role("dialog", name="Give it up")
    await expect(dialog).to_contain_text("The document goes on without the event that failed.")
    await dialog.get_by_role("button", name="Give it up").click()
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("Why it is given up").fill("Nobody needs to know when it was charged")
    await dialog.get_by_role("button", name="Give it up").click()
    await expect(pane).to_contain_text("It is not parked any more.")
    await customer.until(placed["orderId"], "Shipping Prepared")


async def test_the_overview_counts_what_is_dead_and_leads_to_it(
    visit: Visit, shop: ShopProcess, customer: Customer
) -> None:
    _, unfolded = await leave_dead_letters(shop, customer, STOPPED, UNFOLDED)
    page = await open_console(visit, shop, "/console/overview", role="operator")
    incomplete = page.get_by_role("region", name="Incomplete documents")
    await expect(incomplete).to_contain_text(unfolded["orderNumber"])
    await visit.check()
    dead = page.get_by_role("region", name="Dead letters").get_by_role("listitem").filter(has_text="Fulfilment")
    await dead.get_by_role("link", name=re.compile(r"\d+ dead")).click()
    await expect(page).to_have_url(re.compile(r"consumer=saga&state=dead"))
    await expect(page.get_by_role("row").filter(has_text="LookupError").first).to_be_visible()


async def test_a_document_that_lacks_an_event_is_marked_wherever_it_is_shown(
    visit: Visit, browser: Browser, shop: ShopProcess, customer: Customer
) -> None:
    [placed] = await leave_dead_letters(shop, customer, UNFOLDED)
    page = await open_console(visit, shop, f"/console/orders?order={placed['orderId']}")
    await expect(page.get_by_role("row").filter(has_text=placed["orderNumber"])).to_contain_text("Incomplete")
    pane = page.get_by_role("complementary")
    await expect(pane).to_contain_text("could not be folded into it")
    await visit.check()
    await pane.get_by_role("link", name="All there is about this order").click()
    await expect(page.get_by_role("region", name="Document in “orders”")).to_contain_text("This is not the newest")
    await expect(page.get_by_role("region", name="Document in “sagas”")).not_to_contain_text("This is not the newest")
    await visit.check()
    async with visiting(browser, visit.url) as own:
        await log_in(own.page, shop, "customer")
        await own.go(f"/orders/{placed['orderId']}")
        await expect(own.page.get_by_text("This page is behind")).to_be_visible()
        await own.check()


async def test_where_nothing_is_parked_it_says_so(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, f"{LETTERS}?cause=nothing&kind=timer")
    await expect(page.get_by_text("Nothing is like this.")).to_be_visible()
    await visit.check()


async def test_who_keeps_neither_orders_nor_sagas_does_not_see_them(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, LETTERS, role="analyst")
    pages = page.get_by_role("navigation", name="Console").get_by_role("link")
    await expect(pages).to_have_text(["Overview", "Events", "Replay", "Time travel", "What if"])
    await expect(page.get_by_role("heading", level=1)).to_have_text("This page is not for your account")
