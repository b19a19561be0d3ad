"""The way of a shopper and of who keeps the shop, on nothing but its pages."""

import re
from dataclasses import dataclass, field

from playwright.async_api import Page, expect

from tests.web.browser import Visit
from tests.web.person import Person
from tests.web.staff import Goods
from tests.web.test_checkout import LIVE, fill_address

TEXT = "It keeps what it promises."
MERGED, ORDERED = 3, "$64.35"
"""Pieces of both carts, and what they cost with tax and shipping."""


@dataclass
class MainWalk:
    """Somebody joins, fills a cart as a guest, orders and reviews; the shopkeeper sends what was ordered."""

    shopper: Person
    keeper: Visit
    goods: Goods
    """Of which there are enough, at $20.00."""
    order_number: str = field(init=False)

    @property
    def page(self) -> Page:
        return self.shopper.page

    async def go(self) -> None:
        """The whole way; the shopkeeper is logged in already."""
        await self.shopper.register()
        await self.shopper.verify()
        await self._find_and_add(pieces=1)
        await self.shopper.log_out()
        await self._find_and_add(pieces=2)
        await self._log_in_with_both_carts()
        await self._order()
        await self._send()
        await self._review()

    async def _find_and_add(self, pieces: int) -> None:
        """Search, open the product's page, and put some into the cart."""
        await self.shopper.visit.go("/")
        box = self.page.get_by_role("main").get_by_role("combobox", name="Search the shop")
        await box.fill(self.goods.name)
        await box.press("Enter")
        await self.page.get_by_role("main").get_by_role("link", name=self.goods.name).click()
        await expect(self.page.get_by_role("heading", level=1)).to_have_text(self.goods.name)
        await self.page.get_by_label("Quantity").fill(str(pieces))
        await self.page.get_by_label("Quantity").blur()
        async with self.page.expect_response("**/items"):
            await self.page.get_by_role("button", name="Add to cart", exact=True).click()

    async def _log_in_with_both_carts(self) -> None:
        await self.shopper.visit.go("/cart")
        await self.page.get_by_role("link", name="Check out").click()
        await self.page.get_by_role("main").get_by_role("link", name="Log in").click()
        await self.shopper.log_in()
        await expect(self.page).to_have_url(re.compile("/checkout$"))
        cart = self.page.get_by_role("banner").get_by_role("link", name=f"Cart {MERGED} items", exact=True)
        await expect(cart).to_be_visible()

    async def _order(self) -> None:
        """Check out, and watch the order come to its parcel."""
        await fill_address(self.page)
        await self.page.get_by_role("button", name=f"Order and pay {ORDERED}").click()
        await expect(self.page.get_by_text("Thank you, the order is placed")).to_be_visible()
        await expect(self.page.get_by_text("The parcel is ready, and waits for the carrier.")).to_be_visible(
            timeout=LIVE
        )
        title = await self.page.get_by_role("heading", level=1).inner_text()
        self.order_number = title.removeprefix("Order ")

    async def _send(self) -> None:
        """The shopkeeper finds the order and hands it over, which its shopper sees at once."""
        page = self.keeper.page
        await self.keeper.go("/console/orders")
        await page.get_by_label("Order", exact=True).fill(self.order_number)
        await page.get_by_role("button", name="Show").click()
        await page.get_by_role("link", name=self.order_number).click()
        pane = page.get_by_role("complementary", name=f"Order {self.order_number}")
        await pane.get_by_role("button", name="Hand to the carrier").click()
        await expect(self.page.get_by_text("The carrier has it.")).to_be_visible(timeout=LIVE)
        await pane.get_by_role("button", name="Record as delivered").click()
        await expect(pane).to_contain_text("Nothing is left to do.")
        await expect(self.page.get_by_text("It was delivered", exact=False).first).to_be_visible(timeout=LIVE)

    async def _review(self) -> None:
        await self.page.get_by_role("main").get_by_role("link", name=self.goods.name).first.click()
        person = self.shopper
        await person.button("Write a review").click()
        await person.main.get_by_role("radio", name="5 stars").check()
        await person.fill(**{"What should others know?": TEXT})
        await person.button("Publish the review").click()
        await expect(person.main.get_by_role("article").filter(has_text="Your review")).to_contain_text(TEXT)
        await expect(person.main.get_by_role("listitem").filter(has_text=TEXT)).to_contain_text("bought here")
