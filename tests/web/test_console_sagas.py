"""The saga board: where orders wait and why, what they would undo, and a stuck one that is told to go on."""

import re
from collections.abc import AsyncIterator
from typing import Any

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


async def stuck_order(customer: Customer) -> Any:
    """An order whose refund was given up."""
    product = await any_product(customer.browser)
    placed = await customer.order(product["productId"], address=REFUSED, token="tok_refund_fails")
    await customer.until(placed["orderId"], "Compensation Stuck")
    return placed


async def test_an_operator_lets_a_stuck_saga_try_again_and_loses_no_word_by_a_reload(
    visit: Visit, shop: ShopProcess, customer: Customer
) -> None:
    placed = await stuck_order(customer)
    page = await open_console(visit, shop, "/console/sagas?state=STUCK", role="operator")
    await page.get_by_role("link", name=placed["orderNumber"]).click()
    pane = page.get_by_role("complementary", name=f"Saga of {placed['orderNumber']}")
    await expect(pane).to_contain_text("Gave up on the refund: an operator must decide")
    await pane.get_by_role("button", name="Try the undo again").click()
    dialog = page.get_by_role("dialog", name="Try the undo again")
    would = dialog.get_by_role("region", name="What it would do")
    await expect(would).to_contain_text("Undoing")
    await expect(would).to_contain_text("The refund, attempt 4")
    await expect(would).to_contain_text("saga.resolution.requested")
    evidence = dialog.get_by_label("What was settled, and how you know")
    await evidence.fill("The provider has unblocked it")
    await visit.check()
    await page.reload()
    await expect(evidence).to_have_value("The provider has unblocked it")
    await dialog.get_by_role("button", name="Try the undo again").click()
    await expect(pane).to_contain_text(re.compile("Undoing|Gave up on the refund"))
    await expect(pane).to_contain_text("6 in all")


async def test_an_operator_marks_an_undo_as_done_and_the_order_ends_as_was_said_before(
    visit: Visit, shop: ShopProcess, customer: Customer
) -> None:
    placed = await stuck_order(customer)
    address = f"/console/sagas?state=STUCK&saga={placed['orderId']}"
    page = await open_console(visit, shop, address, role="operator")
    pane = page.get_by_role("complementary", name=f"Saga of {placed['orderNumber']}")
    await pane.get_by_role("button", name="End the order as failed").click()
    forced = page.get_by_role("dialog", name="End the order as failed")
    await expect(forced).to_contain_text("Never happens: the refund")
    await visit.check()
    await forced.get_by_role("button", name="Leave it").click()
    await pane.get_by_role("button", name="Mark the undo as done").click()
    dialog = page.get_by_role("dialog", name="Mark the undo as done")
    would = dialog.get_by_role("region", name="What it would do")
    await expect(would).to_contain_text("Taken as doneThe refund")
    await expect(would).to_contain_text("The order is thenFailed")
    await dialog.get_by_label("How you know that it is done").fill("Bank transfer 7")
    await dialog.get_by_role("button", name="Mark the undo as done").click()
    await customer.until(placed["orderId"], "Failed")
    await expect(pane).to_contain_text("Waits for nothing")
    await expect(pane.get_by_role("button", name="Mark the undo as done")).to_have_count(0)


async def test_one_page_has_all_there_is_about_an_order(visit: Visit, shop: ShopProcess, customer: Customer) -> None:
    product = await any_product(customer.browser)
    placed = await customer.order(product["productId"], address=UNANSWERED)
    await customer.until(placed["orderId"], "Inventory Reserved")
    page = await open_console(visit, shop, f"/console/sagas?saga={placed['orderId']}", role="operator")
    await page.get_by_role("link", name="All there is about this order").click()
    await expect(page.get_by_role("heading", name=f"Everything about {placed['orderNumber']}")).to_be_visible()
    log = page.get_by_role("table", name="Events of this order, the oldest first")
    await expect(log.get_by_role("row").nth(1)).to_contain_text("order.created")
    await expect(log).to_contain_text("shipping.preparation")
    saga = page.get_by_role("region", name="Saga", exact=True)
    await expect(saga).to_contain_text("Waits for an answer about the shipping label")
    timers = page.get_by_role("table", name="Timers")
    await expect(timers).to_contain_text("Saga")
    await expect(timers).to_contain_text("Reservation")
    await expect(page.get_by_role("region", name="Parked")).to_contain_text("Nothing is parked")
    document = page.get_by_role("region", name="Document in “sagas”")
    await expect(document).to_contain_text("Folded up to position")
    await document.get_by_text("Show it as it is kept").click()
    await expect(document).to_contain_text('"state": "SHIPPING_PROCESSING"')
    await expect(saga.get_by_role("button", name="Cancel the order")).to_have_count(0)
    await visit.check()


async def test_an_admin_sees_what_a_cancellation_would_undo_and_cancels(
    visit: Visit, shop: ShopProcess, customer: Customer
) -> None:
    product = await any_product(customer.browser)
    placed = await customer.order(product["productId"], address=UNANSWERED)
    await customer.until(placed["orderId"], "Inventory Reserved")
    page = await open_console(visit, shop, f"/console/order?order={placed['orderId']}")
    await page.get_by_role("button", name="Cancel the order").click()
    dialog = page.get_by_role("dialog", name="Cancel the order")
    would = dialog.get_by_role("region", name="What it would do")
    await expect(would).to_contain_text("The order is thenCancelling")
    await expect(would).to_contain_text("The cancellation of the parcel, attempt 1")
    await expect(would).to_contain_text("The release of the stock, the refund")
    await dialog.get_by_label("Why it is cancelled").fill("The customer called")
    await visit.check()
    await dialog.get_by_role("button", name="Cancel the order").click()
    await customer.until(placed["orderId"], "Cancelled")
    await expect(page.get_by_role("table", name="Events of this order")).to_contain_text("order.cancelled")


async def test_a_page_about_no_order_asks_which(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/order", role="operator")
    await expect(page.get_by_role("heading", name="Which order?")).to_be_visible()
    await visit.check()


async def test_a_board_without_what_is_asked_for_says_so(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/sagas?step=inventory&staleFor=86400")
    await expect(page.get_by_text("Nothing is like this.")).to_be_visible()
    await visit.check()
    await page.get_by_role("link", name="Clear the filters").click()
    await expect(page).to_have_url(re.compile(r"/console/sagas$"))
