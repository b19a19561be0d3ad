"""What a person does about an account, as a browser does it: from joining to another password."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from tests.browser import Answer, Browser, new_address
from tests.e2e.logs import Log

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
    "order-shipped": r"Order ORD-\S+ is on its way",
    "order-delivered": r"Order ORD-\S+ was delivered",
    "password-reset": "Set another password",
    "security-alert": "Security of your account",
}
A_MOMENT = 1.0
"""Seconds after which every process knows what another one has revoked."""
KNOWN_WITHIN = 5.0
"""Seconds; on a busy machine an answer takes its time."""


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
    email: str = field(default_factory=lambda: f"wil-{uuid4().hex}@example.org")
    address: str = field(default_factory=new_address)
    """Where it is sent from."""
    correlations: dict[str, str] = field(default_factory=dict)
    """That of each step."""
    secrets: set[str] = field(default_factory=lambda: {FIRST, SECOND, *NAME.values(), "221B Journey", "Pacific Grove"})
    """What no event and no line of the shop's may hold."""
    mailed: dict[str, Mail] = field(default_factory=dict)
    """The mail of each template."""
    user_id: str = ""

    def __post_init__(self) -> None:
        """Its address stands nowhere in clear."""
        self.secrets.add(self.email)

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
        self.note("register", home)
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
        self.note("verify", home)

    async def log_in(self, browser: Browser, password: str, step: str) -> Answer:
        """Open a session; what the shop answers."""
        session = await browser.post("/bff/auth/login", json={"email": self.email, "password": password})
        self.note(step, browser)
        assert (session["user"]["userId"], session["requiresVerification"]) == (self.user_id, False)
        return session

    async def replace_password(self, work: Browser, *others: Browser) -> None:
        """Set another one by a mailed link, which ends the sessions of the other browsers."""
        await work.post("/bff/auth/password-reset", 202, json={"email": self.email})
        self.note("reset", work)
        reset = {"token": await self.mailed_token("password-reset"), "password": SECOND}
        await work.post("/bff/auth/password-reset/complete", json=reset)
        self.note("new password", work)
        for other in others:
            await ended(other)
        await work.refused(
            401, "login_failed", "POST", "/bff/auth/login", json={"email": self.email, "password": FIRST}
        )
        await self.mail("security-alert")

    def note(self, step: str, browser: Browser) -> None:
        """Remember what a browser has just done as this step."""
        self.correlations[step] = browser.correlation


@asynccontextmanager
async def customer(place: Place) -> AsyncIterator[Browser]:
    """The browser of a person who has just joined and proven the address."""
    walk = Walk(place)
    async with walk.browser() as browser:
        await walk.register(browser)
        await walk.verify(browser)
        yield browser


async def ended(browser: Browser) -> None:
    """Wait until its session is refused: of another process's revocation a service knows within half a second."""
    async with asyncio.timeout(KNOWN_WITHIN):
        while (answer := await browser.ask("GET", "/bff/me")).is_success:
            pass
    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended"), answer.text
