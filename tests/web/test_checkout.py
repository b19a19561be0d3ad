"""From a guest's cart to a parcel that waits for the carrier, and what may come between."""

import re

from playwright.async_api import Page, expect

from tests.web.browser import Visit
from tests.web.shopper import ask, enter, log_in_here, put, put_as_guest
from tests.web.staff import Goods, Person, Staff

LIVE = 30_000
"""Milliseconds in which an order goes its way on a busy machine."""


async def at_checkout(visit: Visit, staff: Staff, *, stock: int = 9) -> tuple[Person, Goods]:
    """Somebody who is logged in, with two pieces in the cart, before the form."""
    person, goods = await staff.person(), await staff.goods(stock=stock)
    await visit.go("/cart")
    await enter(visit, person)
    await put(visit, goods, 2)
    await visit.go("/checkout")
    return person, goods


async def fill_address(page: Page) -> None:
    await page.get_by_label("Country").select_option("US")
    await page.get_by_label("Name").fill("Wil Featherstone")
    await page.get_by_label("Street and number").fill("221B Journey Street")
    await page.get_by_label("City").fill("Pacific Grove")
    await page.get_by_label("State").select_option("CA")
    await page.get_by_label("ZIP code").fill("93950")


async def pay(page: Page, total: str) -> None:
    await page.get_by_role("button", name=f"Order and pay {total}").click()


async def test_a_guests_cart_comes_along_and_is_followed_to_the_parcel(visit: Visit, staff: Staff) -> None:
    person, goods = await staff.person(), await staff.goods(stock=3)
    await visit.go("/cart")
    await enter(visit, person)
    await put(visit, goods, 2)
    await ask(visit, "POST", "/bff/auth/logout")
    await put_as_guest(visit, goods, 2)
    await visit.go("/cart")
    page = visit.page
    await page.get_by_role("link", name="Check out").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Log in to check out")
    await visit.check()
    join = page.get_by_role("main").get_by_role("link", name="Open an account")
    await expect(join).to_have_attribute("href", "/register?back=%2Fcheckout")
    await page.get_by_role("main").get_by_role("link", name="Log in").click()
    await log_in_here(visit, person)
    await expect(page).to_have_url(re.compile("/checkout$"))
    await page.get_by_role("link", name="Change the cart").click()
    await expect(page.get_by_text(f"{goods.name}: 3, as many as there are")).to_be_visible()
    await visit.check()
    await page.get_by_role("link", name="Check out").click()
    await fill_address(page)
    await visit.check()
    await pay(page, "$64.35")
    await expect(page.get_by_text("Thank you, the order is placed")).to_be_visible()
    await expect(page.get_by_text("The parcel is ready, and waits for the carrier.")).to_be_visible(timeout=LIVE)
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Order ORD-\d{8}-\w{5}$"))
    await expect(page.get_by_text("93950")).to_have_count(2)
    await page.locator("summary").click()
    await expect(page.get_by_text("payment.processed", exact=True)).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text=goods.name).locator("img")).to_be_visible()
    await visit.check()
    await expect(page.get_by_role("link", name=re.compile("^Cart"))).not_to_contain_text(re.compile(r"[1-9]"))
    await visit.go("/orders")
    await expect(page.get_by_role("article")).to_contain_text("Parcel ready")
    await expect(page.get_by_role("article").locator("img")).to_be_visible()
    await visit.check()


async def test_what_is_missing_stands_beside_its_field_and_in_a_list(visit: Visit, staff: Staff) -> None:
    await at_checkout(visit, staff)
    page = visit.page
    await page.get_by_label("Country").select_option("US")
    await page.get_by_role("button", name="Order and pay").click()
    errors = page.get_by_role("alert")
    await expect(errors).to_contain_text("4 fields need a look")
    await expect(page.get_by_label("Name")).to_have_value("Wil Featherstone")
    await expect(page.get_by_label("City")).to_have_attribute("aria-invalid", "true")
    await visit.check()
    await errors.get_by_role("link", name="ZIP code").click()
    await expect(page.get_by_label("ZIP code")).to_be_focused()


