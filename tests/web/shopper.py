"""What somebody does with a cart in a browser, by the shop's own requests where no page is looked at."""

from typing import Any

from playwright.async_api import expect

from tests.web.browser import Visit
from tests.web.staff import Goods, Person

ASK = """async ([method, path, body]) => {
  const token = document.cookie.match(/(?:^|; )(?:__Host-)?aioutlet_csrf=([^;]*)/)?.[1];
  const headers = { "Content-Type": "application/json", ...(token && { "X-CSRF-Token": token }) };
  const answer = await fetch(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}"""
KEEP_GUEST = "(id) => localStorage.setItem('guest', id)"


async def ask(visit: Visit, method: str, path: str, body: Any = None) -> Any:
    """What the shop answers to this page."""
    return await visit.page.evaluate(ASK, [method, path, body])


async def put_as_guest(visit: Visit, goods: Goods, quantity: int) -> None:
    """Put pieces into the cart of the guest that this browser is."""
    guest = (await ask(visit, "POST", "/bff/guest/cart"))["guestId"]
    body = {"productId": goods.id, "quantity": quantity}
    await ask(visit, "POST", f"/bff/guest/cart/{guest}/items", body)
    await visit.page.evaluate(KEEP_GUEST, guest)


async def put(visit: Visit, goods: Goods, quantity: int) -> None:
    """Put pieces into the cart of who is logged in."""
    await ask(visit, "POST", "/bff/cart/items", {"productId": goods.id, "quantity": quantity})


async def enter(visit: Visit, person: Person) -> None:
    """Log in without a page; the next one that is opened knows it."""
    await ask(visit, "POST", "/bff/auth/login", {"email": person.email, "password": person.password})


async def log_in_here(visit: Visit, person: Person) -> None:
    """Fill in the log-in page that is shown."""
    page = visit.page
    await page.locator("#email").fill(person.email)
    await page.locator("#password").fill(person.password)
    await page.get_by_role("main").get_by_role("button", name="Log in").click()
    await expect(page.locator("#password")).to_be_hidden()
