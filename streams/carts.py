"""Calls carts abandoned with which nothing happens, and ends those of guests, when their timers are due."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

import structlog

from concurrency.gather import gather_all
from domain.cart.decider import CART
from domain.cart.snapshot import CART_SNAPSHOT
from domain.cart.state import Cart
from domain.cart.timers import CART_TIMER, CartLifetimes, due_command, next_wait, timer_id
from event_store.records import Timer
from event_store.repository import Repository, SnapshotPolicy
from event_store.store import EventStore
from event_store.unit_of_work import UnitOfWork, retry_on_conflict
from schemas.cart import CartOwner
from schemas.cart_id import GUEST_ID
from schemas.envelope import Cause
from schemas.error_codes import code_of
from schemas.errors import Poison, Unavailable
from schemas.ids import derived_id
from schemas.stream_names import cart_stream
from streams.parked_messages import failed_timer

AT_ONCE = 50
"""Carts that are decided on at the same time."""

log = structlog.get_logger(__name__)


class CartTimers:
    """Decides on each cart whose timer is due, as it is then; a timer that something came before decides nothing.

    Key: the owner. Idempotent by the version that the timer names: whoever fires it second finds a later one. The next
    timer is set in the same append, so a crash before it repeats the work and one behind it leaves nothing undone.
    """

    timer_kind: ClassVar[str | None] = CART_TIMER

    def __init__(
        self,
        store: EventStore,
        *,
        clock: Callable[[], datetime],
        lifetimes: CartLifetimes = CartLifetimes(),  # noqa: B008 - frozen
    ) -> None:
        self._store = store
        self._clock = clock
        self._lifetimes = lifetimes
        # Without a cache: each cart is met once a day at most, and must be read as it is then.
        self._carts = Repository(store, CART, 0, snapshots=SnapshotPolicy(CART_SNAPSHOT))

    async def fire(self, timers: Sequence[Timer]) -> None:
        """Decide on the carts of due timers; those that fail are due again later, ever more so."""
        for start in range(0, len(timers), AT_ONCE):
            await gather_all(map(self._fire, timers[start : start + AT_ONCE]))

    async def _fire(self, timer: Timer) -> None:
        try:
            await self._decide(timer)
        except Unavailable:
            raise
        except Exception as error:
            person = None if GUEST_ID.fullmatch(timer.subject) else timer.subject  # a guest's id opens the cart
            failed = failed_timer(timer, error, self._clock())
            happened = "dead timer" if failed.dead_at else "timer postponed"
            log.error(happened, kind=timer.kind, subject=person, cause=code_of(error))  # noqa: TRY400 - as above
            await self._store.fail_timers([failed])

    async def _decide(self, timer: Timer) -> None:
        stream = cart_stream(timer.subject)
        async with self._store.exclusive([stream]):
            for unit in retry_on_conflict(self._store):
                await unit.load(self._carts, [stream])
                cart: Cart = unit.state(stream)
                if cart.owner is None:
                    raise Poison(f"timer {timer.id} of a cart that is not in the log")
                command = due_command(cart.owner, timer.token)
                if command.version == cart.version:
                    cause = await self._cause(timer, stream, cart.version)
                    unit.decide(stream, command, cause, subject_id=cart.owner.subject_id)
                    self._set_next(unit, cart.owner, cause)
                await unit.commit()

    async def _cause(self, timer: Timer, stream: str, version: int) -> Cause:
        """Return the timer as the cause; its correlation is that of the cart's last event."""
        last = (await self._store.stream(stream, after=version - 1))[-1]
        return replace(last.as_cause(self._clock()), id=derived_id(last.id, "timer", timer.id, timer.token))

    def _set_next(self, unit: UnitOfWork, owner: CartOwner, cause: Cause) -> None:
        """A guest's cart ends so long after its last activity, of which the time to its abandonment has passed."""
        wait = next_wait(unit.state(cart_stream(owner.id)), self._lifetimes)
        if wait:
            due_at = cause.at + wait.after - self._lifetimes.abandoned_after
            unit.set_timer(Timer(timer_id(owner.id), CART_TIMER, owner.id, wait.token, due_at))
        else:
            unit.cancel_timer(timer_id(owner.id))
