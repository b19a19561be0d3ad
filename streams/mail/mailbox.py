"""A mailbox in memory, which takes every mail: the mail server of the embedded shop."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas.notification import Template
from streams.mail.transport import ACCEPTED, Delivery, Mail

CAPACITY = 500
"""Mails that are kept; the oldest make room."""


@dataclass(frozen=True, slots=True)
class MailboxItem:
    """A mail as it was taken, for people to read; `at` is when."""

    id: str
    user_id: str
    to: str = field(repr=False)
    subject: str
    template: Template
    at: datetime
    text: str = field(repr=False)
    html: str = field(repr=False)


class Mailbox:
    """Keeps the last mails, but none to people who were forgotten.

    A mail that comes again under the same id changes nothing.
    """

    def __init__(self, *, clock: Callable[[], datetime], capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._capacity = capacity
        self._items: OrderedDict[str, MailboxItem] = OrderedDict()
        self._forgotten: set[str] = set()

    async def send(self, mail: Mail) -> Delivery:
        """Take a mail."""
        if mail.id not in self._items and mail.user_id not in self._forgotten:
            content = mail.content
            self._items[mail.id] = MailboxItem(
                id=mail.id,
                user_id=mail.user_id,
                to=mail.to,
                subject=content.subject,
                template=mail.template,
                at=self._clock(),
                text=content.text,
                html=content.html,
            )
            while len(self._items) > self._capacity:
                self._items.popitem(last=False)
        return ACCEPTED

    def forget(self, user_id: str) -> None:
        """Drop the mails to a person, whoever entered the address, and those that are still on their way."""
        self._forgotten.add(user_id)
        addresses = {each.to for each in self._items.values() if each.user_id == user_id}
        for mail_id in [each.id for each in self._items.values() if each.to in addresses]:
            del self._items[mail_id]

    def messages(self) -> Sequence[MailboxItem]:
        """Return the mails, newest first."""
        return tuple(reversed(self._items.values()))
