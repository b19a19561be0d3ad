"""The parts our tests stand on do what is asked of them, and what they hold outlives what it should."""

from collections.abc import Callable

import psycopg
import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from pymongo import MongoClient

from tests.services.kafka import Kafka
from tests.services.mongo import Documents, JavaDocuments, NxDocuments
from tests.services.part import Part
from tests.services.places import PARTS
from tests.services.postgres import PostgreSQL

Start = Callable[[type[Part]], Part]
EVERY_PART = pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.name)


def keep_a_word(part: Part) -> None:
    """Make something durable in it."""
    match part:
        case PostgreSQL():
            with psycopg.connect(part.url) as connection:
                connection.execute("CREATE TABLE word ()")
        case Kafka():
            client = AdminClient({"bootstrap.servers": part.url, "log_level": 0})
            client.create_topics([NewTopic("word", 1)])["word"].result(10)
        case Documents():
            with MongoClient[dict[str, object]](part.url) as documents:
                documents.shop.words.insert_one({"_id": "word"})


def has_the_word(part: Part) -> bool:
    match part:
        case PostgreSQL():
            with psycopg.connect(part.url) as connection:
                return connection.execute("SELECT to_regclass('word') IS NOT NULL").fetchone() == (True,)
        case Kafka():
            client = AdminClient({"bootstrap.servers": part.url, "log_level": 0})
            return "word" in client.list_topics(timeout=10).topics
        case _:
            with MongoClient[dict[str, object]](part.url) as documents:
                return documents.shop.words.count_documents({}) == 1


@EVERY_PART
def test_a_part_keeps_its_data_and_address_over_a_restart_and_loses_them_only_when_wiped(
    own_part: Start, kind: type[Part]
) -> None:
    part = own_part(kind)
    before = part.url, part.process
    keep_a_word(part)
    assert part.restart() == before[0]
    assert part.process != before[1]
    assert has_the_word(part)
    part.wipe()
    assert part.start() == before[0]
    assert not has_the_word(part)


@pytest.mark.parametrize("kind", [PostgreSQL, Kafka], ids=lambda kind: kind.name)
def test_what_was_acknowledged_survives_a_kill(own_part: Start, kind: type[Part]) -> None:
    part = own_part(kind)
    keep_a_word(part)
    part.kill()
    assert part.process is None
    assert not part.answers()
    part.start()
    assert has_the_word(part)


@pytest.mark.parametrize("kind", [PostgreSQL, JavaDocuments, NxDocuments], ids=lambda kind: kind.name)
def test_a_paused_part_answers_nobody_until_it_goes_on(own_part: Start, kind: type[Part]) -> None:
    part = own_part(kind)
    part.pause()
    assert part.process is not None
    assert not part.answers()
    part.resume()
    assert part.start() == part.url


@EVERY_PART
def test_a_part_that_runs_is_found_again_and_not_started_twice(own_part: Start, kind: type[Part]) -> None:
    part = own_part(kind)
    again = kind(part.folder.parent)
    assert again.process == part.process
    assert again.start() == part.url
    assert again.process == part.process
    part.remove()
    assert again.process is None
    assert not part.folder.exists()
