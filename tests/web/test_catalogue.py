"""The catalogue in a browser: filters in the address, words while they are typed, pages, and the way back."""

import re

from playwright.async_api import Locator, Page, expect

from tests.web.browser import Visit
from tests.web.shopper import put_as_guest
from tests.web.staff import Staff

PHONE = 360
"""Pixels of the narrowest screen."""


def cards(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("article")


def filters(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Filters")


async def counted(page: Page, words: str) -> None:
    await expect(page.get_by_role("main").get_by_role("status").first).to_have_text(words)


async def total(visit: Visit, path: str = "/products") -> int:
    """How many products a list has now: those of the demo, and of the tests before this one."""
    return int((await (await visit.page.request.get(f"{visit.url}/bff{path}")).json())["total"])


async def test_filters_stand_in_the_address_and_can_be_taken_away_one_by_one(visit: Visit) -> None:
    page = visit.page
    everything = f"{await total(visit)} products"
    await visit.go("/products")
    await counted(page, everything)
    await filters(page).get_by_role("link", name=re.compile("^Bakery")).click()
    await expect(page).to_have_url(re.compile(r"/products\?department=Bakery$"))
    await counted(page, "10 products")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Bakery")
    await filters(page).get_by_role("link", name=re.compile("^Store brand")).click()
    await expect(page).to_have_url(re.compile(r"\?department=Bakery&brand=Store\+brand$"))
    await page.get_by_label("Sort by").select_option("Price, low to high")
    await expect(page).to_have_url(re.compile("sort=price$"))
    await visit.check()
    await page.get_by_role("link", name="Remove the filter Bakery").click()
    await expect(page).to_have_url(re.compile(r"\?brand=Store\+brand&sort=price$"))
    await page.go_back()
    await expect(page).to_have_url(re.compile(r"department=Bakery&brand=Store\+brand&sort=price$"))
    await page.get_by_role("link", name="Clear all").click()
    await counted(page, everything)


async def test_prices_are_narrowed_in_the_currency_of_the_list(visit: Visit) -> None:
    page = visit.page
    await visit.go("/products?department=Bakery")
    await filters(page).get_by_label("From").fill("2,5x")
    await filters(page).get_by_role("button", name="Apply").click()
    await expect(filters(page).get_by_role("alert")).to_have_text("Type an amount such as 2.50.")
    await filters(page).get_by_label("From").fill("2.50")
    await filters(page).get_by_label("To").fill("3")
    await filters(page).get_by_role("button", name="Apply").click()
    await expect(page).to_have_url(re.compile("min=250&max=300&currency=USD$"))
    await expect(page.get_by_role("link", name="Remove the filter $2.50 to $3.00")).to_be_visible()
    await expect(page.get_by_role("main").locator("[aria-busy=true]")).to_have_count(0)  # else the list before it
    prices = await cards(page).get_by_text(re.compile(r"^\$")).all_inner_texts()
    assert prices
    assert all(2.50 <= float(price.removeprefix("$")) <= 3.00 for price in prices)
    await expect(filters(page).get_by_label("From")).to_have_value("2.50")


async def test_an_address_with_filters_shows_the_same_list_to_whoever_opens_it(visit: Visit) -> None:
    await visit.go("/products?q=bread&stock=in&sort=price&page=99999&stars=x")
    page = visit.page
    await expect(page.get_by_role("heading", level=1)).to_have_text("Results for “bread”")
    await expect(page.get_by_role("banner").get_by_role("searchbox")).to_have_value("bread")
    await expect(page.get_by_label("Sort by")).to_have_value("price")
    await counted(page, "10 products")


async def test_the_list_follows_the_words_as_they_are_typed_in_one_step_of_history(visit: Visit) -> None:
    page = visit.page
    groceries = f"{await total(visit, '/products?department=Grocery')} products"
    await visit.go("/products?department=Grocery")
    await counted(page, groceries)
    box = page.get_by_role("banner").get_by_role("searchbox")
    await box.press_sequentially("coff")
    await expect(page).to_have_url(re.compile(r"\?q=coff&department=Grocery$"))
    await expect(cards(page).first).to_contain_text(re.compile("coffee", re.IGNORECASE))
    await box.press_sequentially("ee creamer")
    await expect(page).to_have_url(re.compile(r"\?q=coffee\+creamer&department=Grocery$"))
    await expect(cards(page).first).to_contain_text("Coffee Creamer")
    await expect(box).to_have_value("coffee creamer")
    await page.go_back()
    await expect(page).to_have_url(re.compile(r"\?department=Grocery$"))
    await expect(box).to_have_value("")
    await counted(page, groceries)


async def test_elsewhere_products_are_suggested_and_chosen_with_the_keyboard(visit: Visit) -> None:
    page = visit.page
    await visit.go("/")
    box = page.get_by_role("main").get_by_role("combobox", name="Search the shop")
    await box.press_sequentially("french b")
    options = page.get_by_role("option")
    await expect(options.first).to_contain_text("French Bread")
    await expect(options.last).to_have_text("See all 3 results")
    await visit.check()
    await box.press("Escape")
    await expect(options).to_have_count(0)
    await box.press("r")
    await expect(options.first).to_be_visible()
    await box.press("ArrowDown")
    await expect(options.first).to_have_attribute("aria-selected", "true")
    await box.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("French Bread")


async def test_going_back_from_a_product_finds_the_page_and_the_place_that_were_left(visit: Visit) -> None:
    page = visit.page
    second = page.get_by_text(f"25–48 of {await total(visit)}")
    await visit.go("/products")
    await page.get_by_role("link", name="Page 2").click()
    await expect(second).to_be_visible()
    await expect(page.get_by_role("link", name="Page 2")).to_have_attribute("aria-current", "page")
    card = cards(page).nth(20).get_by_role("link")
    name = await card.inner_text()
    await card.scroll_into_view_if_needed()
    at = await page.evaluate("scrollY")
    assert at > 500
    await card.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert await page.evaluate("scrollY") == 0
    await page.go_back()
    await expect(second).to_be_visible()
    await page.wait_for_function(f"Math.abs(scrollY - {at}) < 2")
    await page.go_forward()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)


async def test_nothing_found_says_what_may_help(visit: Visit) -> None:
    page = visit.page
    await visit.go("/products?q=gold+bars")
    await expect(page.get_by_text("No product has all of “gold bars”.")).to_be_visible()
    await visit.check()
    await visit.go("/products?q=bread&department=Seafood")
    await page.get_by_role("link", name="Clear the filters").click()
    await counted(page, "10 products")


async def test_on_a_phone_the_filters_are_in_a_sheet_and_the_list_follows(visit: Visit) -> None:
    page = visit.page
    await page.set_viewport_size({"width": PHONE, "height": 740})
    await visit.go("/products")
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    await page.get_by_role("button", name="Filters", exact=True).click()
    sheet = page.get_by_role("dialog", name="Filters")
    await sheet.get_by_role("link", name=re.compile("^Bakery")).click()
    await visit.check()
    await sheet.get_by_role("button", name="Show 10 products").click()
    await expect(sheet).to_be_hidden()
    await expect(page.get_by_role("button", name="Filters (1)")).to_be_focused()
    await expect(cards(page)).to_have_count(10)


async def test_deep_in_a_list_search_and_cart_come_back_on_the_way_up(visit: Visit) -> None:
    page = visit.page
    await page.set_viewport_size({"width": PHONE, "height": 740})
    await visit.go("/products")
    await expect(cards(page).nth(20)).to_be_attached()
    box, cart = page.get_by_role("searchbox"), page.get_by_role("banner").get_by_role("link", name=re.compile("^Cart"))
    await page.mouse.wheel(0, 2_000)
    await expect(cart).not_to_be_in_viewport()
    await page.mouse.wheel(0, -100)
    await expect(cart).to_be_in_viewport()
    await expect(box).to_be_in_viewport()
    await visit.check()
    await page.mouse.wheel(0, 200)
    await expect(box).not_to_be_in_viewport()


async def test_on_a_phone_a_departments_categories_are_one_tap_away(visit: Visit) -> None:
    page = visit.page
    await page.set_viewport_size({"width": PHONE, "height": 740})
    await visit.go("/products?department=Bakery")
    categories = page.get_by_role("navigation", name="Categories")
    await visit.check()
    await categories.get_by_role("link", name="Bread", exact=True).click()
    await expect(page).to_have_url(re.compile(r"\?department=Bakery&category=Bread$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("Bread")
    await expect(categories).to_be_hidden()


async def test_without_a_network_the_filters_open_by_the_browser_alone(visit: Visit) -> None:
    page = visit.page
    await page.set_viewport_size({"width": PHONE, "height": 740})
    await visit.go("/products")
    button = page.get_by_role("button", name="Filters", exact=True)
    await expect(button).to_be_enabled()
    visit.complaints.allowed.add("ERR_INTERNET_DISCONNECTED")
    await page.context.set_offline(True)
    await button.click()
    sheet = page.get_by_role("dialog", name="Filters")
    await expect(sheet.get_by_role("link", name=re.compile("^Bakery"))).to_be_visible()
    await visit.check()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(button).to_be_focused()
    await page.context.set_offline(False)


async def test_a_list_that_cannot_be_had_says_so_and_is_asked_for_again(visit: Visit) -> None:
    page = visit.page
    visit.complaints.allowed.add("503")
    await page.route("**/bff/products?*", lambda route: route.fulfill(status=503, body="{}"))
    await page.goto(f"{visit.url}/products")
    await expect(page.get_by_text("A part of the shop does not answer.")).to_be_visible()
    await visit.check()
    await page.unroute("**/bff/products?*")
    await page.get_by_role("button", name="Try again").click()
    await counted(page, f"{await total(visit)} products")


async def test_a_card_with_a_long_price_and_pieces_in_the_cart_fits_a_phone(visit: Visit, staff: Staff) -> None:
    goods = await staff.goods(stock=99, price=129_900)
    await visit.page.set_viewport_size({"width": PHONE, "height": 740})
    await visit.go("/cart")
    await put_as_guest(visit, goods, 12)
    await visit.go(f"/products?q={goods.name.replace(' ', '+')}")
    await expect(visit.page.get_by_role("article").filter(has_text=goods.name)).to_contain_text("12 in cart")
    assert await visit.page.evaluate("document.documentElement.scrollWidth") == PHONE
