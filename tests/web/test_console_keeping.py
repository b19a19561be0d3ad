"""Stock, reviews, people and the configuration, as an admin keeps them in the console."""

import asyncio
import re
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.async_browser import AsyncBrowser
from tests.e2e.customers import CINCINNATI
from tests.e2e.running import ShopProcess
from tests.services.waiting import STUCK_AFTER
from tests.web.browser import Visit
from tests.web.keepers import any_product, browsing_at, demo_account, logged_in_customer, open_console

WELLINGTON = CINCINNATI | {"city": "Wellington", "region": None, "postalCode": "6011", "country": "NZ"}
"""No other test of the web sends anything there, so none minds what is taxed."""


async def id_of_review(browser: AsyncBrowser, product: str, title: str) -> str:
    """The id of a review, once it is shown."""
    async with asyncio.timeout(STUCK_AFTER):
        while True:
            shown = await browser.get(f"/reviews/product/{product}")
            for each in shown["items"]:
                if each["title"] == title:
                    return str(each["reviewId"])


async def test_an_admin_receives_and_corrects_stock(visit: Visit, shop: ShopProcess) -> None:
    async with browsing_at(shop) as browser:
        found = await any_product(browser)
    product = found["productId"]
    page = await open_console(visit, shop, f"/console/stock?productId={product}")
    await page.get_by_role("link", name=found["name"], exact=True).click()
    pane = page.get_by_role("complementary", name=f"Stock of {product}")
    received = pane.get_by_text("Received", exact=True).locator("..").get_by_role("definition")
    before = int(await received.inner_text())
    await visit.check()
    for times in (1, 2):
        await pane.get_by_label("Pieces", exact=True).fill("7")
        await pane.get_by_role("button", name="Record the delivery").click()
        await expect(received).to_have_text(str(before + 7 * times))
    await pane.get_by_label("Pieces more").fill("-3")
    await pane.get_by_label("Why").fill("fell off the shelf")
    await pane.get_by_role("button", name="Correct it").click()
    await expect(pane.get_by_text("Corrected", exact=True).locator("..").get_by_role("definition")).to_have_text("-3")
    visit.complaints.allowed.add("409")
    await pane.get_by_label("Pieces more").fill("-900000")
    await pane.get_by_label("Why").fill("miscounted")
    await pane.get_by_role("button", name="Correct it").click()
    await expect(pane.get_by_role("alert")).to_be_visible()
    await expect(pane.get_by_label("Why")).to_have_value("miscounted")


async def test_an_admin_hides_a_reported_review_and_shows_it_again(visit: Visit, shop: ShopProcess) -> None:
    title = f"Dry {uuid4()}"
    async with browsing_at(shop) as browser, browsing_at(shop) as other:
        customer = await logged_in_customer(browser, shop)
        product = (await any_product(browser))["productId"]
        placed = await customer.order(product)
        await customer.until(placed["orderId"], "Shipping Prepared")
        admin = demo_account(shop, "admin")
        await other.post("/auth/login", {"email": admin.email, "password": admin.password})
        for step in ("ship", "deliver"):
            await other.post(f"/admin/orders/{placed['orderId']}/{step}")
        await customer.until(placed["orderId"], "Delivered")
        review = {"productId": product, "rating": 2, "title": title, "text": "Hard as a stone"}
        await browser.post("/reviews", review)
        review_id = await id_of_review(browser, product, title)
        await other.post(f"/reviews/{product}/{review_id}/report", {"reason": "spam"})

        page = await open_console(visit, shop, "/console/reviews")
        await page.get_by_role("link", name=title).click()
        pane = page.get_by_role("complementary", name=title)
        await expect(pane).to_contain_text("Hard as a stone")
        await expect(pane).to_contain_text("spam")
        await visit.check()
        await pane.get_by_label("Why").fill("It is no review")
        await pane.get_by_role("button", name="Hide it").click()
        await expect(page.get_by_role("link", name=title)).to_have_count(0)
        await page.get_by_role("link", name="Hidden", exact=True).click()
        await page.get_by_role("link", name=title).click()
        await expect(pane).to_contain_text("It is no review")
        await pane.get_by_label("Why").fill("It is one")
        await pane.get_by_role("button", name="Show it").click()
        await expect(page.get_by_role("link", name=title)).to_have_count(0)


