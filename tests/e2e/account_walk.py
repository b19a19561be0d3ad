"""A person's way through the shop, as a browser goes it: from joining to leaving, with an order between."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from schemas.stream_names import order_stream
from tests.browser import REFRESH, Browser
from tests.e2e.customers import Answer
from tests.e2e.logs import Log

EARLY, IN_TIME = {"Idempotency-Key": "early"}, {"Idempotency-Key": "first"}
FIRST, SECOND = "correct horse battery staple", "purple monkey dishwasher 9"
NAME = {"firstName": "Wilhelmina", "lastName": "Featherstone"}
ADDRESS = {
    "name": "Wilhelmina Featherstone",
    "line1": "221B Journey Street",
    "city": "Pacific Grove",
    "region": "CA",
    "postalCode": "93950",
    "country": "US",
}
SUBJECTS = {
    "welcome": "Welcome to AIOutlet: confirm your address",
    "order-received": r"Order ORD-\S+ received",
    "receipt": r"Receipt for order ORD-\S+",
    "order-confirmed": r"Order ORD-\S+ is confirmed",
    "password-reset": "Set another password",
    "security-alert": "Security of your account",
}


ACCOUNT = [
    ("user.created", "register"),
    ("auth.user.registered", "register"),
    ("auth.email.verification.requested", "register"),
    ("auth.login", "register"),
    ("auth.email.verified", "verify"),
    ("auth.login", "login"),
    ("auth.password.reset.requested", "reset"),
    ("auth.password.reset.completed", "new password"),
    ("auth.session.revoked", "new password"),
    ("auth.session.revoked", "new password"),
    ("auth.login", "login again"),
    ("auth.logout", "logout"),
]
"""The events of the account, in their order, and the step that each belongs to."""
ORDER = {
    "order": ["order.created", *["order.updated"] * 4, "order.completed"],
    "saga": [
        "saga.started",
        "payment.processing",
        "inventory.reservation",
        "shipping.preparation",
        "inventory.confirmation",
        "saga.completed",
    ],
    "payment": ["payment.processed"],
    "shipment": ["shipping.prepared"],
}
"""The events in each stream of the order."""
KNOWN_WITHIN = 5.0
"""Seconds; on a busy machine an answer takes its time."""
MAILS = {
    "welcome": "auth.email.verification.requested",
    "order-received": "order.created",
    "receipt": "payment.processed",
    "order-confirmed": "order.completed",
    "password-reset": "auth.password.reset.requested",
    "security-alert": "auth.password.reset.completed",
}
"""The event that each mail is about."""


class Mail(NamedTuple):
    """A mail that has come."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class Place:
    """A shop as people reach it: its door, their mails, and its log."""

    url: str
    log: Log
    mails: Callable[[], Awaitable[Sequence[Mail]]]


