"""Calls to an outside party, such as a payment provider: each has a deadline, and at most so many run at once.

A batch of messages waits for its calls only as long as `CallLimits.grace`. A call that takes longer goes on, and its
message is parked until it has ended: it delays its own order and no other.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from streams.parked_messages import ProviderFault, StillRunning

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CallLimits:
    """The deadline of one call in seconds, how many may run at once, and how many seconds a batch waits for its own."""

    timeout: float = 10.0
    at_once: int = 64
    grace: float = 0.25


DEFAULT_LIMITS = CallLimits()


class ProviderCalls:
    """The running calls by order: those of one order follow one another, those of all share the limit."""

    def __init__(self, limits: CallLimits, *, on_ended: Callable[[str], None]) -> None:
        """Keep the limits; `on_ended` is called with the order whose call has ended after nobody waited for it."""
        self._limits = limits
        self._places = asyncio.Semaphore(limits.at_once)
        self._on_ended = on_ended
        self._running: dict[str, _RunningCall] = {}

    async def ask(self, order_id: str, key: str, call: Callable[[], Awaitable[T]]) -> T:
        """Make the call, or take the result of the one that was made under `key` before and went on.

        Raises:
            StillRunning: It has not ended within the grace, or another call of this order has not.
            ProviderFault: It raised an error, or took longer than its deadline.
        """
        running = self._running.get(order_id) or self._start(order_id, key, call)
        done, _ = await asyncio.wait({running.task}, timeout=self._limits.grace)
        if not done:
            running.is_left_running = True
            raise StillRunning(self._limits.timeout)
        if self._running.get(order_id) is running:
            del self._running[order_id]
        if running.key != key:
            return await self.ask(order_id, key, call)  # the earlier call has ended, whatever its result
        return cast(T, running.task.result())

    async def wait_ended(self) -> None:
        """Wait until no call runs."""
        await asyncio.gather(*(each.task for each in self._running.values()), return_exceptions=True)

    async def close(self) -> None:
        """Give up the running calls; what they do is found out by asking again under their keys."""
        for each in self._running.values():
            each.task.cancel()
        await self.wait_ended()
        self._running.clear()

    def _start(self, order_id: str, key: str, call: Callable[[], Awaitable[object]]) -> "_RunningCall":
        running = self._running[order_id] = _RunningCall(key, asyncio.ensure_future(self._call(call)))

        def on_done(task: asyncio.Task[object]) -> None:
            if running.is_left_running and not task.cancelled():
                task.exception()  # it is raised when somebody asks again
                self._on_ended(order_id)

        running.task.add_done_callback(on_done)
        return running

    async def _call(self, call: Callable[[], Awaitable[object]]) -> object:
        async with self._places:
            try:
                async with asyncio.timeout(self._limits.timeout):
                    return await call()
            except Exception as error:  # whatever an outside party's client raises, the outcome is unknown
                raise ProviderFault(type(error).__name__) from error


@dataclass(slots=True)
class _RunningCall:
    key: str
    task: asyncio.Task[object]
    is_left_running: bool = False
    """Whether somebody has stopped waiting for it."""
