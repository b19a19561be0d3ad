"""A person who joins the shop in a browser."""

from dataclasses import dataclass, field
from uuid import uuid4

from playwright.async_api import Locator, Page, expect

from tests.web.browser import Visit
from tests.web.mails import Mailbox, kept_by, mailed_path

PASSWORD = "correct horse battery staple"
WELCOME, RESET = "confirm your address", "Set another password"
"""Words of subjects of mails."""


@dataclass
class Person:
    """Who they are; each has a mail address of their own."""

    visit: Visit
    first_name: str = "Ada"
    last_name: str = "Lovelace"
    password: str = PASSWORD
    email: str = field(default_factory=lambda: f"ada-{uuid4().hex[:12]}@example.org")
    mailbox: Mailbox | None = None
    """Where the mails come; that of the embedded shop, if none is given."""

    @property
    def page(self) -> Page:
        return self.visit.page

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def field(self, label: str) -> Locator:
        return self.main.get_by_label(label, exact=True)

    def button(self, name: str) -> Locator:
        return self.main.get_by_role("button", name=name, exact=True)

    async def fill(self, **values: str) -> None:
        """Type into the fields with these labels, spaces as underscores."""
        for label, value in values.items():
            await self.field(label.replace("_", " ")).fill(value)

    async def register(self) -> None:
        """Open an account; the page then says that a mail is on its way."""
        await self.visit.go("/register")
        await self.fill(First_name=self.first_name, Last_name=self.last_name)
        await self.fill(Mail_address=self.email, Password=self.password)
        await self.button("Open the account").click()
        await expect(self.main).to_contain_text(f"We sent a mail to {self.email}")

    async def verify(self) -> None:
        """Open the link of the mail."""
        await self.visit.go(await mailed_path(self.mailbox or kept_by(self.visit.url), self.email, WELCOME))
        await expect(self.main).to_contain_text("Your mail address is verified")

    async def log_in(self) -> None:
        """Log in on the page that asks for it."""
        await self.fill(Mail_address=self.email, Password=self.password)
        await self.button("Log in").click()

    async def log_out(self) -> None:
        await self.visit.go("/account")
        await self.button("Log out").click()
        await expect(self.page.get_by_role("banner").get_by_role("link", name="Log in")).to_be_visible()


async def joined(visit: Visit) -> Person:
    """Somebody with an account whose address is verified, logged in."""
    person = Person(visit)
    await person.register()
    await person.verify()
    return person
