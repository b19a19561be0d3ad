"""The mailbox of the console: the mails that the demo keeps, each as it looks and as text."""

from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import open_console
from tests.web.person import joined


async def test_a_mail_is_found_by_its_reader_and_shown_as_it_looks_and_as_text(visit: Visit, shop: ShopProcess) -> None:
    person = await joined(visit)
    await person.log_out()
    page = await open_console(visit, shop, f"/console/mailbox?to={person.email}", role="operator")
    await expect(page.get_by_role("navigation", name="Console").get_by_role("link", name="Mailbox")).to_be_visible()
    row = page.get_by_role("row").filter(has_text=person.email).first
    subject = await row.get_by_role("link").inner_text()
    await row.get_by_role("link").click()
    pane = page.get_by_role("complementary", name=subject)
    mail = pane.frame_locator("iframe")
    await expect(mail.locator("body")).to_contain_text("AIOutlet")
    await visit.check()
    await pane.get_by_role("link", name="As text").click()
    await expect(pane.locator("pre")).to_contain_text("http")
    await visit.check()


async def test_nobody_has_a_mail_yet_who_is_nobody(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, f"/console/mailbox?to={uuid4().hex}")
    await expect(page.get_by_text("Nothing is like this.")).to_be_visible()
