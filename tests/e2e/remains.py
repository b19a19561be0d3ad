"""All that a shop leaves anywhere, as bytes by place: files, tables, topics, documents, metrics and log lines."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from bson import json_util
from pymongo import AsyncMongoClient

from schemas.topics import DEAD_LETTERS, TOPICS

KEYS = frozenset({"token.secret", "master.key"})
"""What the shop itself must not lose."""
POLL_MS = 2_000


def files(folder: Path) -> dict[str, bytes]:
    """Every file beneath a folder, byte for byte, with the journals."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in KEYS
    }


def tables(folder: Path) -> dict[str, bytes]:
    """Every table of every SQLite file: in the file a long value is cut into pages."""
    return {path.name + ":tables": _dump(path) for path in folder.glob("*.sqlite")}


def _dump(path: Path) -> bytes:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return rows(row for name in names for row in connection.execute(f'SELECT * FROM "{name}"'))


def rows(found: Iterable[Sequence[object]]) -> bytes:
    """The values of rows, one after another."""
    return b"\n".join(_text(value) for row in found for value in row)


def _text(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


async def topics(broker: str) -> dict[str, bytes]:
    """Every message that the broker has, with its key and headers."""
    consumer = AIOKafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest", group_id=None)
    await consumer.start()
    try:
        found = {}
        for topic, parts in (await _partitions(broker)).items():
            consumer.assign(parts)
            found[f"topic:{topic}"] = await _read(consumer, await consumer.end_offsets(parts))
        return found
    finally:
        await consumer.stop()


async def _partitions(broker: str) -> dict[str, list[TopicPartition]]:
    admin = AIOKafkaAdminClient(bootstrap_servers=broker)
    await admin.start()
    try:
        ours = sorted(set(await admin.list_topics()) & {*TOPICS, DEAD_LETTERS})
        return {
            each["topic"]: [TopicPartition(each["topic"], part["partition"]) for part in each["partitions"]]
            for each in await admin.describe_topics(ours)
        }
    finally:
        await admin.close()


async def _read(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bytes:
    taken: list[bytes] = []
    await consumer.seek_to_beginning(*ends)
    while any([await consumer.position(part) < end for part, end in ends.items()]):
        for messages in (await consumer.getmany(timeout_ms=POLL_MS)).values():
            for each in messages:
                taken += [each.key or b"", each.value or b"", *(value for _, value in each.headers)]
    return b"\n".join(taken)


async def documents(uri: str) -> dict[str, bytes]:
    """Every document of every database."""
    found = {}
    async with AsyncMongoClient[dict[str, Any]](uri) as client:
        for name in await client.list_database_names():
            for collection in await client[name].list_collection_names():
                content = [json_util.dumps(each, ensure_ascii=False) async for each in client[name][collection].find()]
                found[f"documents:{name}.{collection}"] = "\n".join(content).encode()
    return found


async def answers(client: httpx.AsyncClient, urls: Iterable[str], headers: Mapping[str, str] = {}) -> dict[str, bytes]:
    """What is answered at these addresses."""
    return {url: (await client.get(url, headers=headers)).raise_for_status().content for url in urls}
