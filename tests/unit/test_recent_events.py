"""The newest events: whose they are, by who began what led to them, and what nobody is told."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from event_store.memory import memory_store
from event_store.records import AppendRequest
from history.recent_events import RecentEvents
from history.recent_log import RecentLog
from schemas.actor_type import ActorType
from schemas.codec import Stored, encode
from schemas.envelope import Actor, Envelope
from schemas.topics import ORDERS, PEOPLE
from tests.examples import NOON
from tests.histories import PARTITIONS, events, recorded

BOB, EVE = Actor(type=ActorType.CUSTOMER, id="bob"), Actor(type=ActorType.CUSTOMER, id="eve")
ADMIN = Actor(type=ActorType.ADMIN, id="bob")


def stored(envelope: Envelope) -> Stored:
    state = encode(envelope, recorded_at=NOON + timedelta(seconds=envelope.position))
    return Stored(envelope.position, envelope.stream, envelope.version, envelope.type, state)


def chain(*names: str, by: Actor = BOB, correlation_id: str = "c") -> list[Envelope]:
    """Events of which an actor recorded the first, and each was caused by the one before."""
    log = [replace(each, correlation_id=correlation_id) for each in recorded(events(*names))]
    return [
        replace(each, actor=by, causation_id="a request") if before is None else replace(each, causation_id=before.id)
        for before, each in zip([None, *log], log, strict=False)
    ]


def told(envelopes: list[Envelope], actor: Actor, *, capacity: int = 100, after: int = 0) -> list[str]:
    found = RecentEvents(partitions=PARTITIONS, capacity=capacity)
    for envelope in envelopes:
        found.add(stored(envelope))
    return [event.type for event in found.begun_by(actor, after=after)]


ORDER = ("order.created", "saga.started", "payment.processing", "payment.processed")


def test_whoever_began_it_sees_all_that_it_led_to() -> None:
    assert told(chain(*ORDER), BOB) == [*ORDER]
    assert told(chain(*ORDER), BOB, after=2) == [*ORDER[2:]]


def test_nobody_else_sees_any_of_it_though_the_correlation_is_the_same() -> None:
    log = [*chain(*ORDER), replace(chain("cart.created", by=EVE)[0], position=5)]
    assert told(log, EVE) == ["cart.created"]
    assert told(log, BOB) == [*ORDER]


def test_one_of_another_kind_under_the_same_id_is_somebody_else() -> None:
    assert told(chain(*ORDER), ADMIN) == []


def test_what_the_system_began_is_nobodys() -> None:
    system = recorded(events(*ORDER))
    assert told(system, BOB) == told(system, Actor(type=ActorType.SYSTEM, id="aioutlet")) == []


def test_what_came_of_a_forgotten_event_is_nobodys() -> None:
    assert told(chain(*ORDER), BOB, capacity=3) == [*ORDER[1:]]  # it was known when they came
    late = [*chain(*ORDER)[:1], *recorded(events("cart.created", "cart.cleared"), after=1)]
    late.append(replace(chain(*ORDER)[1], position=4))
    assert told(late, BOB, capacity=2) == []


def test_what_would_tell_whether_an_address_has_an_account_is_not_told() -> None:
    joined = chain("user.created", "notification.requested", "auth.email.claimed")
    assert told(joined, BOB) == ["user.created"]
    assert told(chain("order.created", "notification.requested"), BOB) == ["order.created", "notification.requested"]


def test_what_cannot_be_read_is_passed_over() -> None:
    found = RecentEvents(partitions=PARTITIONS)
    for state in (b"", b"[]", b"{}", b"null", b'{"causationId":[]}', b'{"causationId":"a","actor":1}'):
        found.add(Stored(1, "cart-a", 1, "cart.created", state))
    assert found.begun_by(BOB) == []


def test_an_event_knows_which_views_read_it_and_nothing_of_its_data() -> None:
    found = RecentEvents(partitions=PARTITIONS)
    found.add(stored(chain("order.created")[0]))
    [event] = found.begun_by(BOB)
    assert {view for view, _ in event.readers} >= {"orders_2", "trending_orders"}
    assert {partition.topic for _, partition in event.readers} == {ORDERS}
    assert "Ada" not in repr(event)
    found.add(stored(replace(chain("cart.created")[0], position=2)))
    assert {partition.topic for _, partition in found.begun_by(BOB)[-1].readers} == {PEOPLE}


async def test_the_log_is_read_while_somebody_follows_it_and_forgotten_afterwards() -> None:
    store, woken = memory_store(), asyncio.Event()
    await store.append(AppendRequest((chain("order.created")[0],)))
    recent = RecentLog(store, partitions=PARTITIONS)
    with recent.following(woken.set) as found, recent.following(lambda: None) as others:
        await woken.wait()
        woken.clear()
        assert found is others
        assert [event.type for event in found.begun_by(BOB)] == ["order.created"]
        await store.append(AppendRequest((chain("cart.created")[0],)))
        await woken.wait()
        assert [event.type for event in found.begun_by(BOB)] == ["order.created", "cart.created"]
    with recent.following(woken.set) as anew:
        assert anew.begun_by(BOB) == []
    await store.close()
