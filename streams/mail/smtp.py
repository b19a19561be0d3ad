"""Mails over SMTP (RFC 5321): one connection for each, with TLS where the server has it, and always with a password."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ssl import SSLContext
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPNotSupported, SMTPRecipientRefused, SMTPRecipientsRefused

from streams.mail.transport import ACCEPTED, BAD_ADDRESS, Delivery, Mail, ascii_domain

PORTS = {"smtp": 25, "smtps": 465}
PERMANENT = 500
"""From this reply code on trying again gives the same answer (RFC 5321, 4.2.1)."""
NO_SMTPUTF8 = Delivery(accepted=False, code="smtputf8_not_supported")
"""The name before the @ is in another script, and the server cannot write it (RFC 6531)."""
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where a mail server is, and how it lets us in.

    `smtps` is TLS from the first byte. With a password, TLS is required on any other machine.
    """

    host: str
    port: int
    is_tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def start_tls(self) -> bool | None:
        """Whether STARTTLS is required (True), out of place (False), or used where the server has it (None)."""
        if self.is_tls:
            return False
        return True if self.password and self.host not in LOCAL else None


def smtp_server(url: str) -> SmtpServer:
    """Return the server at `smtp://user:password@host:port` or `smtps://…`; user, password and port may be left out.

    Raises:
        ValueError: It is no such URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("a mail server is smtp://user:password@host:port, or smtps:// with TLS from the first byte")
    user, password = (unquote(each) if each else None for each in (parts.username, parts.password))
    if bool(user) is not bool(password):
        raise ValueError("a user comes with a password")
    return SmtpServer(parts.hostname, parts.port or PORTS[parts.scheme], parts.scheme == "smtps", user, password)


class SmtpTransport:
    """Hands mails to one server; see `MailTransport`.

    Refused for good is what the server says of the recipient or of the mail itself. Everything else is a fault of the
    server, of the way to it or of our settings, and may be mended while mails wait.
    """

    def __init__(
        self,
        server: SmtpServer,
        *,
        sender: Address,
        clock: Callable[[], datetime],
        timeout: float = 10.0,
        tls: SSLContext | None = None,
    ) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock
        self._timeout = timeout
        self._tls = tls

    async def send(self, mail: Mail) -> Delivery:
        """Hand a mail over, as `MailTransport.send`."""
        try:
            message = email_message(mail, sender=self._sender, at=self._clock())
        except ValueError:
            return BAD_ADDRESS
        try:
            await self._hand_over(message)
        except SMTPRecipientsRefused as refused:
            return _refusal(refused.recipients[0])
        except (SMTPRecipientRefused, SMTPDataError) as refused:
            return _refusal(refused)
        except SMTPNotSupported:
            if mail.to.isascii():
                raise  # it is TLS that the server has not
            return NO_SMTPUTF8
        return ACCEPTED

    async def _hand_over(self, message: EmailMessage) -> None:
        server = self._server
        await aiosmtplib.send(
            message,
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.is_tls,
            start_tls=server.start_tls,
            tls_context=self._tls,
            timeout=self._timeout,
            local_hostname=self._sender.domain,
        )


def _refusal(refused: SMTPRecipientRefused | SMTPDataError) -> Delivery:
    if refused.code < PERMANENT:
        raise refused
    return Delivery(accepted=False, code=f"smtp_{refused.code}")


def email_message(mail: Mail, *, sender: Address, at: datetime) -> EmailMessage:
    """Return a mail as MIME: the text, and the HTML as its alternative.

    Raises:
        ValueError: The recipient is no address of one mailbox.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    name, _, domain = ascii_domain(mail.to).rpartition("@")
    message["To"] = Address(username=name, domain=domain)
    message["Subject"] = mail.content.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.content.text, cte="quoted-printable")
    message.add_alternative(mail.content.html, subtype="html", cte="quoted-printable")
    return message