async def test_an_admin_makes_an_account_changes_its_roles_and_closes_it(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/people")
    email = f"{uuid4()}@example.com"
    await page.get_by_role("button", name="New account").click()
    dialog = page.get_by_role("dialog")
    for label, text in {"Mail address": email, "First name": "Ola", "Last name": "Berg"}.items():
        await dialog.get_by_label(label).fill(text)
    await visit.check()
    await dialog.get_by_role("button", name="Make it").click()
    await expect(page.get_by_text(f"The account of {email} is made")).to_be_visible()
    await page.get_by_label("Mail address").fill(email)
    await page.get_by_role("button", name="Show").click()
    await page.get_by_role("link", name=email).click()
    pane = page.get_by_role("complementary", name=email)
    await pane.get_by_label("Operator").check()
    await visit.check()
    await pane.get_by_role("button", name="Save the roles").click()
    await expect(page.get_by_role("row").filter(has_text=email)).to_contain_text("Operator")
    await expect(pane).to_contain_text("The roles are saved.")
    await pane.get_by_label("Why it is closed").fill("left us")
    await pane.get_by_role("button", name="Close the account").click()
    await expect(page.get_by_role("row").filter(has_text=email)).to_contain_text("Closed")
    await pane.get_by_role("button", name="Open it again").click()
    await expect(pane.get_by_role("button", name="Close the account")).to_be_visible()


async def test_an_admin_changes_a_tax_rule_and_the_next_order_has_it(visit: Visit, shop: ShopProcess) -> None:
    async with browsing_at(shop) as browser:
        customer = await logged_in_customer(browser, shop)
        product = (await any_product(browser))["productId"]
        page = await open_console(visit, shop, "/console/configuration")
        await page.get_by_label("Another region").fill("nz")
        await page.get_by_label("Its tax in percent").fill("50")
        await page.get_by_label("Why it changes").fill("A law of New Zealand")
        await visit.check()
        await page.get_by_role("button", name="Change it").click()
        await expect(page.get_by_role("table", name="Versions")).to_contain_text("A law of New Zealand")
        await expect(page.get_by_label("NZ", exact=True)).to_have_value("50")
        await expect(page.get_by_role("status").filter(has_text="Changed.")).to_be_visible()
        await expect(page.get_by_label("Why it changes")).to_have_value("")
        placed = await customer.order(product, 2, address=WELLINGTON)
        assert placed["tax"] == placed["subtotal"] // 2
        await page.get_by_role("link", name="As released").click()
        pane = page.get_by_role("complementary", name="As released")
        await expect(pane).to_contain_text("taxedByPart")
        await expect(pane).not_to_contain_text('"NZ": "50"')
        await visit.check()


async def test_a_change_that_somebody_else_has_overtaken_is_refused_and_keeps_what_was_typed(
    visit: Visit, shop: ShopProcess
) -> None:
    page = await open_console(visit, shop, "/console/configuration?key=trending")
    field = page.get_by_label("Weight of a look")
    await expect(field).not_to_have_value("")
    async with browsing_at(shop) as other:
        admin = demo_account(shop, "admin")
        await other.post("/auth/login", {"email": admin.email, "password": admin.password})
        now = await other.get("/admin/config/trending")
        body = {"value": now["value"] | {"order": 13}, "version": now["version"], "reason": "meanwhile"}
        assert (await other.ask("PUT", "/admin/config/trending", body)).is_success
    visit.complaints.allowed.add("409")
    await field.fill("2.5")
    await page.get_by_label("Why it changes").fill("looks count more")
    await page.get_by_role("button", name="Change it").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(field).to_have_value("2.5")
    await expect(page).to_have_url(re.compile("key=trending"))
