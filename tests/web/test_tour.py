"""The README's tour: nothing is done but what it names, and it shows what it promises."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.running import ROOT, SECRET, ShopProcess
from tests.web.browser import Visit, visiting
from tests.web.keepers import demo_account

TOUR = re.compile(r"^## A tour.*?\n(.*?)^## ", re.MULTILINE | re.DOTALL)
STEP = re.compile(
    r"http://localhost:4000(?P<path>\S*?)(?=[\s,])"
    r"|`(?P<typed>[^`]+)` as \*\*(?P<field>[^*]+)\*\*"
    r"|(?P<password>the password that the terminal printed) as \*\*(?P<secret>[^*]+)\*\*"
    r"|\*\*(?P<pressed>[^*]+)\*\*"
    r"|\*(?P<seen>[^*]+)\*"
)
ROLES = ("link", "button")
LIVE = 30_000


class Step(NamedTuple):
    """One thing that the tour says: where to go, what to type where, what to press, or what is seen."""

    kind: str
    name: str
    value: str = ""


def steps() -> Iterator[Step]:
    found = TOUR.search((ROOT / "README.md").read_text())
    assert found, "the README has no tour"
    text = re.sub(r"\s+", " ", found[1].split("\n\n", 1)[1])
    for match in STEP.finditer(text):
        parts = match.groupdict()
        if parts["path"] is not None:
            yield Step("go", parts["path"])
        elif parts["field"]:
            yield Step("type", parts["field"], parts["typed"])
        elif parts["secret"]:
            yield Step("type the password", parts["secret"])
        elif parts["pressed"]:
            yield Step("press", parts["pressed"])
        else:
            yield Step("see", parts["seen"])


class Visitor:
    """Takes the steps one after another."""

    def __init__(self, visit: Visit, shop: ShopProcess) -> None:
        self.visit = visit
        self.accounts = {role: demo_account(shop, role) for role in ("customer", "admin")}
        self.email = ""

    @property
    def page(self) -> Page:
        return self.visit.page

    async def take(self, step: Step) -> None:
        match step.kind:
            case "go":
                await self.visit.go(step.name or "/")
            case "type":
                await self._type(step.name, step.value)
            case "type the password":
                [account] = [each for each in self.accounts.values() if each.email == self.email]
                await self._type(step.name, account.password)
            case "press":
                await self._press(step.name)
            case _:
                await expect(self.page.get_by_text(step.name).first).to_be_visible(timeout=LIVE)

    async def _type(self, label: str, text: str) -> None:
        if "@" in text:
            self.email = text
        field = self.page.get_by_role("main").get_by_label(label, exact=True)
        await field.wait_for()
        if await field.evaluate("(field) => field.tagName") == "SELECT":
            await field.select_option(label=text)
        else:
            await field.fill(text)

    async def _press(self, name: str) -> None:
        """What has this name, or one that begins with it, or the row of it; in the page's own part, if it is there."""
        begins = re.compile("^" + re.escape(name.removesuffix("…")))
        everywhere = self._named(self.page.locator("body"), name, begins)
        await everywhere.first.wait_for(timeout=LIVE)
        within = self._named(self.page.get_by_role("main"), name, begins)
        await (within if await within.count() else everywhere).first.click()

    def _named(self, where: Locator, name: str, begins: re.Pattern[str]) -> Locator:
        link, button = (where.get_by_role(role, name=begins) for role in ROLES)  # type: ignore[arg-type]
        row = where.get_by_role("row").filter(has=self.page.get_by_text(name, exact=True))
        return link.or_(button).or_(row)


@pytest.fixture
def fresh_shop(tmp_path: Path) -> Iterator[ShopProcess]:
    with ShopProcess(tmp_path / "var", {"AIOUTLET_TOKEN_SECRET": SECRET}) as shop:
        yield shop


async def test_the_readmes_tour_buys_something_sees_it_shipped_and_finds_the_order_in_the_log(
    browser: Browser, fresh_shop: ShopProcess
) -> None:
    order, all_steps = "", list(steps())
    assert {step.kind for step in all_steps} == {"go", "type", "type the password", "press", "see"}
    async with visiting(browser, fresh_shop.addresses()["bff"], viewport={"width": 1280, "height": 900}) as visit:
        visitor = Visitor(visit, fresh_shop)
        for step in all_steps:
            await visitor.take(step)
            if step.name.startswith("The parcel is ready"):
                title = await visit.page.get_by_role("heading", level=1).inner_text()
                order = title.removeprefix("Order ")
            if step.name == "The order was placed.":
                await expect(visit.page.get_by_role("region", name="Stored bytes")).to_contain_text(order)
        await expect(visit.page.get_by_role("complementary")).to_contain_text("The payment went through.")
    assert re.fullmatch(r"ORD-\d{8}-\w{5}", order)
