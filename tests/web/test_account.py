"""One's account: profile, addresses, sessions, what is held on one, and leaving for good."""

import json
import re

from playwright.async_api import Browser, expect

from tests.web.browser import Visit, visiting
from tests.web.mails import kept_by, mailed_path
from tests.web.person import PASSWORD, Person, joined

SECOND = "purple monkey dishwasher 9"


async def test_name_and_password_are_changed(visit: Visit) -> None:
    person = await joined(visit)
    await visit.go("/account")
    await expect(person.main).to_contain_text(f"{person.email} verified")
    await person.fill(First_name="Augusta")
    await person.button("Save").click()
    await expect(person.main).to_contain_text("Saved.")
    await expect(visit.page.get_by_role("banner").get_by_role("link", name="Account of Augusta")).to_be_visible()
    await person.button("Change the password").click()
    await visit.check()
    await person.fill(Password_so_far=PASSWORD, New_password=SECOND)
    await person.main.get_by_role("form", name="Change the password").get_by_role("button", name="Save").click()
    await expect(person.main).to_contain_text("The new password is set")
    person.password = SECOND
    await person.log_out()
    await visit.go("/login")
    await person.log_in()
    await expect(visit.page.get_by_role("banner").get_by_role("link", name="Account of Augusta")).to_be_visible()


async def test_another_mail_address_holds_once_its_mail_was_opened(visit: Visit) -> None:
    person = await joined(visit)
    other = person.email.replace("ada", "augusta")
    await visit.go("/account")
    await person.button("Change the mail address").click()
    await person.fill(New_mail_address=other, Your_password=PASSWORD)
    await visit.check()
    await person.button("Send the mail").click()
    await expect(person.main).to_contain_text(f"We sent a mail to {other}")
    await visit.go(await mailed_path(kept_by(visit.url), other, ""))
    await expect(person.main).to_contain_text("Your mail address is verified")
    await visit.go("/account")
    await expect(person.main).to_contain_text(f"{other} verified")


async def test_addresses_are_kept_by_the_fields_of_their_country(visit: Visit) -> None:
    visit.complaints.allowed.add("status of 422")
    person = await joined(visit)
    await visit.go("/account/addresses")
    await expect(person.main).to_contain_text("No address is kept yet")
    await visit.check()
    await person.button("Add an address").click()
    await expect(person.field("Name")).to_have_value("Ada Lovelace")
    await person.field("Country").select_option("United States")
    await person.fill(Street_and_number="1 Main Street", City="Pacific Grove", ZIP_code="9")
    await person.field("State").select_option("California")
    await person.button("Save").click()
    await expect(person.field("ZIP code")).to_have_accessible_description(re.compile("no postal code of the country"))
    await visit.check()
    await visit.page.reload()
    await expect(person.field("City")).to_have_value("Pacific Grove")
    await person.fill(ZIP_code="93950")
    await person.button("Save").click()
    kept = person.main.get_by_role("article")
    await expect(kept).to_contain_text("Pacific Grove")
    await visit.check()
    await person.button("Change the address of Ada Lovelace").click()
    await person.field("Country").select_option("Germany")
    await expect(person.field("State")).to_be_hidden()
    await person.fill(Postal_code="10115", City="Berlin")
    await person.button("Save").click()
    await expect(kept).to_contain_text("10115 Berlin")
    await person.button("Remove the address of Ada Lovelace").click()
    await expect(person.main).to_contain_text("No address is kept yet")


async def test_a_session_that_is_ended_elsewhere_says_so_and_keeps_what_was_typed(
    visit: Visit, browser: Browser, url: str
) -> None:
    person = await joined(visit)
    async with visiting(browser, url) as other:
        elsewhere = Person(other, email=person.email)
        await other.go("/login?back=/account/addresses")
        await elsewhere.log_in()
        await elsewhere.button("Add an address").click()
        await elsewhere.fill(Street_and_number="1 Main Street")
        await visit.go("/account/sessions")
        await expect(person.main.get_by_role("article").first).to_contain_text("this device")
        await visit.check()
        await person.button("End all other sessions").click()
        await expect(person.main.get_by_role("article")).to_have_count(1)
        other.complaints.allowed.add("status of 401")
        await elsewhere.field("Country").select_option("Germany")
        await elsewhere.fill(Postal_code="10115", City="Berlin")
        await elsewhere.button("Save").click()
        await expect(elsewhere.main).to_contain_text("Your session has ended")
        await other.check()
        await elsewhere.main.get_by_role("link", name="Log in").first.click()
        await elsewhere.log_in()
        await expect(elsewhere.field("Street and number")).to_have_value("1 Main Street")
        await elsewhere.button("Save").click()
        await expect(elsewhere.main.get_by_role("article")).to_contain_text("10115 Berlin")


async def test_everything_held_on_a_person_is_theirs_to_take_along_and_to_erase(visit: Visit) -> None:
    visit.complaints.allowed.add("status of 401")
    person = await joined(visit)
    await visit.go("/account/data")
    await visit.check()
    async with visit.page.expect_download() as downloading:
        await person.button("Download").click()
    held = json.loads((await (await downloading.value).path()).read_text())
    assert held["profile"]["email"] == person.email
    await person.button("Erase the account …").click()
    dialog = visit.page.get_by_role("dialog")
    await dialog.get_by_label("Your password", exact=True).fill("something else")
    await dialog.get_by_role("button", name="Erase it for ever").click()
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await visit.check()
    await dialog.get_by_label("Your password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Erase it for ever").click()
    await expect(person.main).to_contain_text("Your account is erased")
    await visit.check()
    await visit.go("/login")
    await person.log_in()
    await expect(person.main.get_by_role("alert")).to_contain_text("Address and password do not match")
