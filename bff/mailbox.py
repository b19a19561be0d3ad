"""The mails of a shop that sends none, as a page shows them; for development only."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Protocol

from schemas.message import Message, Time

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""No script runs in a mail; its links open beside it."""
FRAMED = {
    "Content-Security-Policy": (
        f"sandbox {SANDBOX}; default-src 'none'; style-src 'unsafe-inline';"
        " img-src data:; form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
"""The headers of one mail in a frame of a page of ours: it is of no origin, and asks for nothing."""
LINKS_BESIDE = '<base target="_blank">'
TIME = "%-d %B %Y, %H:%M:%S UTC"
PAGE = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mailbox</title><style>
:root {{ color-scheme: light dark; }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }}
article {{ border-top: 1px solid #8885; padding: 1rem 0; }}
iframe {{ width: 100%; height: 28rem; border: 1px solid #8885; }}
pre {{ white-space: pre-wrap; overflow-wrap: anywhere; }}
</style></head>
<body><h1>Mailbox</h1>
{mails}
</body></html>
"""
MAIL = """\
<article><h2>{subject}</h2>
<p>To {to}, {day}, <code>{template}</code></p>
<iframe sandbox="{sandbox}" title="{subject}" srcdoc="{html}"></iframe>
<details><summary>As text</summary><pre>{text}</pre></details></article>
"""


class Mail(Protocol):
    """A mail that was sent."""

    @property
    def id(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def template(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...


ReadMails = Callable[[], Awaitable[Sequence[Mail]]]
"""Returns the mails that were sent, in any order."""


class MailShown(Message):
    """A mail that was sent."""

    id: str
    to: str
    subject: str
    template: str
    at: Time
    text: str
    html: str


class MailboxContent(Message):
    """The mails that were sent, the newest first."""

    items: list[MailShown]


def newest_first(mails: Iterable[Mail]) -> list[Mail]:
    """Return mails in the order in which they are shown."""
    return sorted(mails, key=lambda mail: mail.at, reverse=True)


def mailbox_content(mails: Iterable[Mail]) -> MailboxContent:
    """Return mails as JSON shows them."""
    return MailboxContent(items=list(map(_shown, mails)))


def mailbox_page(mails: Iterable[Mail]) -> str:
    """Return mails as HTML; each stands in a sandbox of its own."""
    return PAGE.format(mails="\n".join(map(_article, mails)) or "<p>There is no mail yet.</p>")


def mail_page(mail: Mail) -> str:
    """Return one mail as HTML, whose links open beside it."""
    head = "<head>"
    return mail.html.replace(head, head + LINKS_BESIDE, 1) if head in mail.html else LINKS_BESIDE + mail.html


def _shown(mail: Mail) -> MailShown:
    return MailShown(
        id=mail.id,
        to=mail.to,
        subject=mail.subject,
        template=mail.template,
        at=mail.at.isoformat(),
        text=mail.text,
        html=mail.html,
    )


def _article(mail: Mail) -> str:
    words = {"subject": mail.subject, "to": mail.to, "day": f"{mail.at:{TIME}}", "template": mail.template}
    escaped = {name: escape(word) for name, word in (words | {"text": mail.text, "html": mail_page(mail)}).items()}
    return MAIL.format(**escaped, sandbox=SANDBOX)
