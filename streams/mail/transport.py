"""The port to a mail server: mails, and what became of each."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from typing import Protocol

from email_validator import EmailNotValidError, validate_email

from schemas.notification import Template
from streams.mail.rendering import RenderedMail


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one address of a person; a repeat of it has the same `id`, which is its Message-ID.

    What it says and to whom is left out of `repr`.
    """

    id: str
    user_id: str
    template: Template
    to: str = field(repr=False)
    content: RenderedMail = field(repr=False)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The answer to one mail: taken, or refused for good under a `code` such as `smtp_550`."""

    accepted: bool
    code: str = "accepted"


ACCEPTED = Delivery(accepted=True)
BAD_ADDRESS = Delivery(accepted=False, code="address_not_valid")


class MailTransport(Protocol):
    """Hands mails over. One whose answer was lost may be handed over again, under the same id."""

    async def send(self, mail: Mail) -> Delivery:
        """Hand a mail over.

        Raises:
            Exception: Nobody answered, or the answer may be another one later; try again.
        """


def ascii_domain(address: str) -> str:
    """Return a mail address with its domain as mail servers write it.

    Raises:
        ValueError: It is no address of one mailbox.
    """
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise ValueError("no mail address") from error
    return f"{found.local_part}@{found.ascii_domain}"


def sender(text: str) -> Address:
    """Return `shop@example.com` or `A shop <shop@example.com>` as an address for a header.

    Raises:
        ValueError: It is neither.
    """
    name, bracket, rest = text.rpartition("<")
    address = ascii_domain(rest.removesuffix(">") if bracket else text)
    if not address.isascii() or not name.isprintable() or rest.endswith(">") is not bool(bracket):
        raise ValueError("no mail address that every server takes")
    return Address(name.strip().strip('"'), addr_spec=address)


def message_id(stream: str, domain: str) -> str:
    """Return the Message-ID of the mail of a stream: it is the same whenever that mail is sent."""
    return f"<{stream.partition('-')[2]}@{domain}>"
