"""What is done on a page before its picture is taken."""

import re
from collections.abc import Awaitable, Callable

from playwright.async_api import Page


async def type_bread(page: Page) -> None:
    await page.get_by_role("main").get_by_role("combobox").press_sequentially("bread")
    await page.get_by_role("option").first.wait_for()


async def open_filters(page: Page) -> None:
    button = page.get_by_role("button", name="Filters")
    if await button.is_visible():
        await button.click()
        await page.get_by_role("dialog").wait_for()


async def open_first_row(page: Page) -> None:
    await page.get_by_role("table").get_by_role("link").first.click()
    await page.get_by_role("complementary").wait_for()


async def ask_for_a_way_out(page: Page) -> None:
    await open_first_row(page)
    await page.get_by_role("complementary").get_by_role("button", name="End the order as failed").click()
    await page.get_by_role("dialog").get_by_role("alert").wait_for()


async def open_first_letter(page: Page) -> None:
    await open_first_row(page)
    await page.get_by_role("complementary").get_by_role("button", name="Try it again").wait_for()


async def give_up_first_letter(page: Page) -> None:
    await open_first_letter(page)
    await page.get_by_role("complementary").get_by_role("button", name="Give it up").click()
    await page.get_by_role("dialog").get_by_role("textbox").wait_for()


async def try_all_of_a_cause_again(page: Page) -> None:
    await open_first_letter(page)
    await page.get_by_role("complementary").get_by_role("button", name="Try all").click()
    await page.get_by_role("dialog").get_by_role("textbox").wait_for()


async def open_whole_order(page: Page) -> None:
    await open_first_row(page)
    await page.get_by_role("link", name="All there is about this order").click()
    await page.get_by_role("table", name="Events of this order").wait_for()
    await page.get_by_text("Folded up to position").first.wait_for()


async def open_first_event(page: Page) -> None:
    await page.get_by_role("rowheader").get_by_role("link").first.click()
    await page.get_by_role("complementary").get_by_role("listitem").filter(has_text="A request").wait_for()


async def prove_first_event(page: Page) -> None:
    await page.get_by_role("rowheader").get_by_role("link").first.click()
    await page.get_by_role("complementary").get_by_role("button", name="Verify").click()
    await page.get_by_text("This event is in the log of").wait_for()


async def look_behind_the_glass(page: Page) -> None:
    await page.get_by_role("button", name="Behind the glass").click()
    await page.get_by_role("main").get_by_role("button", name="Add to cart").first.click()
    glass = page.get_by_role("region", name="Behind the glass")
    await glass.get_by_text("A product was put into the cart").wait_for()
    await glass.get_by_text("waiting").first.wait_for(state="hidden")


def press(name: str, waits_for: str = "") -> Callable[[Page], Awaitable[None]]:
    """Press the first link or button of this name on the page, and wait for a role, if one is named."""

    async def pressed(page: Page) -> None:
        main = page.get_by_role("main")
        named = re.compile("^" + re.escape(name))
        await main.get_by_role("button", name=named).or_(main.get_by_role("link", name=named)).first.click()
        if waits_for:
            await page.get_by_role(waits_for).first.wait_for()  # type: ignore[arg-type]

    return pressed


async def order_without_address(page: Page) -> None:
    await page.get_by_label("Country").select_option("US")
    await press("Order and pay", "alert")(page)


async def log_in_wrongly(page: Page) -> None:
    await page.locator("#email").fill("ada@example.org")
    await page.locator("#password").fill("not my password")
    await press("Log in", "alert")(page)


async def ask_for_a_mail(page: Page) -> None:
    await page.get_by_role("main").get_by_label("Mail address").fill("ada@example.org")
    await press("Send the mail")(page)
    await page.get_by_text("a mail with a link is on its way").wait_for()
