"""Mails over SMTP, to a real server."""

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtplib import SMTPAuthenticationError, SMTPException

from schemas.notification import Template
from streams.mail.examples import example
from streams.mail.rendering import RenderedMail, render
from streams.mail.smtp import SmtpServer, SmtpTransport, smtp_server
from streams.mail.transport import ACCEPTED, BAD_ADDRESS, Delivery, Mail, message_id, sender
from tests.examples import NOON
from tests.smtp_server import PASSWORD, USER, PostOffice, certificate, post_office

ANN = "ann@example.com"
SENDER = sender("The shop <shop@example.org>")
ID = message_id("notification-019c-receipt", "example.org")
MAIL = Mail(
    id=ID,
    user_id="ann",
    template=Template.RECEIPT,
    to=ANN,
    content=render(Template.RECEIPT, example(Template.RECEIPT)),
)


def transport(
    office: PostOffice, tls: ssl.SSLContext | None = None, *, has_password: bool = False, timeout: float = 5.0
) -> SmtpTransport:
    server = smtp_server(office.url)
    if has_password:
        server = replace(server, user=USER, password=PASSWORD)
    return SmtpTransport(server, sender=SENDER, clock=lambda: NOON, timeout=timeout, tls=tls)


async def test_a_mail_arrives_as_text_and_html_from_the_shop() -> None:
    async with post_office() as office:
        assert await transport(office).send(MAIL) == ACCEPTED
    [mail] = office.mails
    assert office.recipients == [ANN]
    assert {name: mail[name] for name in ("From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted")} == {
        "From": "The shop <shop@example.org>",
        "To": ANN,
        "Subject": "Receipt for order ORD-20260314-7K3QZ",
        "Message-ID": "<019c-receipt@example.org>",
        "Date": "Sat, 14 Mar 2026 12:00:00 +0000",
        "Auto-Submitted": "auto-generated",
    }
    assert mail.get_content_type() == "multipart/alternative"
    parts = {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()}
    assert parts == {"text/plain": MAIL.content.text, "text/html": MAIL.content.html}


async def test_user_and_password_go_over_starttls(tmp_path: Path) -> None:
    server, client = certificate(tmp_path)
    async with post_office(tls=server) as office:
        assert await transport(office, client, has_password=True).send(MAIL) == ACCEPTED
    assert len(office.mails) == 1


async def test_a_mail_goes_over_tls_from_the_first_byte(tmp_path: Path) -> None:
    server, client = certificate(tmp_path)
    async with post_office(tls=server, is_tls_at_once=True) as office:
        assert await transport(office, client).send(MAIL) == ACCEPTED
    assert len(office.mails) == 1


async def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path)
    async with post_office(tls=server, is_tls_at_once=True) as office:
        with pytest.raises(SMTPException):
            await transport(office).send(MAIL)
    assert office.mails == []


async def test_a_wrong_password_is_our_fault_and_not_the_mails(tmp_path: Path) -> None:
    server, client = certificate(tmp_path)
    async with post_office(tls=server) as office:
        there = replace(smtp_server(office.url), user=USER, password="another")
        with pytest.raises(SMTPAuthenticationError):
            await SmtpTransport(there, sender=SENDER, clock=lambda: NOON, tls=client).send(MAIL)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"to_recipient": "550 5.1.1 no such mailbox"}, "smtp_550"),
        ({"to_data": "554 5.7.1 we do not like it"}, "smtp_554"),
    ],
)
async def test_what_the_server_refuses_for_good_is_an_answer(answers: dict[str, str], code: str) -> None:
    async with post_office() as office:
        vars(office).update(answers)
        assert await transport(office).send(MAIL) == Delivery(accepted=False, code=code)
    assert office.mails == []


@pytest.mark.parametrize(
    "answers",
    [
        {"to_recipient": "450 4.2.0 come back later"},
        {"to_data": "451 4.3.0 no room"},
        {"to_sender": "550 5.7.1 you may not send"},
    ],
)
async def test_what_may_be_mended_is_no_answer(answers: dict[str, str]) -> None:
    async with post_office() as office:
        vars(office).update(answers)
        with pytest.raises(SMTPException):
            await transport(office).send(MAIL)


