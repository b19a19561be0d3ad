"""Cancelling an order in every state up to Shipped, in a browser: by its customer, and by an admin in the console."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.e2e.held_shop import PASSWORD, HeldShop, Person, open_held_shop
from tests.web.browser import Visit, visiting
from tests.web.keepers import log_in_as
from tests.web.staff import Person as Account
from tests.web.test_checkout import LIVE

HELD_AT = {
    "Pending": "saga",
    "Processing": "payment",
    "Payment Processed": "inventory",
    "Inventory Reserved": "shipping",
}
"""Who must not answer, for an order to stay like this."""
IN_CI = {("Payment Processed", "admin"), ("Inventory Reserved", "customer")}
UNDONE = re.compile("Nothing was charged|The payment was refunded")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def held(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[HeldShop]:
    async with open_held_shop(tmp_path_factory.mktemp("held") / "var") as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, held: HeldShop) -> AsyncIterator[Visit]:
    async with visiting(browser, held.addresses.bff, viewport={"width": 1280, "height": 900}) as visit:
        yield visit


@pytest_asyncio.fixture(loop_scope="session")
async def ada(held: HeldShop) -> AsyncIterator[Person]:
    async with held.person() as person:
        yield person


async def open_as(visit: Visit, person: Person, path: str) -> Page:
    """Open a page in a session of this person's."""
    await log_in_as(visit.page, visit.url, Account(person.email, PASSWORD))
    await visit.go(path)
    return visit.page


async def cancel_as_customer(page: Page) -> None:
    await page.get_by_role("button", name="Cancel the order").click()
    await page.get_by_role("dialog").get_by_role("button", name="Cancel it").click()
    await expect(page.get_by_role("button", name="Cancel the order")).to_be_hidden()


async def cancel_as_admin(browser: Browser, held: HeldShop, order_id: str) -> None:
    async with held.person("admin") as ann, visiting(browser, held.addresses.bff) as visit:
        page = await open_as(visit, ann, f"/console/orders?order={order_id}")
        pane = page.get_by_role("complementary")
        await pane.get_by_role("button", name="Cancel the order…").click()
        await pane.get_by_label("Why it is cancelled").fill("The carrier is on strike")
        await pane.get_by_role("button", name="Cancel the order").click()
        await expect(pane).to_contain_text("The cancellation was requested.")


@pytest.mark.parametrize(
    ("status", "by"),
    [
        pytest.param(status, by, marks=() if (status, by) in IN_CI else pytest.mark.exhaustive)
        for status in HELD_AT
        for by in ("customer", "admin")
    ],
)
async def test_an_order_under_way_is_cancelled_and_its_page_says_what_became_of_the_money(
    held: HeldShop, browser: Browser, visit: Visit, ada: Person, status: str, by: str
) -> None:
    product = await held.ask.product(stock=1)
    with held.gates.held(HELD_AT[status]):
        order_id = await ada.order(product)
        await ada.until(order_id, status=status)
        page = await open_as(visit, ada, f"/orders/{order_id}")
        if by == "customer":
            await cancel_as_customer(page)
        else:
            await cancel_as_admin(browser, held, order_id)
    await expect(page.get_by_text("It was cancelled.")).to_be_visible(timeout=LIVE)
    await expect(page.get_by_role("main").get_by_text(UNDONE).first).to_be_visible()
    order = await ada.until(order_id, status="Cancelled")
    is_charged = order["paymentStatus"] == "refunded"
    await expect(page.get_by_role("term").filter(has_text="Refunded")).to_have_count(1 if is_charged else 0)
    await ada.mails("order-cancelled", *(("refund-issued",) if is_charged else ()))
