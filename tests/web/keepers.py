"""Those who keep the shop, in a browser at its console; and a customer who gives them something to do."""

import asyncio
from typing import Any
from uuid import uuid4

from playwright.async_api import Page

from aioutlet.data_folder import DEMO_ACCOUNTS
from aioutlet.demo.account_file import DemoAccount, read_demo_accounts
from tests.e2e.async_browser import AsyncBrowser, browsing
from tests.e2e.customers import CINCINNATI
from tests.e2e.running import ShopProcess
from tests.services.waiting import STUCK_AFTER
from tests.web.browser import Visit
from tests.web.staff import Person


def demo_account(shop: ShopProcess, role: str) -> DemoAccount:
    """How to log in as the demo's person with this role."""
    return next(each for each in read_demo_accounts(shop.data / DEMO_ACCOUNTS) if each.role == role)


async def log_in(page: Page, shop: ShopProcess, role: str) -> None:
    """Give a browser the session of the demo's person with this role."""
    await log_in_as(page, shop.addresses()["bff"], demo_account(shop, role))


async def log_in_as(page: Page, url: str, account: DemoAccount | Person) -> None:
    """Give a browser the session of who has this account."""
    said = {"email": account.email, "password": account.password}
    answer = await page.context.request.post(f"{url}/bff/auth/login", data=said)
    assert answer.ok, await answer.text()


async def open_console(visit: Visit, shop: ShopProcess, path: str = "/console", *, role: str = "admin") -> Page:
    """Open a page of the console in a new session."""
    await log_in(visit.page, shop, role)
    await visit.go(path)
    return visit.page


class Customer:
    """The demo's customer, at the BFF."""

    def __init__(self, browser: AsyncBrowser) -> None:
        self.browser = browser

    async def order(
        self, product_id: str, quantity: int = 1, *, address: dict[str, Any] = CINCINNATI, token: str = "tok_ok"
    ) -> Any:
        """Place an order, paid with this token of the stand-in; the answer of the shop."""
        body = {
            "items": [{"productId": product_id, "quantity": quantity}],
            "shippingAddress": address,
            "paymentMethod": {"token": token},
        }
        return await self.browser.post("/orders", body, headers={"Idempotency-Key": str(uuid4())})

    async def until(self, order_id: str, status: str) -> dict[str, Any]:
        """Ask again and again until an order has this status."""
        async with asyncio.timeout(STUCK_AFTER):
            while (order := await self.browser.get(f"/orders/{order_id}"))["status"] != status:
                pass
        return order


async def any_product(browser: AsyncBrowser) -> dict[str, Any]:
    """A product that can be bought."""
    found = await browser.get("/products?inStock=true&limit=1")
    product: dict[str, Any] = found["items"][0]
    return product


def browsing_at(shop: ShopProcess) -> Any:
    """A browser at the BFF of a shop."""
    return browsing(shop.addresses()["bff"])


async def logged_in_customer(browser: AsyncBrowser, shop: ShopProcess) -> Customer:
    """Log the demo's customer in."""
    account = demo_account(shop, "customer")
    await browser.post("/auth/login", {"email": account.email, "password": account.password})
    return Customer(browser)
