"""A cart with which nothing happens is called abandoned once; a guest's ends a month after its last activity."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from domain.cart.timers import CART_TIMER, CartLifetimes, CartWait
from event_store.records import AppendRequest, Timer
from schemas.actor_type import ActorType
from schemas.cart import CartAbandoned, CartCleared, CartCreated, CartEvent, CartExpired, CartItemAdded, CartOwner
from schemas.envelope import Cause, wrap_events
from schemas.errors import Unavailable
from schemas.message import Money
from schemas.stream_names import cart_stream
from streams.carts import CartTimers
from streams.deadlines import Deadlines
from tests.examples import GUEST_ID
from tests.unit.streams.fakes import SetClock, TroubledStore, types_of

DAY, MONTH = CartLifetimes()


async def put_cart(
    store: TroubledStore,
    clock: SetClock,
    owner_id: str,
    *,
    more: Sequence[CartEvent] = (),
    wait: CartWait | None = None,
) -> None:
    """A cart with two mugs, and more; its timer was set by its last event."""
    kind = ActorType.GUEST if owner_id == GUEST_ID else ActorType.CUSTOMER
    cart_id, mugs = f"{owner_id}.1", Money(amount=899, currency="USD")
    history: list[CartEvent] = [
        CartCreated(cart_id=cart_id, owner=CartOwner.model_validate({"type": kind, "id": owner_id})),
        CartItemAdded(cart_id=cart_id, product_id="mug", quantity=2, unit_price_seen=mugs),
        *more,
    ]
    cause = Cause(id=f"of-{owner_id}", at=clock(), correlation_id=f"visit-of-{owner_id}")
    events = wrap_events(cart_stream(owner_id), 0, history, cause)
    wait = wait or CartWait.ABANDONMENT
    due_at = clock() + (DAY if wait is CartWait.ABANDONMENT else MONTH)
    timer = Timer(f"cart-{owner_id}", CART_TIMER, owner_id, f"{wait}/{len(history)}", due_at)
    await store.append(AppendRequest(events=tuple(events), timers=(timer,)))


def deadlines(store: TroubledStore, clock: SetClock) -> Deadlines:
    return Deadlines(store, [CartTimers(store, clock=clock)], clock=clock)


async def set_timers(store: TroubledStore, clock: SetClock) -> list[Timer]:
    return await store.due(clock() + timedelta(days=400), kind=CART_TIMER)


async def test_a_persons_cart_is_abandoned_once(store: TroubledStore, clock: SetClock) -> None:
    await put_cart(store, clock, "ann")
    clock.pass_by(DAY.total_seconds() - 1)
    assert await deadlines(store, clock).fire_due() == 0
    clock.pass_by(1)
    assert await deadlines(store, clock).fire_due() == 1
    assert (await types_of(store, cart_stream("ann")))[2:] == ["cart.abandoned"]
    assert await set_timers(store, clock) == []
    [*_, last] = await store.stream(cart_stream("ann"))
    assert isinstance(last.event, CartAbandoned)
    assert (last.correlation_id, last.subject_id, last.occurred_at) == ("visit-of-ann", "ann", clock())


async def test_two_workers_abandon_it_once(store: TroubledStore, clock: SetClock) -> None:
    await put_cart(store, clock, "ann")
    clock.pass_by(DAY.total_seconds())
    timers = await store.due(clock(), kind=CART_TIMER)
    workers = [CartTimers(store, clock=clock) for _ in range(2)]
    await asyncio.gather(*(worker.fire(timers) for worker in workers))
    await workers[0].fire(timers)
    assert (await types_of(store, cart_stream("ann"))).count("cart.abandoned") == 1


async def test_a_guests_cart_is_abandoned_and_ends_a_month_after_its_last_activity(
    store: TroubledStore, clock: SetClock
) -> None:
    await put_cart(store, clock, GUEST_ID)
    began = clock()
    clock.pass_by(DAY.total_seconds())
    await deadlines(store, clock).fire_due()
    [timer] = await set_timers(store, clock)
    assert (timer.token, timer.due_at) == ("expiry/3", began + MONTH)
    clock.pass_by((MONTH - DAY).total_seconds())
    assert await deadlines(store, clock).fire_due() == 1
    events = [type(each.event) for each in await store.stream(cart_stream(GUEST_ID))]
    assert events[2:] == [CartAbandoned, CartExpired]
    assert await set_timers(store, clock) == []


async def test_a_guests_empty_cart_ends_without_being_abandoned(store: TroubledStore, clock: SetClock) -> None:
    cleared = CartCleared(cart_id=f"{GUEST_ID}.1")
    await put_cart(store, clock, GUEST_ID, more=[cleared], wait=CartWait.EXPIRY)
    clock.pass_by(MONTH.total_seconds())
    await deadlines(store, clock).fire_due()
    assert (await types_of(store, cart_stream(GUEST_ID)))[3:] == ["cart.expired"]


async def test_what_happened_meanwhile_keeps_the_cart_and_its_new_timer(store: TroubledStore, clock: SetClock) -> None:
    await put_cart(store, clock, "ann")
    clock.pass_by(DAY.total_seconds())
    late = await store.due(clock(), kind=CART_TIMER)
    added = CartItemAdded(
        cart_id="ann.1", product_id="mug", quantity=1, unit_price_seen=Money(amount=899, currency="USD")
    )
    cause = Cause(id="just-then", at=clock(), correlation_id="just-then")
    anew = Timer("cart-ann", CART_TIMER, "ann", "abandonment/3", clock() + DAY)
    events = tuple(wrap_events(cart_stream("ann"), 2, [added], cause))
    await store.append(AppendRequest(events=events, timers=(anew,)))
    await CartTimers(store, clock=clock).fire(late)
    assert await types_of(store, cart_stream("ann")) == ["cart.created", "cart.item.added", "cart.item.added"]
    assert await set_timers(store, clock) == [anew]


@pytest.mark.parametrize(("subject", "token"), [("nobody", "abandonment/1"), ("bob", "later/2")])
async def test_a_timer_that_cannot_be_followed_stops_no_other(
    store: TroubledStore, clock: SetClock, subject: str, token: str
) -> None:
    await put_cart(store, clock, "ann")
    await put_cart(store, clock, "bob")
    wrong = Timer(f"cart-{subject}", CART_TIMER, subject, token, clock())
    await store.append(AppendRequest(timers=(wrong,)))
    clock.pass_by(DAY.total_seconds())
    await deadlines(store, clock).fire_due()
    assert (await types_of(store, cart_stream("ann")))[-1] == "cart.abandoned"
    [later] = [each for each in await set_timers(store, clock) if each.subject == subject]
    assert (later.attempts, later.due_at > clock()) == (1, True)


async def test_it_waits_for_a_store_that_does_not_answer(
    store: TroubledStore, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_cart(store, clock, "ann")

    async def down(_: AppendRequest) -> None:
        raise Unavailable("down")

    clock.pass_by(DAY.total_seconds())
    [timer] = await store.due(clock(), kind=CART_TIMER)
    monkeypatch.setattr(store, "append", down)
    with pytest.raises(Unavailable):
        await CartTimers(store, clock=clock).fire([timer])
