"""Products in the console: made, changed, discontinued, and imported from a file."""

from uuid import uuid4

from playwright.async_api import FilePayload, expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import open_console

HEADER = "productId,name,department,category,price.amount,price.currency,description"


async def test_an_admin_makes_a_product_changes_its_price_and_ends_its_sale(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/products")
    name = f"Lantern {uuid4()}"
    await page.get_by_role("button", name="New product").click()
    dialog = page.get_by_role("dialog")
    for label, text in {"Product": name, "Department": "Garden", "Category": "Light", "Price": "12.5O"}.items():
        await dialog.get_by_label(label, exact=True).fill(text)
    await visit.check()
    await dialog.get_by_role("button", name="Add it").click()
    await expect(dialog).to_contain_text("This is no price, as 12.50.")
    await dialog.get_by_label("Price").fill("12.50")
    await dialog.get_by_role("button", name="Add it").click()
    await expect(page.get_by_text(f"{name} is in the catalogue. It has no stock yet.")).to_be_visible()

    await page.get_by_label("Words").fill(name)
    await page.get_by_role("button", name="Show").click()
    await page.get_by_role("link", name=name).click()
    pane = page.get_by_role("complementary", name=name)
    await expect(pane).to_contain_text("$12.50")
    await visit.check()
    await pane.get_by_label("New price in USD").fill("9.99")
    await page.reload()
    await expect(pane.get_by_label("New price in USD")).to_have_value("9.99")
    await pane.get_by_role("button", name="Change the price").click()
    await expect(pane).to_contain_text("$9.99")
    await expect(pane.get_by_label("New price in USD")).to_have_value("")
    await pane.get_by_role("button", name="Discontinue").click()
    await expect(pane.get_by_role("button", name="Sell it again")).to_be_visible()
    await pane.get_by_role("button", name="Sell it again").click()
    await expect(pane.get_by_role("button", name="Discontinue")).to_be_visible()


async def test_an_admin_imports_a_file_and_sees_what_became_of_its_rows(visit: Visit, shop: ShopProcess) -> None:
    kind = uuid4()
    rows = [f'{kind}-{at},Teapot {at},Home,Pots,{900 + at},USD,"first\nsecond"' for at in range(450)]
    rows[300] = f"{kind}-300,,Home,Pots,900,USD,"
    content = "\n".join([HEADER, *rows]).encode()
    page = await open_console(visit, shop, "/console/products")
    await page.get_by_role("button", name="Import a file").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("File", exact=True).set_input_files(
        FilePayload(name="pots.txt", mimeType="text/plain", buffer=content)
    )
    await dialog.get_by_role("button", name="Import").click()
    await expect(dialog).to_contain_text("This is no CSV or JSON Lines file")
    await dialog.get_by_label("File", exact=True).set_input_files(
        FilePayload(name="pots.csv", mimeType="text/csv", buffer=content)
    )
    await dialog.get_by_label("Only check it").check()
    await dialog.get_by_role("button", name="Check").click()
    await expect(dialog).to_contain_text("450 rows checked, nothing recorded")
    await dialog.get_by_label("Only check it").uncheck()
    await dialog.get_by_role("button", name="Import").click()
    await expect(dialog).to_contain_text("450 rows imported")
    await expect(dialog.get_by_text("Added").locator("..")).to_contain_text("449")
    # each row before has two lines, and the header one
    await expect(dialog.get_by_role("table")).to_contain_text(str(2 + 2 * 300))
    await visit.check()
    await page.keyboard.press("Escape")
    await page.get_by_label("Words").fill("Teapot 449")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_role("link", name="Teapot 449")).to_be_visible()
