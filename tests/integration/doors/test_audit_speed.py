"""Every search of the audit is answered in time in a log of a million events; its figures are printed (`-s`)."""

import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

import orjson
import pytest

from event_store.records import AppendRequest
from event_store.sqlite.store import sqlite_store
from event_store.store import EventStore
from projectors.document_io import Database
from projectors.folding import fold
from projectors.models.audit import AUDIT
from schemas.actor_type import ActorType
from schemas.audit_keys import home_topic
from schemas.documents import SEGMENT, TOTALS
from schemas.envelope import Actor, Client, Envelope
from schemas.message import Event
from schemas.topics import TopicPartition
from tests.documents import on_every_server
from tests.examples import EXAMPLES, stream_of
from tests.histories import COMPLETED, PARTITIONS, events, places_of
from tests.integration.doors.counter import NOON, who
from tests.integration.doors.reader import Reader
from tests.sealing import new_sealer

pytestmark = [pytest.mark.exhaustive, pytest.mark.timeout(1_800)]
EVENTS = int(os.environ.get("AUDIT_EVENTS", "1000000"))
BLOCK = 16 * SEGMENT
"""Events that are appended and folded at once."""
PEOPLE, ADDRESSES = 2_500, 400
TIMES = 60
"""Questions of each kind."""
LIMIT = 0.5
"""Seconds for 95 of 100 answers."""
AUDITOR = who("amy", "auditor", kind="customer")


def person(number: int) -> str:
    return f"u-{number % PEOPLE}"


def address(number: int) -> str:
    return f"192.0.2.{number % 200}" if number % ADDRESSES < 200 else f"198.51.100.{number % 200}"


def story(number: int) -> Iterator[tuple[Event, Client | None]]:
    """A person logs in and orders; one of seven logins failed before, and one of eleven payments fails."""
    user, order = person(number), {"order_id": f"o-{number}", "customer_id": person(number)}
    if number % 7 == 0:
        yield EXAMPLES["security.login.failed"], None
    [login] = events("auth.login", user_id=user)
    yield login, Client()
    is_paid = number % 11 > 0
    for event in events(*(COMPLETED if is_paid else (*COMPLETED[:4], "payment.failed", "order.failed")), **order):
        yield event.model_copy(update={"order_number": f"N-{number}"}) if "number" in event.wire_name else event, None


def envelopes(indexes: Mapping[str, str]) -> Iterator[Envelope]:
    versions, number, position = Counter[str](), 0, 0
    while True:
        for event, client in story(number):
            stream, position = stream_of(event), position + 1
            versions[stream] += 1
            yield Envelope(
                id=f"e-{position}",
                stream=stream,
                version=versions[stream],
                event=event,
                occurred_at=NOON + timedelta(seconds=position / 10),
                correlation_id=f"c-{number}",
                causation_id=f"c-{number}",
                actor=Actor(type=ActorType.CUSTOMER, id=person(number), roles=("customer",)),
                client=client and Client(ip_index=indexes[address(number)]),
                position=position,
            )
        number += 1


async def fill(store: EventStore, database: Database, now: list[object], indexes: Mapping[str, str]) -> None:
    """Append a log and write what the audit keeps of it, as the projectors would have it in the end."""
    totals: dict[tuple[str, int, str], Counter[str]] = defaultdict(Counter)
    log = envelopes(indexes)
    for first in range(0, EVENTS, BLOCK):  # positions begin with 1, segments with 0
        block = [next(log) for _ in range(max(1, first), min(first + BLOCK, EVENTS + 1))]
        for start in range(0, len(block), 1_000):
            part = block[start : start + 1_000]
            now[0] = part[0].occurred_at
            await store.append(AppendRequest(events=tuple(part)))
        for place, run in by_place(block):
            model = next(each for each in AUDIT if each.view.topic == place.topic)
            folded = fold(model, {}, run, place.partition)
            if folded.documents:
                await database[model.view.name].insert_many([*folded.documents.values()], ordered=False)
            for change in folded.share_changes:
                totals[model.view.name, place.partition, change.bucket][change.name] += change.total
    await database[TOTALS].insert_many(
        [
            {"_id": f"{view}/{partition}/{bucket}", "view": view, "bucket": bucket, "sums": dict(sums), "position": 1}
            for (view, partition, bucket), sums in totals.items()
        ]
    )


