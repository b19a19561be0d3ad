"""A short log: two requests, what followed from them, and what has nothing to do with either."""

from collections.abc import Sequence
from datetime import timedelta

from event_store.records import AppendRequest
from event_store.store import EventStore
from schemas.actor_type import ActorType
from schemas.envelope import Actor, Cause, Envelope, wrap_events
from schemas.message import Event
from schemas.order import OrderCompleted, OrderShipped
from tests.contract.event_store.conftest import SetClock
from tests.contract.event_store.requests import NOON

COMPLETED, SHIPPED = OrderCompleted(order_id="1"), OrderShipped(order_id="1")
ANN = Actor(type=ActorType.CUSTOMER, id="ann")
MINUTE = timedelta(minutes=1)


def by(name: str, correlation: str, actor: Actor = ANN) -> Cause:
    """The request of this name."""
    return Cause(id=name, at=NOON, correlation_id=correlation, actor=actor, request_id=name)


def wrap(stream: str, cause: Cause, *events: Event, after: int = 0) -> list[Envelope]:
    return wrap_events(stream, after, events or (COMPLETED,), cause)


def effect_of(cause: Envelope, stream: str, *events: Event, after: int = 0) -> list[Envelope]:
    return wrap(stream, cause.as_cause(NOON), *events, after=after)


async def append(store: EventStore, *parts: Sequence[Envelope]) -> None:
    await store.append(AppendRequest(events=tuple(event for part in parts for event in part)))


async def tell_story(store: EventStore, clock: SetClock) -> None:
    """Positions 1 to 8, a minute each but for 1 and 2, which are of one append."""
    placed = wrap("order-1", by("place", "c-1"), COMPLETED)
    number = wrap("order_number-7", by("place", "c-1"))
    started = effect_of(placed[0], "saga-1", COMPLETED)
    other = wrap("order-2", by("other", "c-2", Actor(type=ActorType.ADMIN, id="root")), SHIPPED)
    paying, paid = effect_of(started[0], "payment-1"), effect_of(started[0], "warehouse-main", SHIPPED)
    done = effect_of(paid[0], "saga-1", SHIPPED, after=1)
    far = effect_of(other[0], "order-2", COMPLETED, after=1)
    for parts in ((placed, number), (started,), (other,), (paying,), (paid,), (done,), (far,)):
        await append(store, *parts)
        clock.now += MINUTE
