"""No replay and no rebuild has an effect: mails, charges, labels and messages are counted before and after.

That none can be reached follows from the import contracts; here those who would notice are asked.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from typer.testing import CliRunner

from aioutlet.cli import app
from aioutlet.data_folder import LOG
from event_store.records import AppendRequest
from event_store.sqlite.store import sqlite_store
from projectors.document_io import Database
from projectors.models.registry import MODELS
from projectors.read_model import ReadModel
from projectors.rebuild.builder import Builder
from schemas.saga import PaymentProcessing, ShippingPreparation
from schemas.topics import DEAD_LETTERS
from streams.carrier import DummyCarrier
from streams.mail.smtp import SmtpTransport, smtp_server
from streams.mail.transport import sender
from streams.payment_gateway import DummyGateway
from streams.provider_books import ProviderBooks
from tests.documents import EMBEDDED
from tests.examples import EXAMPLES, NOON
from tests.histories import PARTITIONS, recorded
from tests.integration.kafka_shop import empty
from tests.services.kafka import Kafka
from tests.services.waiting import STUCK_AFTER, until
from tests.smtp_server import PostOffice, post_office_beside
from tests.unit.mail.test_smtp import MAIL

TARGETS = (None, "{}/log.jsonl", "{}/log.parquet", "kafka:replay-{1}")
"""To the terminal, to files, and to a topic of its own."""
FROM = sender("shop@example.com")
SETTINGS = ("SMTP", "MAIL_FROM", "BROKER", "PROVIDER_BOOKS")


@dataclass
class Outside:
    """Those to whom a shop does something, as its settings name them."""

    office: PostOffice
    books: ProviderBooks
    broker: str
    asked: list[str] = field(default_factory=list)
    """What the payment provider and the carrier were asked for."""

    def counts(self) -> dict[str, int]:
        """How much each of them has had to do."""
        return {
            "connections to the mail server": self.office.connections,
            "entries at the provider": len(list(self.books.entries())),
            "requests to provider and carrier": len(self.asked),
            "messages on the bus": messages(self.broker),
        }


def messages(broker: str) -> int:
    """How many messages there are in the topics of the shop."""
    consumer = Consumer({"bootstrap.servers": broker, "group.id": "count", "log_level": 0})
    known = consumer.list_topics(timeout=STUCK_AFTER).topics
    ours = [(name, number) for name in known if name.startswith("aioutlet.") for number in known[name].partitions]
    ends = [consumer.get_watermark_offsets(TopicPartition(*each), timeout=STUCK_AFTER)[1] for each in ours]
    consumer.close()
    assert ours
    return sum(ends)


@pytest.fixture(scope="module")
def broker(own_part: Callable[[type[Kafka]], Kafka]) -> str:
    """A broker with the topics of the shop."""
    url = own_part(Kafka).url
    empty(url)
    assert until(partial(has_leaders, url), timeout=STUCK_AFTER)
    return url


def has_leaders(broker: str) -> bool:
    """Whether every partition can be asked."""
    try:
        return messages(broker) == 0
    except KafkaException:
        return False


@pytest.fixture
def outside(broker: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """All of them, and settings that lead to each."""
    books = tmp_path / "books.sqlite"
    with post_office_beside() as office:
        found = Outside(office, ProviderBooks(books), broker)
        values = (office.url, str(FROM), f"kafka://{broker}", str(books))
        for name, value in zip(SETTINGS, values, strict=True):
            monkeypatch.setenv(f"AIOUTLET_{name}", value)
        for kind, name in (
            (DummyGateway, "charge"),
            (DummyGateway, "refund"),
            (DummyCarrier, "prepare"),
            (DummyCarrier, "cancel"),
        ):
            monkeypatch.setattr(kind, name, noting(found, getattr(kind, name)))
        yield found
        found.books.close()


def noting(outside: Outside, method: Any) -> Any:
    async def noted(self: Any, *asked: Any) -> Any:
        outside.asked.append(method.__name__)
        return await method(self, *asked)

    return noted


@pytest.fixture
def log(closed_shop: Path) -> Path:
    """The log of a shop that is closed, with an event of every type."""
    asyncio.run(keep(closed_shop / LOG))
    return closed_shop / LOG


async def keep(log: Path) -> None:
    store = sqlite_store(log)
    await store.append(AppendRequest(events=tuple(recorded(EXAMPLES.values()))))
    await store.close()


def test_each_of_them_is_counted(outside: Outside) -> None:
    charge, label = EXAMPLES["payment.processing"], EXAMPLES["shipping.preparation"]
    assert isinstance(charge, PaymentProcessing)
    assert isinstance(label, ShippingPreparation)
    before = outside.counts()
    asyncio.run(DummyGateway(books=outside.books).charge(charge))
    asyncio.run(DummyCarrier().prepare(label, "1"))
    asyncio.run(SmtpTransport(smtp_server(outside.office.url), sender=FROM, clock=lambda: NOON).send(MAIL))
    producer = Producer({"bootstrap.servers": outside.broker})
    producer.produce(DEAD_LETTERS, b"{}")
    producer.flush(10)
    after = outside.counts()
    assert {name: after[name] - before[name] for name in before} == dict(zip(before, (1, 1, 2, 1), strict=True))


@pytest.mark.parametrize("target", TARGETS, ids=["terminal", "lines", "parquet", "topic"])
def test_a_replay_of_the_whole_log_has_no_effect(outside: Outside, log: Path, target: str | None) -> None:
    before = outside.counts()
    named = [target.format(log.parent, uuid4().hex)] if target else []
    done = CliRunner().invoke(app, ["replay", *named])
    assert done.exit_code == 0, done.output
    assert f"{len(EXAMPLES)} events" in done.stderr
    assert outside.counts() == before


@pytest.mark.parametrize("documents_uri", [EMBEDDED], indirect=True)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.view.title)
async def test_a_rebuild_has_no_effect(outside: Outside, mongodb: Database, tmp_path: Path, model: ReadModel) -> None:
    before, store = outside.counts(), sqlite_store(tmp_path / "log.sqlite")
    await store.append(AppendRequest(events=tuple(recorded(EXAMPLES.values()))))
    rebuilt = replace(model, view=model.view.version(1))
    await Builder([rebuilt], mongodb, store, partitions=PARTITIONS).run()
    await store.close()
    assert outside.counts() == before