@dataclass
class Walk:
    """What one person does, and what the log may and must hold of it."""

    place: Place
    product_id: str
    email: str = field(default_factory=lambda: f"wil-{uuid4().hex}@example.org")
    address: str = field(default_factory=lambda: ".".join(map(str, (10, *uuid4().bytes[-3:]))))
    """Where it is sent from: a shop limits how often one address registers."""
    correlations: dict[str, str] = field(default_factory=dict)
    """That of each step."""
    secrets: set[str] = field(default_factory=lambda: {FIRST, SECOND, *NAME.values(), "221B Journey", "Pacific Grove"})
    """What no event and no line of the shop's may hold."""
    mailed: dict[str, Mail] = field(default_factory=dict)
    """The mail of each template."""
    user_id: str = ""
    order_id: str = ""

    async def go(self) -> None:
        """The whole way."""
        self.secrets.add(self.email)
        async with self.browser() as home, self.browser() as phone, self.browser() as work:
            await self._join(home)
            await self._log_in(phone, FIRST, "login")
            await self._order(phone)
            await self._replace_password(work, home, phone)
            await self._log_in(work, SECOND, "login again")
            await work.post("/bff/auth/logout")
            self._note("logout", work)
            await work.refused(401, "unauthorised", "GET", "/bff/me")
            self.secrets |= home.seen | phone.seen | work.seen

    def browser(self) -> Browser:
        return Browser(self.place.url, address=self.address)

    async def mail(self, template: str) -> Mail:
        """The mail of this template, once it has come."""

        async def find() -> Mail | None:
            mails = [mail for mail in await self.place.mails() if mail.to == self.email]
            return next((mail for mail in mails if re.fullmatch(SUBJECTS[template], mail.subject)), None)

        self.mailed[template] = found = await self.place.log.until(find)
        return found

    async def register(self, home: Browser) -> None:
        """Open an account and its first session."""
        person = NAME | {"email": self.email, "password": FIRST}
        joined = await home.post("/bff/auth/register", 201, json=person)
        self._note("register", home)
        assert joined["requiresVerification"]
        assert joined["user"]["roles"] == []
        self.user_id = joined["user"]["userId"]

    async def mailed_token(self, template: str) -> str:
        """What the link in the mail of this template holds."""
        [link] = re.findall(r"^http\S+$", (await self.mail(template)).text, re.MULTILINE)
        [token] = parse_qs(urlsplit(str(link)).query)["token"]
        self.secrets.add(token)
        return token

    async def verify(self, home: Browser) -> None:
        """Prove the address."""
        await home.post("/bff/auth/verify-email", json={"token": await self.mailed_token("welcome")})
        self._note("verify", home)

    async def _join(self, home: Browser) -> None:
        await self.register(home)
        await home.refused(403, "email_not_verified", "POST", "/bff/orders", headers=EARLY, json=self._order_body())
        await self.verify(home)
        assert (await home.get("/bff/me"))["roles"] == ["customer"]

    async def _log_in(self, browser: Browser, password: str, step: str) -> None:
        session = await browser.post("/bff/auth/login", json={"email": self.email, "password": password})
        self._note(step, browser)
        assert (session["user"]["userId"], session["requiresVerification"]) == (self.user_id, False)

    async def _order(self, phone: Browser) -> None:
        spent = phone.cookie(REFRESH)
        await phone.post("/bff/auth/refresh")
        assert phone.cookie(REFRESH) not in (spent, "")
        placed = await phone.post("/bff/orders", 201, headers=IN_TIME, json=self._order_body())
        self._note("order", phone)
        self.order_id = placed["orderId"]
        assert [each["orderId"] for each in (await phone.get("/bff/orders"))["items"]] == [self.order_id]
        stream = order_stream(self.order_id)
        completed = await self.place.log.event("order.completed", stream)
        seen = {"X-Min-Position": f"{stream}@{completed.position}"}
        order = await phone.get(f"/bff/orders/{self.order_id}", headers=seen)
        assert (order["outcome"], order["paymentStatus"]) == ("completed", "paid")
        for template in ("order-received", "receipt", "order-confirmed"):
            assert placed["orderNumber"] in (await self.mail(template)).text

    async def _replace_password(self, work: Browser, *others: Browser) -> None:
        await work.post("/bff/auth/password-reset", 202, json={"email": self.email})
        self._note("reset", work)
        reset = {"token": await self.mailed_token("password-reset"), "password": SECOND}
        await work.post("/bff/auth/password-reset/complete", json=reset)
        self._note("new password", work)
        for other in others:
            await _ended(other)
        await work.refused(
            401, "login_failed", "POST", "/bff/auth/login", json={"email": self.email, "password": FIRST}
        )
        await self.mail("security-alert")

    def _note(self, step: str, browser: Browser) -> None:
        self.correlations[step] = browser.correlation

    def _order_body(self) -> Answer:
        return {"items": [{"productId": self.product_id, "quantity": 1}], "shippingAddress": ADDRESS}


async def _ended(browser: Browser) -> None:
    """Wait until its session is refused: of another process's revocation a service knows within half a second."""
    async with asyncio.timeout(KNOWN_WITHIN):
        while (answer := await browser.ask("GET", "/bff/me")).is_success:
            pass
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended"), answer.text
