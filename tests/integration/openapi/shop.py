"""The three services over one log in memory, and what the log holds when they are asked."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI

from aioutlet import components
from bff.http_client import HttpClient
from bff.mailbox import ReadMails
from bff.main import BffOptions
from bff.main import build_app as build_bff
from bff.origin import public_origin
from event_store.records import AppendRequest, ParkedMessage
from history.event_log import EventLog
from history.parked_rows import ParkedRows
from history.proof.signed_log import SignedLog
from history.proof.tree_folder import TreeFolder
from identity.mailed_tokens import RESET, VERIFY
from identity.tokens import TokenIssuer
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.projection import Projection
from query_api.audit.notes import Note
from query_api.checkpoint_watcher import CheckpointWatcher, checkpoint_reader
from query_api.main import build_app as build_queries
from schemas.actor_type import ActorType
from schemas.documents import ORDERS_VIEW
from schemas.notification import Template
from schemas.order import OrderStatus, OrderUpdated
from schemas.stream_names import user_stream
from schemas.topics import ORDERS, TopicPartition
from schemas.user import EmailChangeRequested, EmailVerificationRequested, PasswordResetRequested
from streams.mail.mailbox import Mailbox, MailboxItem
from streams.mail.rendering import RenderedMail
from streams.mail.transport import Mail
from tests.accounts import SECRET
from tests.demo_log import demo_log_of
from tests.examples import EXAMPLES, NOON, ORDER_ID
from tests.histories import PARTITIONS, deliver, events
from tests.integration.doors.counter import LAMP, MUG, Counter, basket, key, open_counter
from tests.leaving import leaving
from tests.services_client import client_over
from tests.signing import sign

ORIGIN = "http://localhost:4000"
PASSWORD = "correct horse battery staple"
Person = Mapping[str, Any]
"""A session as the command API answers it."""


class ImpatientWatcher(CheckpointWatcher):
    """Waits for no position: everything recorded is projected before the next request."""

    async def wait_for(self, view: str, place: TopicPartition, position: int, *, timeout: float) -> bool:
        return await super().wait_for(view, place, position, timeout=min(timeout, 0.001))


PREPARED = ("saga.started", "inventory.reserved", "inventory.confirmed", "shipping.prepared", "saga.completed")
"""What happens to an order until it may be shipped."""


@dataclass
class Shop:
    """The applications, and whom and what they know."""

    counter: Counter
    projection: Projection
    queries: FastAPI
    bff: FastAPI
    projected: int = 0
    joined: int = 0
    ids: dict[str, str] = field(default_factory=dict)
    """Ids that exist, by the name of the path parameter."""

    async def catch_up(self) -> None:
        """Project what was recorded since."""
        if await self.counter.store.head() > self.projected:
            envelopes = await self.counter.log(after=self.projected)
            await deliver(self.projection, envelopes)
            self.projected = envelopes[-1].position

    async def join(self) -> Person:
        """A new person whose address is verified, logged in anew."""
        self.joined += 1
        person = {"email": f"p{self.joined}@example.org", "password": PASSWORD, "firstName": "Ada", "lastName": "L"}
        session = await self.post("/auth/register", person, 201)
        await self.post("/auth/verify-email", {"token": await self.mailed(session, VERIFY)})
        return await self.log_in(person["email"])

    async def employ(self, role: str) -> Person:
        """A new person with a role."""
        self.joined += 1
        email = f"p{self.joined}@example.org"
        body = {"email": email, "password": PASSWORD, "firstName": "Bo", "lastName": "M", "roles": [role]}
        await self.counter.done("POST", "/users", 201, json=body)
        return await self.log_in(email)

    async def log_in(self, email: str) -> Person:
        """Another session of a person."""
        return await self.post("/auth/login", {"email": email, "password": PASSWORD})

    async def order(self, person: Person) -> str:
        """An order of a person, just placed; its id."""
        said = {"json": basket(), "headers": bearer(person) | key(f"order-of-{person['sessionId']}")}
        return str((await self.counter.done("POST", "/orders", 201, **said))["orderId"])

    async def prepared_order(self, person: Person, *, is_shipped: bool = False) -> str:
        """An order of a person that may be shipped, or delivered; its id."""
        order_id = await self.order(person)
        history = events(*PREPARED, order_id=order_id)
        prepared = OrderUpdated(
            order_id=order_id, from_=OrderStatus.PENDING, to=OrderStatus.SHIPPING_PREPARED, reason="the saga"
        )
        await self.counter.happened(*history, prepared)
        if is_shipped:
            await self.counter.done("PUT", f"/orders/{order_id}/status", json={"status": "Shipped"})
        return order_id

    async def review(self, user_id: str) -> str:
        """A person's review of the mug; its id."""
        review_id: str = self.counter.app.state.context.review_ids.make("mug", user_id)
        about = {"product_id": "mug", "user_id": user_id, "review_id": review_id}
        await self.counter.happened(*events("review.submitted", **about))
        return review_id

    async def save_address(self, person: Person, body: Mapping[str, Any]) -> str:
        """An address in a person's book; its id."""
        said = {"json": body, "headers": bearer(person)}
        return str((await self.counter.done("POST", "/users/me/addresses", 201, **said))["addressId"])

    async def post(self, path: str, body: Mapping[str, Any], status: int = 200) -> Person:
        """The answer to a command that needs no token."""
        return await self.counter.done("POST", path, status, json=body, headers={"Authorization": ""})

    async def mailed(self, person: Person, purpose: str) -> str:
        """The token of the last mail of a purpose to a person; of one that was never sent, if there was none."""
        user_id, tokens = person["user"]["userId"], self.counter.accounts.identity.mailed_tokens
        for each in reversed(await self.counter.store.stream(user_stream(user_id))):
            match each.event:
                case EmailVerificationRequested() | EmailChangeRequested() as event if purpose == VERIFY:
                    return tokens.issue(VERIFY, user_id, event.verification_id)
                case PasswordResetRequested() as event if purpose == RESET:
                    return tokens.issue(RESET, user_id, event.reset_id)
        return tokens.issue(purpose, user_id, "never")


