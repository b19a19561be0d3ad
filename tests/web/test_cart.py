"""The cart, as a guest and as a person: what is in it, what has changed, and what it costs."""

import re

from playwright.async_api import Locator, expect

from tests.web.browser import Visit
from tests.web.shopper import put_as_guest
from tests.web.staff import Goods, Staff


def line(visit: Visit, goods: Goods) -> Locator:
    return visit.page.get_by_role("main").get_by_role("listitem").filter(has_text=goods.name)


async def fill(visit: Visit, goods: Goods, quantity: int) -> None:
    await visit.go("/cart")
    await put_as_guest(visit, goods, quantity)
    await visit.go("/cart")


async def test_an_empty_cart_leads_to_the_products(visit: Visit) -> None:
    await visit.go("/cart")
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("Your cart is empty")
    await visit.check()
    await visit.page.get_by_role("link", name="Look around").click()
    await expect(visit.page).to_have_url(re.compile("/products$"))


async def test_a_guest_sees_lines_and_a_sum_that_is_explained(visit: Visit, staff: Staff) -> None:
    goods = await staff.goods(stock=9)
    await fill(visit, goods, 2)
    await expect(line(visit, goods)).to_contain_text("$20.00 each")
    sums = visit.page.get_by_role("complementary", name="Sum")
    await expect(sums).to_contain_text("Subtotal, 2 items$40.00")
    await expect(sums).to_contain_text("Free from $50.00: $10.00 to go.$5.99")
    await expect(sums).to_contain_text("Total before tax$45.99")
    await visit.check()


async def test_on_a_phone_the_sum_and_the_way_on_stay_in_sight(visit: Visit, staff: Staff) -> None:
    await visit.page.set_viewport_size({"width": 360, "height": 480})
    await fill(visit, await staff.goods(stock=9), 1)
    await fill(visit, await staff.goods(stock=9), 1)
    await expect(visit.page.get_by_role("main").get_by_role("listitem")).to_have_count(2)
    await expect(visit.page.get_by_role("link", name="Check out")).to_be_in_viewport(ratio=1)
    await visit.check()


async def test_quantities_change_at_once_and_a_refusal_is_taken_back(visit: Visit, staff: Staff) -> None:
    goods = await staff.goods(stock=3)
    await fill(visit, goods, 2)
    row, sums = line(visit, goods), visit.page.get_by_role("complementary", name="Sum")
    await row.get_by_role("button", name="One more").click()
    await expect(sums).to_contain_text("Subtotal, 3 items$60.00")
    await expect(sums).to_contain_text("Free, as from $50.00 on.free")
    await expect(row.get_by_role("button", name="One more")).to_be_disabled()
    visit.complaints.allowed.add("409")
    quantity = row.get_by_role("textbox")
    await quantity.fill("7")
    await quantity.press("Enter")
    await expect(row.get_by_role("alert")).to_have_text("Only 3 left. Nothing was changed.")
    await expect(quantity).to_have_value("3")
    await row.get_by_role("button", name="Remove").click()
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("Your cart is empty")


async def test_another_price_is_told_beside_the_line_until_it_is_accepted(visit: Visit, staff: Staff) -> None:
    goods = await staff.goods(stock=9)
    await fill(visit, goods, 1)
    await staff.reprice(goods, 2_150)
    await visit.go("/cart")
    row = line(visit, goods)
    await expect(row.get_by_text("The price rose: $20.00 when you added it, now $21.50.")).to_be_visible(timeout=15_000)
    await visit.check()
    await row.get_by_role("button", name="Fine with me").click()
    await expect(row.get_by_text("The price rose")).to_be_hidden()
    await expect(visit.page.get_by_role("complementary", name="Sum")).to_contain_text("$21.50")


async def test_short_stock_holds_the_checkout_back_until_the_line_is_mended(visit: Visit, staff: Staff) -> None:
    goods = await staff.goods(stock=5)
    await fill(visit, goods, 4)
    await staff.lose(goods, 3)
    await visit.go("/cart")
    row, check_out = line(visit, goods), visit.page.get_by_role("link", name="Check out")
    await expect(row.get_by_text("Only 2 left, fewer than you want.")).to_be_visible(timeout=15_000)
    await expect(check_out).to_be_hidden()
    await visit.check()
    await row.get_by_role("button", name="Take 2").click()
    await expect(check_out).to_be_visible()
    await expect(row.get_by_role("textbox")).to_have_value("2")
