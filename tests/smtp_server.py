"""A real SMTP server in the test's own loop, which can refuse, hang, and drop the connection."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.examples import NOON

USER, PASSWORD = "shop", "a password: of @ signs"
OK = "250 OK"
OPENING = 10.0
"""Seconds a server may take to open."""


@dataclass
class PostOffice:
    """What a server has taken, and what it answers."""

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    to_sender: str = OK
    to_recipient: str = OK
    to_data: str = OK
    drops: int = 0
    """Connections that are dropped once the mail is taken, before that is said."""
    release: asyncio.Event | None = None
    """Until this is set, no mail is answered."""

    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def arrivals(self) -> asyncio.Event:
        """Return what is set when the next mail has come."""
        self._arrived = asyncio.Event()
        return self._arrived

    async def handle_MAIL(  # noqa: N802 - a hook of aiosmtpd, like those below
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_sender == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.to_sender

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient == OK:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.release:
            await self.release.wait()
        if self.to_data == OK:
            self._take(envelope)
        if self.drops:
            self.drops -= 1
            server.transport.abort()  # type: ignore[union-attr]  # it is connected
        return self.to_data

    def _take(self, envelope: Envelope) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        self._arrived.set()


def let_in(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    wanted = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == wanted, handled=False)


@asynccontextmanager
async def post_office(
    *, tls: ssl.SSLContext | None = None, is_tls_at_once: bool = False, **options: Any
) -> AsyncIterator[PostOffice]:
    """Run a server while the context is open; with `tls` it has STARTTLS and wants a password, or nothing but TLS."""
    office, loop = PostOffice(), asyncio.get_running_loop()
    if tls and not is_tls_at_once:
        options |= {"tls_context": tls, "authenticator": let_in, "auth_required": True}

    def connected() -> SMTP:
        office.connections += 1
        return SMTP(office, hostname="mail.example", loop=loop, **options)

    server = await loop.create_server(connected, "127.0.0.1", 0, ssl=tls if is_tls_at_once else None)
    port = server.sockets[0].getsockname()[1]
    office.url = f"{'smtps' if is_tls_at_once else 'smtp'}://127.0.0.1:{port}"
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()


@contextmanager
def post_office_beside() -> Iterator[PostOffice]:
    """Run a server in a thread of its own while the context is open: processes send to it whatever the test does."""
    opened: Future[tuple[PostOffice, Callable[[], object]]] = Future()

    async def serve() -> None:
        async with post_office() as office:
            end, loop = asyncio.Event(), asyncio.get_running_loop()
            opened.set_result((office, partial(loop.call_soon_threadsafe, end.set)))
            await end.wait()

    with ThreadPoolExecutor(1) as thread:
        serving = thread.submit(asyncio.run, serve())
        office, end = opened.result(timeout=OPENING)
        try:
            yield office
        finally:
            end()
            serving.result()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for 127.0.0.1; return the contexts of a server that has it and of a client that trusts it."""
    from ipaddress import ip_address

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key(), serial_number=7)
        .not_valid_before(NOON - timedelta(days=3650))
        .not_valid_after(NOON + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))
