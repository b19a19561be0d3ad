"""Mails by way of the log, a real Kafka endpoint and a real SMTP server."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

import pytest

from aioutlet import components
from aioutlet.broker import PARTITIONS
from concurrency.background import background
from event_store.memory import MemoryBackend
from event_store.records import AppendRequest
from event_store.store import EventStore
from event_store.threaded import ThreadedStore
from schemas.codec import decode
from schemas.envelope import Cause, wrap_events
from schemas.message import Event
from schemas.stream_names import user_stream
from streams import agents
from streams.agents import Agent
from streams.fetch_pacing import IDLE_MS, FetchPacing
from streams.mail.smtp import SmtpTransport, smtp_server
from streams.mail.transport import sender
from streams.notification import Notifications
from streams.publisher import KafkaPublisher
from streams.relay import Relay
from tests.examples import CUSTOMER_ID, LATER
from tests.histories import events
from tests.services.waiting import STUCK_AFTER
from tests.smtp_server import PostOffice, post_office
from tests.unit.streams.fakes import Counts
from tests.unit.streams.mail_story import ANN, LINKS, SEALER, verified

IN_TIME = 1.0
"""Seconds from an event to its mail, on an idle shop."""
MAILS = 12


@pytest.fixture
async def store() -> AsyncIterator[EventStore]:
    store = ThreadedStore(MemoryBackend(components.now))
    yield store
    await store.close()


@asynccontextmanager
async def shop(store: EventStore, broker: str, data: Path, office: PostOffice) -> AsyncIterator[None]:
    """Run the relay and the agent of mails, paced as the embedded shop is when nothing happens."""
    counts, pacing = Counts(), FetchPacing(busy=IDLE_MS, idle=IDLE_MS)
    address = sender("The shop <shop@example.org>")
    transport = SmtpTransport(smtp_server(office.url), sender=address, clock=components.now)
    notifications = Notifications(
        store, transport, SEALER, links=LINKS, domain="example.org", clock=components.now, metrics=counts
    )
    running = [Agent(store, notifications, partitions=PARTITIONS, metrics=counts)]
    app = agents.build_app("mails", running, broker=broker, pacing=pacing, data=data)
    async with (
        components.open_producer(broker) as producer,
        background(
            Relay(store, KafkaPublisher(producer, pacing), partitions=PARTITIONS).run(),
            agents.run(app, running),
        ),
    ):
        yield


async def record(store: EventStore, *told: Event) -> None:
    """Append to the person's stream, now."""
    stream = user_stream(CUSTOMER_ID)
    version = len(await store.stream(stream))
    cause = Cause(id=str(uuid4()), at=components.now(), correlation_id=stream)
    await store.append(AppendRequest(events=tuple(wrap_events(stream, version, told, cause))))


async def types(store: EventStore, *wanted: str) -> list[str]:
    return [decode(stored).type for stored in await store.log(0, limit=10_000, types=wanted)]


async def ended(store: EventStore, count: int) -> None:
    """Wait until so many mails have ended."""
    async with asyncio.timeout(STUCK_AFTER):
        while len(await types(store, "notification.sent", "notification.failed")) < count:
            await store.wait_past(await store.head(), timeout=1.0)


async def test_a_mail_is_sent_within_a_second_of_its_event_on_an_idle_shop(
    store: EventStore, broker: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with post_office() as office, shop(store, broker, tmp_path, office):
        await record(store, *verified())
        await ended(store, 1)  # read from the store, while the consumer joins its group
        await record(store, *events("auth.password.changed"))
        await ended(store, 2)
        taken = []
        for number in range(MAILS):
            arrived, before = office.arrivals(), time.perf_counter()
            await record(store, *events("auth.password.changed"))
            await asyncio.wait_for(arrived.wait(), STUCK_AFTER)
            taken.append(time.perf_counter() - before)
            await ended(store, 3 + number)
    with capsys.disabled():
        milliseconds = sorted(round(each * 1_000) for each in taken)
        print(f"\nfrom an event to its mail: median {median(milliseconds):.0f} ms, all {milliseconds} ms")  # noqa: T201
    assert max(taken) < IN_TIME
    assert office.recipients == [ANN] * (2 + MAILS)


async def test_a_server_that_drops_the_connection_after_the_mail_gets_it_again_and_the_log_has_it_once(
    store: EventStore, broker: str, tmp_path: Path
) -> None:
    async with post_office() as office, shop(store, broker, tmp_path, office):
        office.drops = 1
        await record(store, *verified())
        await ended(store, 1)
    first, second = office.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert await types(store, "notification.requested", "notification.sent", "notification.failed") == [
        "notification.requested",
        "notification.sent",
    ]


async def test_what_was_said_while_nobody_sent_mails_is_mailed_later(
    store: EventStore, broker: str, tmp_path: Path
) -> None:
    await record(store, *verified(), *events("auth.password.reset.requested", expires_at=LATER + timedelta(days=1)))
    async with post_office() as office, shop(store, broker, tmp_path, office):
        await ended(store, 2)
    assert sorted(str(mail["Subject"]) for mail in office.mails) == [
        "Set another password",
        "Welcome to AIOutlet: confirm your address",
    ]
