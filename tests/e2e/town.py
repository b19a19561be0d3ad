"""A shop in which people live, in one process or as services, with everything that it leaves anywhere."""

import asyncio
import json
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from email.message import EmailMessage

import psycopg

from aioutlet.broker import PARTITIONS
from aioutlet.data_folder import IDENTITY
from event_store.opening import open_store
from event_store.store import EventStore
from schemas.documents import ORDERS_VIEW, REVIEWS_VIEW, USERS_VIEW
from schemas.topics import CATALOGUE, ORDERS, PEOPLE
from tests.cluster.cluster import PARTITIONS as SERVICES_PARTITIONS
from tests.cluster.cluster import SECRETS
from tests.cluster.stage import Stage
from tests.e2e import remains
from tests.e2e.async_browser import AsyncBrowser, browsing
from tests.e2e.customers import Counter, counter
from tests.e2e.running import ShopProcess
from tests.services.waiting import STUCK_AFTER

ADMIN = {"email": "root@example.org", "password": "an admin who stays, and a day", "firstName": "Ro", "lastName": "Ot"}
SECRETS_OF = """
    SELECT password_hash, wrapped_key FROM credentials JOIN subject_keys ON subject = user_id WHERE user_id = {}"""
TABLES = """
    SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema = 'public'"""

WITH_PEOPLE = (
    *(f"topic:{topic}" for topic in (PEOPLE, ORDERS, CATALOGUE)),
    *(f"documents:aioutlet.{view.name}" for view in (USERS_VIEW, ORDERS_VIEW, REVIEWS_VIEW)),
)
"""Places with the id of everybody who orders and reviews, in both wirings."""


@dataclass(frozen=True)
class Town(ABC):
    """What both wirings have: the log, and those who know the shop."""

    bff: str
    documents: str
    partitions: int
    log: EventStore
    ask: Counter
    admin: AsyncBrowser

    async def moved(self) -> None:
        await self.log.wait_past(await self.log.head(), timeout=0.1)

    async def passed(self, consumer: str, position: int) -> None:
        """Wait until an agent has finished what is recorded at a position."""
        async with asyncio.timeout(STUCK_AFTER):
            while max((await self.log.checkpoints(consumer)).values(), default=0) < position:
                await self.moved()

    async def everything(self, other: AsyncBrowser) -> dict[str, bytes]:
        """All that the shop has written anywhere, and all that it answers an admin and another person."""
        found = await self.written() | await remains.documents(self.documents)
        found |= await remains.answers(self.admin.client, [*self.metrics(), f"{self.bff}/bff/admin/users?limit=100"])
        return found | await remains.answers(other.client, [f"{self.bff}/bff/me/export"])

    @property
    @abstractmethod
    def searched(self) -> frozenset[str]:
        """Places in which the id of everybody who orders and reviews is found: they are really searched."""

    @abstractmethod
    def metrics(self) -> list[str]:
        """Where the metrics of each process are."""

    @abstractmethod
    async def written(self) -> dict[str, bytes]:
        """Tables, topics, files and log lines."""

    @abstractmethod
    async def mails(self, email: str) -> list[str]:
        """The texts of the mails to an address, the newest first."""

    @abstractmethod
    async def mailbox(self) -> dict[str, bytes]:
        """The mails that the shop itself keeps."""

    @abstractmethod
    def secrets_of(self, user_id: str) -> tuple[str, bytes]:
        """A person's password hash and wrapped key."""