async def test_a_postal_code_of_elsewhere_is_told_before_anything_is_paid(visit: Visit, staff: Staff) -> None:
    await at_checkout(visit, staff)
    visit.complaints.allowed.add("422")
    await fill_address(visit.page)
    await visit.page.get_by_label("ZIP code").fill("10001")
    await expect(visit.page.get_by_role("alert")).to_contain_text("This code belongs to another region.")
    await visit.check()
    await visit.page.get_by_label("ZIP code").fill("93950")
    await expect(visit.page.get_by_role("button", name="Order and pay $48.89")).to_be_visible()


async def test_an_address_is_kept_if_one_wants_and_chosen_the_next_time(visit: Visit, staff: Staff) -> None:
    _, goods = await at_checkout(visit, staff)
    page = visit.page
    await fill_address(page)
    await page.get_by_label("Keep this address").check()
    await pay(page, "$48.89")
    await expect(page.get_by_text("Thank you")).to_be_visible()
    await put(visit, goods, 1)
    await visit.go("/checkout")
    await expect(page.get_by_role("radio", name=re.compile("221B Journey Street"))).to_be_checked()
    await expect(page.get_by_role("button", name="Order and pay $27.44")).to_be_visible()
    await visit.check()


async def test_another_price_is_shown_before_anything_is_ordered(visit: Visit, staff: Staff) -> None:
    _, goods = await at_checkout(visit, staff)
    page = visit.page
    await fill_address(page)
    await expect(page.get_by_role("button", name="Order and pay $48.89")).to_be_visible()
    await staff.reprice(goods, 2_500)
    visit.complaints.allowed.add("409")
    await pay(page, "$48.89")
    await expect(page.get_by_role("alert")).to_contain_text("It was $48.89, it is now $53.63.")
    await visit.check()
    await pay(page, "$53.63")
    await expect(page.get_by_text("Thank you")).to_be_visible()


async def test_of_two_tabs_one_orders_and_the_other_is_shown_its_order(visit: Visit, staff: Staff) -> None:
    await at_checkout(visit, staff)
    other = await visit.page.context.new_page()
    visit.watch(other)
    visit.complaints.allowed.add("409")
    await other.goto(f"{visit.url}/checkout")
    for tab in (visit.page, other):
        await fill_address(tab)
        await expect(tab.get_by_role("button", name="Order and pay $48.89")).to_be_visible()
    await pay(visit.page, "$48.89")
    await expect(visit.page.get_by_text("Thank you")).to_be_visible()
    number = await visit.page.get_by_role("heading", level=1).text_content()
    await pay(other, "$48.89")
    await expect(other.get_by_text("This cart was ordered already")).to_be_visible()
    await other.get_by_role("link", name="Show the order").click()
    await expect(other.get_by_role("heading", level=1)).to_have_text(str(number))


async def test_a_session_that_ends_meanwhile_loses_nothing(visit: Visit, staff: Staff) -> None:
    person, _ = await at_checkout(visit, staff)
    page = visit.page
    await fill_address(page)
    await page.get_by_label("Test card with a bad line").check()
    await expect(page.get_by_role("button", name="Order and pay $48.89")).to_be_visible()
    for cookie in ("aioutlet_access", "aioutlet_refresh"):
        await page.context.clear_cookies(name=cookie)
    visit.complaints.allowed.add("401")
    await pay(page, "$48.89")
    ended = page.get_by_text("Log in and go on from here: what you typed is kept, and nothing was ordered.")
    await expect(ended).to_be_visible()
    await expect(page.get_by_label("Street and number")).to_have_value("221B Journey Street")
    await visit.check()
    await page.get_by_role("link", name="Log in and go on").click()
    await log_in_here(visit, person)
    await expect(page.get_by_label("Street and number")).to_have_value("221B Journey Street")
    await expect(page.get_by_label("Test card with a bad line")).to_be_checked()
    await pay(page, "$48.89")
    await expect(page.get_by_text("Thank you")).to_be_visible()
