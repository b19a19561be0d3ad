"""Denials in the log: on the day's streams, sealed, added up, and once each, whoever else records at the same time."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from command_api.security_log import SHARDS, SecurityLog
from command_api.stream_end import find_version
from edge.context import fresh_id
from edge.denials import Denial, Kind
from event_store.postgres.store import postgres_store
from event_store.store import EventStore
from schemas.actor_type import ActorType
from schemas.security import AccessDenied, LoginsFailed, RateLimited, SecurityFact
from schemas.stream_names import security_stream
from tests.contract.event_store.conftest import SetClock
from tests.contract.event_store.requests import NOON
from tests.sealing import new_sealer

SEALER = new_sealer()
DAY = NOON.date()


def denial(number: int, *, kind: Kind = "access", minute: datetime = NOON, address: str | None = "10.0.0.1") -> Denial:
    code = {"access": "forbidden", "login": "login_failed", "rate": "too_many_requests"}[kind]
    return Denial(
        id=fresh_id(), minute=minute, kind=kind, route=f"/{number}", code=code, count=number + 1, address=address
    )


@pytest.fixture
def open_log(store: EventStore, clock: SetClock) -> Callable[[int], SecurityLog]:
    """A recorder of a process of its own, on this shard."""
    return lambda shard: SecurityLog(store, SEALER, clock=clock, new_id=fresh_id, shard=shard)


async def recorded(store: EventStore, day: date = DAY, *shards: int) -> list[SecurityFact]:
    streams = [security_stream(day, shard) for shard in shards or range(SHARDS)]
    found = await store.streams(dict.fromkeys(streams, 0))
    return [event.event for envelopes in found.values() for event in envelopes if isinstance(event.event, SecurityFact)]


async def test_a_denial_is_an_event_of_its_kind_by_the_shop_itself(
    store: EventStore, open_log: Callable[[int], SecurityLog]
) -> None:
    await open_log(3).record([denial(0), denial(1, kind="login"), denial(2, kind="rate", address=None)])
    envelopes = await store.stream(security_stream(DAY, 3))
    assert [type(each.event) for each in envelopes] == [AccessDenied, LoginsFailed, RateLimited]
    assert {each.actor.type for each in envelopes} == {ActorType.SYSTEM}
    facts = await recorded(store, DAY, 3)
    assert [(each.minute, each.route, each.count) for each in facts] == [(NOON, f"/{n}", n + 1) for n in range(3)]


async def test_an_address_is_sealed_under_the_key_of_the_months_strangers(
    store: EventStore, open_log: Callable[[int], SecurityLog]
) -> None:
    await open_log(0).record([denial(0), denial(1, address=None)])
    [with_address, without] = await recorded(store)
    assert with_address.address is not None
    assert with_address.address.subject == f"strangers-{NOON:%Y-%m}"
    assert SEALER.open(with_address.address) == "10.0.0.1"
    assert without.address is None
    assert b"10.0.0.1" not in b"".join(stored.state for stored in await store.log(0))


async def test_minutes_of_two_days_go_to_two_streams(store: EventStore, open_log: Callable[[int], SecurityLog]) -> None:
    midnight = datetime(2026, 1, 1, tzinfo=UTC)
    minutes = [midnight, midnight - timedelta(minutes=1), midnight]
    await open_log(0).record([denial(number, minute=minute) for number, minute in enumerate(minutes)])
    assert [each.count for each in await recorded(store, date(2025, 12, 31))] == [2]
    assert [each.count for each in await recorded(store, date(2026, 1, 1))] == [1, 3]


async def test_a_batch_that_is_reported_again_is_recorded_once_even_by_another_process(
    store: EventStore, open_log: Callable[[int], SecurityLog]
) -> None:
    batch = [denial(number) for number in range(5)]
    first = open_log(0)
    for log in (first, first, open_log(0), open_log(1)):
        await log.record(batch)
    assert len(await recorded(store)) == 5


async def test_processes_of_one_shard_do_not_lose_each_others_denials(
    store: EventStore, open_log: Callable[[int], SecurityLog]
) -> None:
    logs = [open_log(0) for _ in range(3)]
    await asyncio.gather(*(log.record([denial(number)]) for number in range(10) for log in logs))
    assert sorted(each.count for each in await recorded(store)) == sorted([number + 1 for number in range(10)] * 3)
    assert len(await store.stream(security_stream(DAY, 0))) == 30


async def test_processes_of_one_shard_meet_in_the_database_and_both_go_on(database: str) -> None:
    stores = [postgres_store(database, clock=lambda: NOON) for _ in range(2)]
    logs = [SecurityLog(store, SEALER, clock=lambda: NOON, new_id=fresh_id, shard=0) for store in stores]
    await asyncio.gather(*(log.record([denial(number)]) for log in logs for number in range(20)))
    assert len(await recorded(stores[0])) == 40
    for store in stores:
        await store.close()


@pytest.mark.parametrize("length", [0, 1, 2, 3, 7, 8, 9, 20])
async def test_the_version_of_a_stream_is_found_without_reading_it(
    store: EventStore, open_log: Callable[[int], SecurityLog], length: int
) -> None:
    if length:
        await open_log(0).record([denial(number) for number in range(length)])
    for known in range(length + 1):
        assert await find_version(store, security_stream(DAY, 0), at_least=known) == length
