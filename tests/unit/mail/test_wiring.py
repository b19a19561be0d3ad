"""What the notification agent is built of, and `aioutlet mail`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from aioutlet.cli import app
from aioutlet.components import now
from aioutlet.data_folder import ADDRESSES
from aioutlet.mail import mailbox_parts, smtp_parts
from aioutlet.mail_cli import MAILBOX
from aioutlet.settings import Settings, WrongSettings
from identity.mailed_tokens import MailedTokens
from schemas.notification import Template
from streams.mail.mailbox import Mailbox
from streams.mail.smtp import SmtpTransport

TOKENS = MailedTokens(b"a root key of the tests, 32 bytes")
ITEM = {
    "id": "<1@aioutlet.example>",
    "to": "ann@example.com",
    "subject": "Welcome to AIOutlet: confirm your address",
    "template": "welcome",
    "at": "2026-03-14T12:00:00.250000+00:00",
    "text": "Welcome.\n\nhttps://shop.example/verify-email?token=t\n",
    "html": "<p>Welcome</p>",
}


def aioutlet(*words: str) -> Result:
    return CliRunner().invoke(app, ["mail", *words])


@contextmanager
def mailbox_of(folder: Path, items: list[dict[str, Any]], *, status: int = 200) -> Iterator[None]:
    """A shop whose door shows these mails, as `shop.json` in the folder says."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == MAILBOX else 404)
            self.end_headers()
            self.wfile.write(json.dumps({"items": items}).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        (folder / ADDRESSES).write_text(json.dumps({"bff": f"http://127.0.0.1:{server.server_port}"}))
        try:
            yield
        finally:
            server.shutdown()
            serving.join()


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path))
    return tmp_path


def test_mails_go_to_the_server_that_is_set() -> None:
    settings = Settings(
        smtp="smtp://mail.example.org:587",
        mail_from="The shop <shop@example.org>",
        public_origin="https://shop.example.org",
    )
    parts = smtp_parts(settings, TOKENS, clock=now)
    assert isinstance(parts.transport, SmtpTransport)
    assert parts.domain == "example.org"
    token = TOKENS.issue("verify-email", "ann", "proof-1")
    assert parts.links.verification("ann", "proof-1").startswith("https://shop.example.org/verify-email?token=ann")
    assert token.rpartition("~")[2] in parts.links.verification("ann", "proof-1")


@pytest.mark.parametrize(
    ("given", "missing"),
    [({"smtp": "smtp://mail.example.org"}, "AIOUTLET_MAIL_FROM"), ({"mail_from": "shop@example.org"}, "AIOUTLET_SMTP")],
)
def test_without_a_server_or_a_sender_the_setting_is_named(given: dict[str, str], missing: str) -> None:
    with pytest.raises(WrongSettings, match=f"^{missing}: set it to"):
        smtp_parts(Settings.model_validate(given), TOKENS, clock=now)


def test_the_embedded_shops_mails_go_into_its_mailbox() -> None:
    mailbox = Mailbox(clock=now)
    parts = mailbox_parts(Settings(), mailbox, TOKENS)
    assert parts.transport is mailbox
    assert parts.forget == mailbox.forget
    assert parts.links.account == "http://localhost:4000/account"


@pytest.mark.parametrize("template", Template)
def test_every_mail_can_be_looked_at(template: Template) -> None:
    text, html = aioutlet("preview", template), aioutlet("preview", template, "--html")
    assert text.exit_code == html.exit_code == 0
    assert text.output.startswith("Subject: ")
    assert html.output.startswith("<!doctype html>")


def test_a_mail_that_there_is_not_is_answered_with_those_there_are() -> None:
    told = aioutlet("preview", "tills")
    assert told.exit_code == 2
    assert all(template in told.output for template in Template)


def test_the_mails_of_a_running_shop_are_listed(own_folder: Path) -> None:
    with mailbox_of(own_folder, [ITEM]):
        line, text, whole = aioutlet("list"), aioutlet("list", "--text"), aioutlet("list", "--json")
    assert line.output.split() == f"2026-03-14T12:00:00 welcome ann@example.com {ITEM['subject']}".split()
    assert "    https://shop.example/verify-email?token=t\n" in text.output
    assert json.loads(whole.output) == [ITEM]


def test_a_shop_without_a_mail_says_so(own_folder: Path) -> None:
    with mailbox_of(own_folder, []):
        assert aioutlet("list").output == "there is no mail yet\n"


def test_a_shop_that_keeps_no_mails_is_told_from_one_that_is_not_there(own_folder: Path) -> None:
    assert "start it with 'make run'" in aioutlet("list").output
    with mailbox_of(own_folder, [], status=404):
        refused = aioutlet("list")
    assert (refused.exit_code, "only the embedded shop keeps its mails" in refused.output) == (2, True)
    gone = aioutlet("list")
    assert (gone.exit_code, "does not answer (ConnectError)" in gone.output) == (2, True)