def bearer(person: Person) -> dict[str, str]:
    """The header of a person's session."""
    return {"Authorization": f"Bearer {person['accessToken']}"}


@asynccontextmanager
async def open_shop(database: Database, tree: TreeFolder) -> AsyncIterator[Shop]:
    """The services, with products, an order whose saga is stuck, and a signed log."""
    async with open_counter() as counter:
        demo_log = demo_log_of(counter.store)
        watcher = ImpatientWatcher(checkpoint_reader(database), note=demo_log.shown.note)
        identity = counter.accounts.identity
        queries = build_queries(
            database,
            verifier=identity.verifier,
            opener=identity.sealer,
            partitions=PARTITIONS,
            released=counter.app.state.context.released,
            watcher=watcher,
            index_of=identity.blind_index.of,
            read_progress=components.progress_reader(counter.store),
            event_log=EventLog(counter.store),
            parked_rows=ParkedRows(counter.store),
            demo_log=demo_log,
            signed_log=SignedLog(counter.store, tree),
            record_audit=_record_nothing,
        )
        projection = Projection(MODELS, database, counter.store, advance=watcher.advance)
        async with client_over(_ByHost(commands=counter.app, queries=queries)) as client:
            shop = Shop(counter, projection, queries, _build_bff(client, await _mailbox(counter)))
            await _fill(shop)
            await sign(counter.store, tree)
            yield shop


async def _record_nothing(_: Note) -> None:
    """Record nothing of those who read the audit, who are many."""


class _ByHost(httpx.AsyncBaseTransport):
    """Leads to one application or another by the host of a URL."""

    def __init__(self, **apps: FastAPI) -> None:
        self._transports = {host: httpx.ASGITransport(leaving(app)) for host, app in apps.items()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._transports[request.url.host].handle_async_request(request)


def _build_bff(client: HttpClient, mailbox: Mailbox) -> FastAPI:
    guest = ActorType.GUEST.value
    options = BffOptions(
        command_url="http://commands",
        query_url="http://queries",
        origin=public_origin(ORIGIN),
        csrf_secret=SECRET,
        guest_token=lambda: TokenIssuer(SECRET).issue("bff", (guest,), guest),
        token_of_guest=lambda guest_id: TokenIssuer(SECRET).issue(guest_id, (), guest),
        read_mails=reading(mailbox),
        shows_events=True,
    )
    return build_bff(options, client)


def reading(mailbox: Mailbox) -> ReadMails:
    """What reads a mailbox of this process."""

    async def read_mails() -> Sequence[MailboxItem]:
        return mailbox.messages()

    return read_mails


async def _mailbox(counter: Counter) -> Mailbox:
    mailbox = Mailbox(clock=counter.clock)
    content = RenderedMail(subject="Welcome", text="Hello", html="<p>Hello</p>")
    await mailbox.send(Mail(id="m1", user_id="ada", template=Template.WELCOME, to="ada@example.org", content=content))
    return mailbox


async def _fill(shop: Shop) -> None:
    await shop.counter.stock(LAMP, MUG)
    receipt = {"items": [{"productId": name, "quantity": 100_000} for name in ("lamp", "mug")]}
    await shop.counter.done("POST", "/inventory/receipts", 201, json=receipt)
    history = (
        *("order.created", "saga.started", "payment.processing", "saga.compensation.started", "payment.refund"),
        "saga.stuck",
    )
    await shop.counter.happened(*(EXAMPLES[name] for name in history))
    for rebuild in (1, 2):
        built = {"view": "orders", "form": ORDERS_VIEW.form, "rebuild": rebuild}
        for name in ("started", "verified"):
            told = EXAMPLES[f"projection.rebuild.{name}"].model_copy(update=built | {"differences": 0, "shown": ()})
            await shop.counter.happened(told)
    dead = ParkedMessage("saga", 41, ORDER_ID, TopicPartition(ORDERS, 0), NOON, 4, "KeyError", NOON, "in step", NOON)
    await shop.counter.store.append(AppendRequest(parked=(dead,)))
    shop.ids = {
        "letter_id": "saga.41",
        "view": "orders",
        "rebuild": "1",
        "product_id": "mug",
        "order_id": ORDER_ID,
        "position": "1",
        "event_id": (await shop.counter.log())[0].id,
        "mail_id": "m1",
        "review_id": await shop.review("somebody"),
    }
