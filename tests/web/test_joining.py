"""Opening an account, proving the address, logging in and out, and setting another password."""

import re

from playwright.async_api import Browser, expect

from tests.web.browser import Visit, visiting
from tests.web.mails import kept_by, mailed_path
from tests.web.person import RESET, Person, joined

SECOND = "purple monkey dishwasher 9"
UNAUTHORISED = "status of 401"


async def test_somebody_joins_proves_their_address_and_comes_back(visit: Visit) -> None:
    person = Person(visit)
    await visit.go("/register")
    await visit.check()
    await person.register()
    await visit.check()
    await expect(person.main.get_by_role("link", name="open the mailbox")).to_have_attribute("href", "/bff/dev/mailbox")
    await person.button("Send the mail again").click()
    await expect(person.main).to_contain_text("A new mail is on its way")
    await person.verify()
    await visit.check()
    await person.log_out()
    await visit.go("/account/addresses")
    await visit.check()
    await person.main.get_by_role("link", name="Log in").click()
    await visit.check()
    await person.log_in()
    await expect(visit.page).to_have_url(f"{visit.url}/account/addresses")
    await expect(visit.page.get_by_role("banner").get_by_role("link", name="Account of Ada")).to_be_visible()


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(visit: Visit) -> None:
    visit.complaints.allowed.add("status of 422")
    person = Person(visit, password="ada")
    await visit.go("/register")
    await person.button("Open the account").click()
    await expect(person.main.get_by_role("alert")).to_contain_text("4 fields need a look")
    await visit.check()
    await person.fill(First_name="Ada", Last_name="Lovelace", Mail_address=person.email, Password="short")
    await person.button("Open the account").click()
    await expect(person.field("Password")).to_have_accessible_description(
        re.compile("A password has at least 10 characters")
    )
    await expect(person.field("First name")).to_have_value("Ada")
    await person.main.get_by_role("link", name="You have an account? Log in").click()
    await expect(person.field("Mail address")).to_have_value(person.email)


async def test_a_wrong_password_leaves_the_address_where_it_is(visit: Visit) -> None:
    visit.complaints.allowed.add(UNAUTHORISED)
    person = Person(visit)
    await visit.go("/login")
    await person.log_in()
    await expect(person.main.get_by_role("alert")).to_contain_text("Address and password do not match")
    await expect(person.field("Mail address")).to_have_value(person.email)
    await visit.check()


async def test_a_link_that_was_not_mailed_proves_nothing(visit: Visit) -> None:
    visit.complaints.allowed.add("status of 422")
    await visit.go("/verify-email?token=made-up")
    await expect(visit.page.get_by_role("alert")).to_contain_text("This link is not valid any more")
    await visit.check()


async def test_a_forgotten_password_is_replaced_and_every_session_ends(
    visit: Visit, browser: Browser, url: str
) -> None:
    person = await joined(visit)
    async with visiting(browser, url) as other:
        visitor = Person(other, email=person.email, password=SECOND)
        await other.go("/reset-password")
        await other.check()
        await visitor.fill(Mail_address=person.email)
        await visitor.button("Send the mail").click()
        await expect(visitor.main).to_contain_text("a mail with a link is on its way")
        await other.check()
        await other.go(await mailed_path(kept_by(url), person.email, RESET))
        await visitor.fill(New_password=SECOND)
        await other.check()
        await visitor.button("Set the password").click()
        await expect(visitor.main).to_contain_text("The new password is set")
        await visitor.main.get_by_role("link", name="Log in").first.click()
        await visitor.log_in()
        await expect(other.page.get_by_role("banner").get_by_role("link", name="Account of Ada")).to_be_visible()
    visit.complaints.allowed.add(UNAUTHORISED)
    await visit.go("/account")
    await expect(person.main).to_contain_text("Log in to see this")