@dataclass(frozen=True)
class OneProcess(Town):
    """`aioutlet run`."""

    shop: ShopProcess

    searched = frozenset(
        {
            *(f"{name}.sqlite:tables" for name in ("log", "identity", "documents")),
            *WITH_PEOPLE,
            "stderr",
        }
    )

    def metrics(self) -> list[str]:
        return [f"{self.shop.addresses()[door]}/metrics" for door in ("bff", "commandApi", "queryApi")]

    async def written(self) -> dict[str, bytes]:
        messages = await remains.topics(self.shop.addresses()["broker"])
        files = remains.files(self.shop.data) | remains.tables(self.shop.data)
        return messages | files | {"stderr": self.shop.errors().encode()}

    async def mails(self, email: str) -> list[str]:
        answer = await self.admin.ask("GET", "/dev/mailbox")
        return [mail["text"] for mail in answer.json()["items"] if mail["to"] == email]

    async def mailbox(self) -> dict[str, bytes]:
        answer = await self.admin.ask("GET", "/dev/mailbox")
        return {"mailbox": json.dumps(answer.json(), ensure_ascii=False).encode()}

    def secrets_of(self, user_id: str) -> tuple[str, bytes]:
        with closing(sqlite3.connect(self.shop.data / IDENTITY)) as connection:
            password_hash, wrapped = connection.execute(SECRETS_OF.format("?"), (user_id,)).fetchone()
        return password_hash, wrapped


@dataclass(frozen=True)
class Services(Town):
    """A process of each service, on PostgreSQL, Apache Kafka and a document server."""

    stage: Stage
    broker: str

    searched = frozenset(
        {
            *(f"table:{name}" for name in ("credentials", "sessions", "subject_keys")),
            *WITH_PEOPLE,
            "log:accounts-1",
        }
    )

    def metrics(self) -> list[str]:
        return [f"{service.url}/metrics" for service in self.stage.cluster.services]

    async def written(self) -> dict[str, bytes]:
        messages = await remains.topics(self.broker)
        logs = {f"log:{service.name}": service.log.read_bytes() for service in self.stage.cluster.services}
        return messages | logs | remains.files(self.stage.home) | await asyncio.to_thread(self._tables)

    async def mails(self, email: str) -> list[str]:
        return [_text(mail) for mail in reversed(self.stage.mails.mails) if email in str(mail["To"])]

    async def mailbox(self) -> dict[str, bytes]:
        return {}

    def secrets_of(self, user_id: str) -> tuple[str, bytes]:
        with psycopg.connect(self.stage.postgres.url) as connection:
            row = connection.execute(SECRETS_OF.format("%s").encode(), (user_id,)).fetchone()
        assert row
        return row[0], bytes(row[1])

    def _tables(self) -> dict[str, bytes]:
        with psycopg.connect(self.stage.postgres.url) as connection:
            names = [name for (name,) in connection.execute(TABLES)]
            return {
                f"table:{name}": remains.rows(connection.execute(f'SELECT * FROM "{name}"'.encode())) for name in names
            }


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body
    return str(body.get_content())


@asynccontextmanager
async def one_process(shop: ShopProcess, secret: str) -> AsyncIterator[Town]:
    """The town of a shop that runs."""
    at = shop.addresses()
    async with _known(at["log"], at, secret) as (log, ask, admin):
        yield OneProcess(at["bff"], at["documents"], PARTITIONS, log, ask, admin, shop)


@asynccontextmanager
async def services(stage: Stage, *, documents: str) -> AsyncIterator[Town]:
    """The town of services that run."""
    at = stage.cluster.addresses()
    async with _known(stage.postgres.url, at, SECRETS["AIOUTLET_TOKEN_SECRET"]) as (log, ask, admin):
        yield Services(at["bff"], documents, SERVICES_PARTITIONS, log, ask, admin, stage, stage.kafka.url)


@asynccontextmanager
async def _known(
    log_address: str, at: Mapping[str, str], secret: str
) -> AsyncIterator[tuple[EventStore, Counter, AsyncBrowser]]:
    """The log, the doors, and an admin who is logged in."""
    log = open_store(log_address)
    async with counter(at, secret) as ask, browsing(at["bff"]) as admin:
        made = await ask.commands.post("/users", json={**ADMIN, "roles": ["admin"]}, headers=ask.bearer("x", "admin"))
        assert made.is_success, made.text
        await admin.post("/auth/login", {name: ADMIN[name] for name in ("email", "password")})
        yield log, ask, admin
    await log.close()
