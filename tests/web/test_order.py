"""An order as its customer follows it: declined, short, cancelled, shipped, and with the shop gone for a while."""

import re
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser import Browser as HttpBrowser
from tests.e2e.running import SECRET, ShopProcess
from tests.services.waiting import free_port
from tests.web.browser import Visit, visiting
from tests.web.shopper import enter
from tests.web.staff import Goods, Staff
from tests.web.test_checkout import LIVE, at_checkout, fill_address, pay


async def order_with(visit: Visit, staff: Staff, card: str) -> Goods:
    """Order two pieces with a card; the order's page is shown."""
    _, goods = await at_checkout(visit, staff)
    await fill_address(visit.page)
    await visit.page.get_by_role("radio", name=card).check()
    await pay(visit.page, "$48.89")
    await visit.page.wait_for_url(re.compile("/orders/"))
    return goods


async def test_a_declined_payment_charges_nothing_and_gives_the_items_back(visit: Visit, staff: Staff) -> None:
    goods = await order_with(visit, staff, "Test card that is declined")
    page = visit.page
    said = page.get_by_text("The payment was declined. Nothing was charged. Try another card.")
    await expect(said).to_be_visible(timeout=LIVE)
    await expect(page.get_by_role("list", name="Where it is")).to_contain_text("Paid, failed")
    await visit.check()
    await page.get_by_role("button", name="Put the items into the cart again").click()
    await page.get_by_role("link", name="To the cart").click()
    await expect(page.get_by_role("listitem").filter(has_text=goods.name)).to_be_visible()


async def test_stock_that_is_gone_by_then_fails_the_order_and_refunds(visit: Visit, staff: Staff) -> None:
    _, goods = await at_checkout(visit, staff, stock=2)
    await fill_address(visit.page)
    await expect(visit.page.get_by_role("button", name="Order and pay $48.89")).to_be_visible()
    await staff.lose(goods, 1)
    await pay(visit.page, "$48.89")
    said = visit.page.get_by_text("There were not enough items left. The payment was refunded.")
    await expect(said).to_be_visible(timeout=LIVE)
    await visit.check()


async def test_a_cancelled_order_is_undone_before_ones_eyes(visit: Visit, staff: Staff) -> None:
    await order_with(visit, staff, "The payment goes through.")
    page = visit.page
    await expect(page.get_by_text("The parcel is ready, and waits for the carrier.")).to_be_visible(timeout=LIVE)
    await page.get_by_role("button", name="Cancel the order").click()
    dialog = page.get_by_role("dialog", name="Cancel this order?")
    await expect(dialog).to_be_visible()
    await visit.check()
    await dialog.get_by_role("button", name="Keep it").click()
    await expect(dialog).to_be_hidden()
    await page.get_by_role("button", name="Cancel the order").click()
    await dialog.get_by_role("button", name="Cancel it").click()
    await expect(page.get_by_text("It was cancelled.")).to_be_visible(timeout=LIVE)
    await expect(page.get_by_text("The payment was refunded", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel the order")).to_be_hidden()
    refunded = page.get_by_role("definition").filter(has_text="$")
    await expect(page.get_by_role("term").filter(has_text="Refunded")).to_be_visible()
    assert await refunded.nth(-1).inner_text() == await refunded.nth(-2).inner_text()
    await expect(page.get_by_text("This order has ended")).to_be_visible()
    await visit.check()


async def test_a_parcel_that_leaves_the_house_is_told_at_once(visit: Visit, staff: Staff) -> None:
    await order_with(visit, staff, "The payment goes through.")
    page = visit.page
    await expect(page.get_by_text("The parcel is ready, and waits for the carrier.")).to_be_visible(timeout=LIVE)
    await staff.ship(re.search(r"/orders/([^?]+)", page.url)[1])  # type: ignore[index]
    await expect(page.get_by_text("The carrier has it.")).to_be_visible(timeout=LIVE)
    await expect(page.get_by_text("The parcel left the house")).to_be_visible()
    await expect(page.get_by_role("button", name="Cancel the order")).to_be_hidden()


async def test_another_persons_order_is_not_found(visit: Visit, staff: Staff) -> None:
    await order_with(visit, staff, "The payment goes through.")
    path = visit.page.url.removeprefix(visit.url)
    visit.complaints.allowed.add("404")  # also to the page that is open: its stream goes on as somebody else's
    await enter(visit, await staff.person())
    await visit.go(path)
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("There is no such page")


async def test_who_has_no_orders_is_led_to_the_products(visit: Visit, staff: Staff) -> None:
    await visit.go("/orders")
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("Log in to see your orders")
    await visit.check()
    await enter(visit, await staff.person())
    await visit.go("/orders")
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("You have no orders yet")
    await visit.check()


async def test_with_the_shop_gone_the_page_stays_and_goes_on_when_it_is_back(browser: Browser, tmp_path: Path) -> None:
    ports = {f"AIOUTLET_{name}_PORT": str(free_port()) for name in ("BFF", "COMMAND", "QUERY")}
    with ShopProcess(tmp_path / "data", {"AIOUTLET_TOKEN_SECRET": SECRET, **ports}) as shop:
        url = shop.addresses()["bff"]
        async with HttpBrowser(url) as at_work, visiting(browser, url) as visit:
            staff = Staff(at_work)
            await staff.log_in(shop.data)
            await order_with(visit, staff, "The payment goes through.")
            await expect(visit.page.get_by_text("The parcel is ready, and waits")).to_be_visible(timeout=LIVE)
            order_id = re.search(r"/orders/([^?]+)", visit.page.url)[1]  # type: ignore[index]
            visit.complaints.allowed.update({"ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "ERR_EMPTY_RESPONSE"})
            shop.stop()
            await expect(visit.page.get_by_text("Connecting again …")).to_be_visible()
            await expect(visit.page.get_by_text("The parcel is ready, and waits")).to_be_visible()
            shop.start()
            await expect(visit.page.get_by_text("Live", exact=True)).to_be_visible(timeout=LIVE)
            await staff.ship(order_id)
            await expect(visit.page.get_by_text("The carrier has it.")).to_be_visible(timeout=LIVE)
