"""Reviews: refused before it has come, written, changed, reported and taken back."""

from playwright.async_api import Browser, expect

from tests.web.browser import Visit, visiting
from tests.web.buying import any_product, buy
from tests.web.person import joined
from tests.web.staff import Staff

TEXT = "I like it\nin coffee."


async def test_who_bought_it_reviews_it_changes_that_and_takes_it_back(
    visit: Visit, browser: Browser, url: str, staff: Staff
) -> None:
    visit.complaints.allowed.add("status of 409")
    person = await joined(visit)
    product = await any_product(visit)
    await visit.go(f"/products/{product}")
    await person.button("Write a review").click()
    await person.button("Publish the review").click()
    await expect(person.main.get_by_role("alert")).to_contain_text("2 fields need a look")
    await visit.check()
    await person.main.get_by_role("radio", name="4 stars").check()
    await person.fill(**{"What should others know?": TEXT})
    await person.field("Shown under").select_option("your first name: Ada L.")
    await person.button("Publish the review").click()
    await expect(person.main.get_by_role("alert")).to_contain_text("No order of yours has brought it yet")
    await staff.deliver(await buy(visit, product))
    await visit.page.reload()
    await expect(person.field("What should others know?")).to_have_value(TEXT)
    await person.button("Publish the review").click()
    own = person.main.get_by_role("article").filter(has_text="Your review")
    await expect(own).to_contain_text("Ada L.")
    await expect(person.main.get_by_role("listitem").filter(has_text="in coffee.")).to_contain_text("Ada L.")
    await expect(person.main.get_by_role("button", name="Report the review of Ada L.")).to_have_count(0)
    await visit.check()

    async with visiting(browser, url) as other:
        reader = await joined(other)
        await other.go(f"/products/{product}")
        await reader.button("Report the review of Ada L.").click()
        dialog = other.page.get_by_role("dialog")
        await dialog.get_by_role("radio", name="It is not about the product").check()
        await other.check()
        await dialog.get_by_role("button", name="Report it").click()
        await expect(dialog).to_contain_text("The shop will look at it")

    await visit.go("/account/reviews")
    written = person.main.get_by_role("article")
    await expect(written).to_contain_text("in coffee.")
    await visit.check()
    await person.button("Change it").click()
    await person.main.get_by_role("radio", name="2 stars").check()
    await person.field("Shown under").select_option("no name")
    await person.button("Save").click()
    await expect(written.get_by_role("img", name="2 of 5 stars")).to_be_visible()
    await expect(written).to_contain_text("no name")
    await person.button("Take it back").click()
    await expect(person.main).to_contain_text("You have not reviewed anything yet")


async def test_a_visitor_logs_in_to_write_and_comes_back(visit: Visit) -> None:
    person = await joined(visit)
    product = await any_product(visit)
    await person.log_out()
    await visit.go(f"/products/{product}")
    await person.main.get_by_role("link", name="Write a review").click()
    await person.log_in()
    await expect(visit.page).to_have_url(f"{visit.url}/products/{product}")
    await expect(person.button("Write a review")).to_be_visible()
