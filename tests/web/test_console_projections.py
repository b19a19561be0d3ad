"""The page of read models: an operator has one rebuilt, watches it, answers from it, goes back, and removes it."""

import re

from playwright.async_api import Locator, Page, expect

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit
from tests.web.keepers import open_console


async def decide(page: Page, within: Locator, action: str) -> None:
    """Ask for an action, and say why."""
    await within.get_by_role("button", name=f"{action}…").click()
    dialog = page.get_by_role("dialog", name=action)
    await dialog.get_by_label("Why").fill("a browser test")
    await dialog.get_by_role("button", name=action, exact=True).click()
    await expect(dialog).to_be_hidden()


async def test_a_read_model_is_rebuilt_switched_to_left_again_and_removed(visit: Visit, shop: ShopProcess) -> None:
    page = await open_console(visit, shop, "/console/projections?view=reviews", role="operator")
    pane = page.get_by_role("complementary")
    first = pane.get_by_role("region", name=re.compile("First version"))
    await expect(pane.get_by_role("region", name="First version, answers queries")).to_be_visible()
    await decide(page, pane, "Rebuild it")
    new = pane.get_by_role("region", name=re.compile("Rebuild 1"))
    await expect(new).to_contain_text("Equals the log")
    await expect(new).to_contain_text(re.compile("Differences ?0"))
    await visit.check()
    await decide(page, new, "Answer from it")
    await expect(pane.get_by_role("region", name="Rebuild 1, answers queries")).to_be_visible()
    await decide(page, first, "Go back to it")
    await expect(pane.get_by_role("region", name="First version, answers queries")).to_be_visible()
    await decide(page, new, "Remove it")
    await expect(new).to_have_count(0)
    await visit.check()
