"""A person's life in the shop, through the BFF; whatever they tell it is planted to be searched for."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from secrets import randbelow
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from tests.e2e.async_browser import Answer, AsyncBrowser, browsing
from tests.e2e.planted import Planted
from tests.services.waiting import STUCK_AFTER

UNAUTHORISED, UNPROCESSABLE, BAD = 401, 422, 400
LINK = re.compile(r"https?://\S+token=\S+")
Mails = Callable[[str], Awaitable[list[str]]]
"""Returns the texts of the mails to an address, the newest first."""
Moved = Callable[[], Awaitable[object]]
"""Waits until something more is recorded, or a moment."""


@dataclass
class Person:
    """Somebody at a browser."""

    browser: AsyncBrowser
    mails: Mails
    moved: Moved
    planted: Planted
    password: str
    email: str
    user_id: str = ""
    orders: list[Answer] = field(default_factory=list)

    async def register(self) -> None:
        body = {
            "email": self.email,
            "password": self.password,
            "firstName": self.planted.person("first name", "Zoë-{}"),
            "lastName": self.planted.person("last name", "Nuñez-{}"),
        }
        self.user_id = (await self.browser.post("/auth/register", body))["user"]["userId"]
        await self._prove("verify-email", self.email)

    async def log_in(self, *, wrong: int = 0) -> None:
        """Log in, after so many wrong passwords."""
        for _ in range(wrong):
            body = {"email": self.email, "password": self.planted.password("wrong password")}
            assert (await self.browser.ask("POST", "/auth/login", body)).status_code == UNAUTHORISED
        await self.browser.post("/auth/login", {"email": self.email, "password": self.password})

    async def keep_an_address(self) -> None:
        label = self.planted.person("label", "Höme {}")
        await self.browser.post("/me/addresses", {"address": self.address("book") | {"name": label}})

    def address(self, where: str, postal_code: str = "45202") -> Answer:
        """An address in Ohio that nobody else has."""
        return {
            "name": self.planted.person(f"{where} name", "Zoë Nuñez {}"),
            "line1": self.planted.person(f"{where} line 1", "{} Jörney Street"),
            "line2": self.planted.person(f"{where} line 2"),
            "city": self.planted.person(f"{where} city", "Cincinnati-{}"),
            "region": "OH",
            "postalCode": postal_code,
            "country": "US",
        }

    async def order(self, product: str, *, payment: str = "tok_ok", postal_code: str = "45202") -> Answer:
        number = len(self.orders) + 1
        body = {
            "items": [{"productId": product, "quantity": 1}],
            "shippingAddress": self.address(f"order {number}", postal_code),
            "billingAddress": self.address(f"bill {number}"),
            "paymentMethod": {"token": payment},
        }
        placed = await self.browser.post("/orders", body, headers={"Idempotency-Key": str(uuid4())})
        self.orders.append(placed)
        return placed

    async def settled(self, placed: Answer, outcome: str) -> Answer:
        """The order once it has come to this end."""
        async with asyncio.timeout(STUCK_AFTER):
            while (order := await self.browser.get(f"/orders/{placed['orderId']}"))["outcome"] != outcome:
                await self.moved()
        return order

    async def review(self, product: str) -> None:
        """Review a product that has come, and think better of it."""
        body = {
            "productId": product,
            "rating": 4,
            "title": self.planted.person("review title", "Grün {}"),
            "text": self.planted.person("review", "My neighbour, Mr {},\nlikes it."),
            "shownAs": "displayName",
            "displayName": self.planted.person("display name", "Zoë of {}"),
        }
        await self.browser.post("/reviews", body)
        changed = {"text": self.planted.person("changed review", "He does not. {}"), "shownAs": "firstName"}
        answer = await self.browser.ask("PATCH", f"/reviews/{product}", changed)
        assert answer.is_success, answer.text

    async def move(self) -> None:
        """Change the mail address, and prove the new one."""
        new = self.planted.person("new email", "zoe.{}@example.net")
        await self.browser.ask("POST", "/me/email", {"email": new, "password": self.password})
        await self._prove("verify-email", new)
        self.email = new

    async def forget_the_password(self) -> None:
        """Set another by a mail, and log in with it."""
        await self.browser.post("/auth/password-reset", {"email": self.email})
        token = await self._mailed("reset-password", self.email)
        self.password = self.planted.password("new password")
        await self.browser.post("/auth/password-reset/complete", {"token": token, "password": self.password})
        await self.log_in()

    async def blunder(self) -> None:
        """Put secrets where they do not belong: what is refused must not be written down."""
        told, secret = self.planted.told, self.planted.secret
        email, password = told["email"], self.planted.password("misplaced password")
        misplaced: dict[str, Answer] = {
            "/auth/login": {"email": email, "password": [password], password: email},
            "/auth/register": {"email": password, "password": email, "firstName": password, "lastName": 7},
            "/auth/verify-email": {"token": f"{secret[next(each for each in secret if 'verify' in each)]}~{password}"},
            "/auth/password-reset/complete": {"token": password, "password": password, "email": email},
            "/reviews": {"productId": "p", "rating": password, "text": told["first name"], password: email},
            "/me/addresses": {"address": {"name": told["first name"], "line1": password, "country": password}},
        }
        for path, body in misplaced.items():
            refused = await self.browser.ask("POST", path, body)
            assert refused.status_code in (BAD, UNAUTHORISED, UNPROCESSABLE), refused.text
        await self.browser.ask("GET", f"/products?q={password}&token={next(iter(self.browser.tokens))}")
        await self.browser.ask(
            "GET", f"/orders/{password}", headers={"Authorization": f"Bearer {next(iter(self.browser.tokens))}x"}
        )

    async def _prove(self, purpose: str, email: str) -> None:
        await self.browser.post("/auth/verify-email", {"token": await self._mailed(purpose, email)})

    async def _mailed(self, purpose: str, email: str) -> str:
        """The token of the last mail for a purpose, once it is there."""
        async with asyncio.timeout(STUCK_AFTER):
            while not (links := [link for mail in await self.mails(email) for link in _links(mail, purpose)]):
                await self.moved()
        [token] = parse_qs(urlsplit(links[0]).query)["token"]
        self.planted.token(purpose, token)
        return token

    def note_tokens(self) -> None:
        """Plant every access and refresh token that the browser was given."""
        for token in sorted(self.browser.tokens):
            self.planted.token("session", token)


def _links(mail: str, purpose: str) -> list[str]:
    return [link for link in LINK.findall(mail) if f"/{purpose}?" in link]


@asynccontextmanager
async def living(bff: str, mails: Mails, moved: Moved) -> AsyncIterator[Person]:
    """A person who was never here, in a network of their own."""
    planted = Planted()
    groups = ":".join(f"{0x1000 + randbelow(0xF000 - 0x1000):x}" for _ in range(5))
    address = planted.person("ip", f"2001:db8:{groups}:1")
    async with browsing(bff, agent=planted.person("user agent", "Lynx/2.9 {}"), address=address) as browser:
        email, password = planted.person("email", "zoe.{}@example.org"), planted.password("password")
        yield Person(browser, mails, moved, planted, password, email)
