"""The first page, as a visitor sees it."""

import re

from playwright.async_api import expect

from tests.web.browser import Visit


async def test_a_visitor_finds_search_departments_and_what_is_new(visit: Visit) -> None:
    await visit.go("/")
    page = visit.page
    await expect(page).to_have_title("AIOutlet, a shop behind glass")
    await expect(page.get_by_role("heading", level=1)).to_have_text("What do you need today?")
    await expect(page.get_by_role("link", name=re.compile("^Bakery"))).to_contain_text("10 products")
    cards = page.get_by_role("article")
    await expect(cards.first).to_contain_text("$")
    await visit.check()


async def test_searching_leads_to_the_products(visit: Visit) -> None:
    await visit.go("/")
    box = visit.page.get_by_role("main").get_by_role("combobox")
    await box.fill("french bread")
    await box.press("Enter")
    await expect(visit.page).to_have_url(re.compile(r"/products\?q=french(%20|\+)bread$"))


async def test_a_page_that_is_not_there_says_so_and_leads_back(visit: Visit) -> None:
    visit.complaints.allowed.add("status of 404")
    await visit.go("/no/such/page")
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    await visit.check()
    await visit.page.get_by_role("link", name="To the shop").click()
    await expect(visit.page).to_have_url(f"{visit.url}/")


async def test_a_chosen_theme_is_there_before_anything_is_painted(visit: Visit) -> None:
    await visit.go("/")
    await visit.page.emulate_media(color_scheme="light")
    await visit.page.get_by_role("radio", name="Dark").check()
    await visit.page.reload(wait_until="commit")
    await expect(visit.page.locator("html")).to_have_attribute("data-theme", "dark")
    await visit.page.get_by_role("radio", name="As the system").check()
    await expect(visit.page.locator("html")).not_to_have_attribute("data-theme", re.compile(".*"))


async def test_the_keyboard_skips_to_the_content(visit: Visit) -> None:
    await visit.go("/")
    await visit.page.keyboard.press("Tab")
    skip = visit.page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    await visit.page.keyboard.press("Enter")
    await expect(visit.page.locator("main")).to_be_focused()


async def test_without_a_network_the_page_says_so(visit: Visit) -> None:
    await visit.go("/")
    visit.complaints.allowed |= {"ERR_INTERNET_DISCONNECTED", "preload assets"}  # the latter are axe's
    await visit.page.context.set_offline(True)
    await expect(visit.page.get_by_text("You are offline.")).to_be_visible()
    await visit.check()
    await visit.page.context.set_offline(False)
    await expect(visit.page.get_by_text("You are offline.")).to_be_hidden()
