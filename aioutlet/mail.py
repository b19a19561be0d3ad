"""Builds what the notification agent needs to send mails: to a server, or into the embedded shop's mailbox."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from aioutlet.settings import Settings
from streams.accounts import keeps_no_mail
from streams.mail.links import Links, MailedTokens
from streams.mail.mailbox import Mailbox
from streams.mail.transport import MailTransport, sender

EMBEDDED_DOMAIN = "aioutlet.example"
"""Behind the @ of the Message-IDs in the embedded shop's mailbox."""
SMTP_EXAMPLE = "the services' mail server, such as smtp://mail.example:587"
SENDER_EXAMPLE = "the sender of all mails, such as AIOutlet <shop@example.com>"


class MailParts(NamedTuple):
    """Where mails go, where their links lead, and the domain of their Message-IDs.

    `forget` drops what is kept here of the mails to a person, by id.
    """

    transport: MailTransport
    links: Links
    domain: str
    forget: Callable[[str], None]


def mailbox_parts(settings: Settings, mailbox: Mailbox, tokens: MailedTokens) -> MailParts:
    """Return the parts by which mails come into a mailbox in memory."""
    return MailParts(mailbox, Links(settings.public_origin, tokens), EMBEDDED_DOMAIN, mailbox.forget)


def smtp_parts(settings: Settings, tokens: MailedTokens, *, clock: Callable[[], datetime]) -> MailParts:
    """Return the parts by which mails go to AIOUTLET_SMTP.

    Raises:
        WrongSettings: There is no server or no sender.
    """
    from streams.mail.smtp import SmtpTransport, smtp_server  # the embedded shop needs no client

    address = sender(settings.require("mail_from", SENDER_EXAMPLE))
    server = smtp_server(settings.require("smtp", SMTP_EXAMPLE))
    transport = SmtpTransport(server, sender=address, clock=clock, timeout=settings.provider_timeout)
    return MailParts(transport, Links(settings.public_origin, tokens), address.domain, keeps_no_mail)