def by_place(block: Iterable[Envelope]) -> Iterable[tuple[TopicPartition, list[Envelope]]]:
    runs: dict[TopicPartition, list[Envelope]] = defaultdict(list)
    for envelope in block:
        home = home_topic(envelope)
        for place in places_of(envelope):
            if place.topic == home:
                runs[place].append(envelope)
    return runs.items()


def questions(chance: random.Random) -> Mapping[str, tuple[str, dict[str, object]]]:
    """One question of each kind."""
    orders = EVENTS // 17
    number = chance.randrange(orders)
    at = NOON + timedelta(seconds=chance.randrange(EVENTS) / 10)
    hour: dict[str, object] = {"since": at.isoformat(), "until": (at + timedelta(hours=1)).isoformat()}
    return {
        "person": ("/events", {"person": person(number)}),
        "order": ("/events", {"order": f"o-{number}"}),
        "type": ("/events", {"type": "payment.failed"}),
        "every type": ("/events", {"type": "auth.*"}),
        "correlation": ("/events", {"correlationId": f"c-{number}"}),
        "failures": ("/events", {"outcome": "failure"}),
        "successes": ("/events", {"outcome": "success"}),
        "address": ("/events", {"address": address(number)}),
        "time": ("/events", hour),
        "person, type, hour": ("/events", {"person": person(number), "type": "order.created", **hour}),
        "type, person of it": ("/events", {"type": "saga.*", "person": person(number), "outcome": "failure"}),
        "life cycle": (f"/orders/o-{number}", {}),
        "person's page": (f"/users/{person(number)}", {}),
        "security, hour": ("/security", hour),
        "report of a day": ("/report", {"first": str(NOON.date()), "last": str(NOON.date())}),
    }


@on_every_server
async def test_every_search_is_answered_in_time(mongodb: Database, tmp_path: Path) -> None:
    now: list[object] = [NOON]
    store = sqlite_store(tmp_path / "events.db", clock=lambda: now[0])  # type: ignore[arg-type,return-value]
    subject, texts = f"strangers-{NOON:%Y-%m}", {address(number) for number in range(ADDRESSES)}
    indexes = {text: (await new_sealer().indexes([subject], text))[0] for text in texts}
    began = time.perf_counter()
    await fill(store, mongodb, now, indexes)
    sys.stdout.write(f"\n{EVENTS:,} events in {time.perf_counter() - began:.0f} s, {PARTITIONS} partitions a topic\n")
    reader, chance = Reader(mongodb, store=store), random.Random(7)
    reader.now = NOON + timedelta(days=2)
    seconds: dict[str, list[float]] = defaultdict(list)
    found = Counter[str]()
    for _ in range(TIMES):
        for kind, (path, asked) in questions(chance).items():
            began = time.perf_counter()
            answer = await reader.told(f"/audit{path}", params=asked, headers=AUDITOR)
            seconds[kind].append(time.perf_counter() - began)
            found[kind] += len(answer.get("items", answer.get("types", ())))
    for kind, taken in seconds.items():
        cuts = quantiles(taken, n=100)
        figures = f"p50 {cuts[49] * 1e3:6.1f} ms, p95 {cuts[94] * 1e3:6.1f} ms, {found[kind] / TIMES:5.1f} found"
        sys.stdout.write(f"{kind:>20}: {figures}\n")
    sizes = {model.view.name: await mongodb[model.view.name].estimated_document_count() for model in AUDIT}
    sys.stdout.write(f"documents: {orjson.dumps(sizes).decode()}\n")
    assert max(quantiles(taken, n=100)[94] for taken in seconds.values()) <= LIMIT
    await store.close()
