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
    to: str = field(repr=False)
    subject: str
    template: Template
    at: datetime
    text: str = field(repr=False)
    html: str = field(repr=False)


class Mailbox:
    """Keeps the last mails; one that comes again under the same id changes nothing."""

    def __init__(self, *, clock: Callable[[], datetime], capacity: int = CAPACITY) -> None:
        self._clock = clock
        self._capacity = capacity
        self._items: OrderedDict[str, MailboxItem] = OrderedDict()
        self._users: dict[str, str] = {}
        """Because of which account a mail came, by the mail's id."""

    async def send(self, mail: Mail) -> Delivery:
        """Take a mail."""
        if mail.id not in self._items:
            content = mail.content
            self._users[mail.id] = mail.user_id
            self._items[mail.id] = MailboxItem(
                id=mail.id,
                to=mail.to,
                subject=content.subject,
                template=mail.template,
                at=self._clock(),
                text=content.text,
                html=content.html,
            )
            while len(self._items) > self._capacity:
                self._drop(next(iter(self._items)))
        return ACCEPTED

    def forget(self, user_id: str) -> None:
        """Drop all mails to every address that a mail of this account went to."""
        addresses = {self._items[mail_id].to for mail_id, owner in self._users.items() if owner == user_id}
        for item in [each for each in self._items.values() if each.to in addresses]:
            self._drop(item.id)

    def _drop(self, mail_id: str) -> None:
        del self._items[mail_id], self._users[mail_id]

    def messages(self) -> Sequence[MailboxItem]:
        """Return the mails, newest first."""
        return tuple(reversed(self._items.values()))
