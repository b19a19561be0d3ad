"""The saga board: where orders wait and why, what they would undo, and a stuck one that is told to go on."""

import re
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import Customer, any_product, browsing_at, logged_in_customer, open_console
from tests.web.waiting_orders import REFUSED, UNANSWERED


@pytest_asyncio.fixture(loop_scope="session")
async def customer(shop: ShopProcess) -> AsyncIterator[Customer]:
    async with browsing_at(shop) as browser:
        yield await logged_in_customer(browser, shop)


async def test_an_operator_sees_why_an_order_waits_until_when_and_what_it_would_undo(
    visit: Visit, shop: ShopProcess, customer: Customer
) -> None:
    product = await any_product(customer.browser)
    placed = await customer.order(product["productId"], address=UNANSWERED)
    await customer.until(placed["orderId"], "Inventory Reserved")
    page = await open_console(visit, shop, "/console/sagas?step=shipping", role="operator")
    row = page.get_by_role("row").filter(has_text=placed["orderNumber"])
    await expect(row).to_contain_text("Waits for an answer about the shipping label, attempt 1 of 3")
    await expect(row).to_contain_text(re.compile(r"in \d+ sec"))
    await row.get_by_role("link").click()
    pane = page.get_by_role("complementary", name=f"Saga of {placed['orderNumber']}")
    steps = pane.get_by_role("region", name="Steps")
    await expect(steps.get_by_role("listitem")).to_have_text(["PaymentDone", "StockDone", "ShippingUnder way"])
    await expect(steps).to_contain_text("Given up now, it would undo shipping, stock, payment, in this order.")
    await expect(pane).to_contain_text("Deadline")
    await visit.check()
    await page.get_by_role("link", name=re.compile(r"^Payment \d")).click()
    await expect(page).to_have_url(re.compile("state=PAYMENT_PROCESSING"))
    await expect(page.get_by_role("row").filter(has_text=placed["orderNumber"])).to_have_count(0)


async def test_an_operator_lets_a_stuck_saga_try_again_and_loses_no_word_by_a_reload(
    visit: Visit, shop: ShopProcess, customer: Customer
) -> None:
    product = await any_product(customer.browser)
    placed = await customer.order(product["productId"], address=REFUSED, token="tok_refund_fails")
    await customer.until(placed["orderId"], "Compensation Stuck")
    page = await open_console(visit, shop, "/console/sagas?state=STUCK", role="operator")
    await page.get_by_role("link", name=placed["orderNumber"]).click()
    pane = page.get_by_role("complementary", name=f"Saga of {placed['orderNumber']}")
    await expect(pane).to_contain_text("Gave up on the refund: an operator must decide")
    evidence = pane.get_by_label("What was settled, and how you know")
    await evidence.fill("The provider has unblocked it")
    await visit.check()
    await page.reload()
    await expect(evidence).to_have_value("The provider has unblocked it")
    await pane.get_by_role("button", name="Try the undo again").click()
    await expect(pane).to_contain_text(re.compile("Undoing|Gave up on the refund"))
    await expect(pane).to_contain_text("6 in all")


async def test_a_board_without_what_is_asked_for_says_so(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/sagas?step=inventory&staleFor=86400")
    await expect(page.get_by_text("Nothing is like this.")).to_be_visible()
    await visit.check()
    await page.get_by_role("link", name="Clear the filters").click()
    await expect(page).to_have_url(re.compile(r"/console/sagas$"))
