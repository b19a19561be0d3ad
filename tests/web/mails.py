"""The mails that the shop has sent to somebody, and their links."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

import httpx

from tests.e2e.account_walk import Mail
from tests.services.waiting import STUCK_AFTER

Mailbox = Callable[[], Awaitable[Sequence[Mail]]]
"""Returns the mails that have come, the newest first."""


def kept_by(url: str) -> Mailbox:
    """The mailbox of the embedded shop at this address."""

    async def mails() -> list[Mail]:
        async with httpx.AsyncClient(base_url=url) as client:
            items = (await client.get("/bff/dev/mailbox")).json()["items"]
        return [Mail(each["to"], each["subject"], each["text"]) for each in items]

    return mails


async def mailed_path(mailbox: Mailbox, to: str, subject: str) -> str:
    """Return the path and query of the link in the newest such mail, once it has come."""
    async with asyncio.timeout(STUCK_AFTER):
        while (found := _newest(await mailbox(), to, subject)) is None:
            pass
    link = urlsplit(re.findall(r"^http\S+$", found, re.MULTILINE)[0])
    return f"{link.path}?{link.query}"


def _newest(mails: Sequence[Mail], to: str, subject: str) -> str | None:
    texts = (mail.text for mail in mails if mail.to == to and re.search(subject, mail.subject))
    return next(texts, None)