async def test_a_server_that_hangs_is_given_up() -> None:
    async with post_office() as office:
        office.release = asyncio.Event()
        with pytest.raises(TimeoutError):
            await transport(office, timeout=0.2).send(MAIL)
        office.release.set()


async def test_nobody_listens() -> None:
    async with post_office() as office:
        pass
    with pytest.raises(OSError, match=r".+"):
        await transport(office).send(MAIL)


async def test_a_connection_that_drops_after_the_mail_was_taken_is_no_answer_and_the_next_has_the_same_id() -> None:
    async with post_office() as office:
        office.drops = 1
        with pytest.raises((SMTPException, OSError)):
            await transport(office).send(MAIL)
        assert await transport(office).send(MAIL) == ACCEPTED
    assert [mail["Message-ID"] for mail in office.mails] == [ID, ID]


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.com\r\nBcc: everybody@example.com",
        "ann@example.com, bob@example.com",
        "ann@example.com> SIZE=1\r\nRCPT TO:<bob@example.com",
        "Ann <ann@example.com>",
        "no address",
        "",
    ],
)
async def test_nothing_but_the_address_of_one_mailbox_is_written_to(address: str) -> None:
    async with post_office() as office:
        assert await transport(office).send(replace(MAIL, to=address)) == BAD_ADDRESS
    assert office.connections == 0


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: everybody@example.com", "Hello\nX: y"])
async def test_a_subject_cannot_add_a_header(subject: str) -> None:
    async with post_office() as office:
        content = RenderedMail(subject, "text\n", "<p>html</p>\n")
        assert await transport(office).send(replace(MAIL, content=content)) == BAD_ADDRESS
    assert office.mails == []


async def test_a_domain_in_any_script_is_written_as_servers_know_it() -> None:
    async with post_office() as office:
        assert await transport(office).send(replace(MAIL, to="ann@bücher.example")) == ACCEPTED
    assert office.recipients == ["ann@xn--bcher-kva.example"]


async def test_a_name_in_any_script_needs_a_server_that_knows_it() -> None:
    mail = replace(MAIL, to="анна@example.com")
    async with post_office() as office:
        assert await transport(office).send(mail) == Delivery(accepted=False, code="smtputf8_not_supported")
    async with post_office(enable_SMTPUTF8=True) as office:
        assert await transport(office).send(mail) == ACCEPTED
    assert office.recipients == ["анна@example.com"]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mailpit:1025", SmtpServer("mailpit", 1025)),
        ("smtp://mail.example", SmtpServer("mail.example", 25)),
        ("smtps://mail.example", SmtpServer("mail.example", 465, is_tls=True)),
        ("smtp://a%40b:p%3Aw@mail.example:587", SmtpServer("mail.example", 587, user="a@b", password="p:w")),
        ("smtp://[::1]:25", SmtpServer("::1", 25)),
    ],
)
def test_a_url_names_a_server(url: str, server: SmtpServer) -> None:
    assert smtp_server(url) == server
    assert "p:w" not in repr(server)


@pytest.mark.parametrize(
    "url",
    ["http://mail.example", "smtp://", "smtp://user@mail.example", "smtp://mail.example/path", "smtp://mail.example:x"],
)
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        smtp_server(url)


def test_a_password_goes_to_another_machine_over_tls_only() -> None:
    assert smtp_server("smtp://u:p@mail.example").start_tls is True
    assert smtp_server("smtp://u:p@localhost").start_tls is None
    assert smtp_server("smtp://mail.example").start_tls is None
    assert smtp_server("smtps://u:p@mail.example").start_tls is False


@pytest.mark.parametrize("text", ["shop@example.org", "The shop <shop@example.org>", '"Shop, the" <shop@example.org>'])
def test_a_sender_is_an_address_with_or_without_a_name(text: str) -> None:
    assert sender(text).addr_spec == "shop@example.org"


@pytest.mark.parametrize(
    "text", ["shop", "The shop", "a\r\nb <shop@example.org>", "<shop@example.org", "анна@example.com"]
)
def test_any_other_sender_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        sender(text)
