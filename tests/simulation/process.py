"""A process of the simulated shop: it has a clock of its own, may die at any call of a port, and is started again."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Context
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from schemas.errors import Unavailable
from tests.simulation.faults import Fault, Kind, Port
from tests.simulation.loop import LANE, TURN, Lane

if TYPE_CHECKING:
    from tests.simulation.simulation import Simulation

T = TypeVar("T")
AT_ONCE = 0.8
"""The share of calls that take no time, but let others go first."""
UNNOTICED = 0.6
"""The share of reads during which nobody else does anything."""
SLOWEST_CALL = 0.2
"""Seconds."""
LONGEST_STALL = 5.0
"""Seconds for which a write stands still at most."""
DOWN_FOR = 20.0
"""Seconds at most until a process that died is started again."""


class Process(Lane):
    """One process. Whatever it starts runs in its lane, and ends with it."""

    def __init__(self, name: str, simulation: "Simulation") -> None:
        super().__init__()
        self.name = name
        self.simulation = simulation
        self.loop = simulation.loop
        self.skew = simulation.skews.setdefault(name, timedelta())
        self._draw, self._next_fault = simulation.random.random, simulation.faults.next
        self._context = Context()
        self._context.run(LANE.set, self)

    def clock(self) -> datetime:
        """What the clock of this machine shows."""
        return self.simulation.now() + self.simulation.skews[self.name]

    def soon(self, callback: Callable[..., object], *args: Any) -> None:
        """Call next in this process, behind what it has to do now."""
        self.loop.call_soon(callback, *args, context=self._context.copy())

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Begin some work of this process."""
        return self.loop.create_task(work, context=self._context.copy())

    async def call(
        self,
        port: Port,
        work: Callable[[], T],
        *,
        fail: Callable[[Fault], Exception] = lambda fault: Unavailable(str(fault.kind)),
        half: Callable[[], object] = lambda: None,
    ) -> T:
        """Do what a port does, at one moment; a fault makes it fail, or its answer, or this process."""
        fault = self._next_fault(port)
        if port is not Port.READ or self._draw() > UNNOTICED:
            await self.wait_a_little()
        if fault is None:
            return work()
        await self.strike(fault)
        if fault.kind in (Kind.DISK_FULL, Kind.NO_ANSWER, Kind.HANDLER_ERROR):
            raise fail(fault)
        if fault.kind is Kind.HALF_BATCH:
            half()
            raise fail(fault)
        result = work()
        if fault.kind is Kind.LOST_ANSWER:
            raise fail(fault)
        if fault.kind is Kind.CRASH_AFTER:
            await self.die(fault)
        return result

    async def strike(self, fault: Fault) -> None:
        """Let that part of a fault happen which comes before the work."""
        self.simulation.note(self, f"fault: {fault}")
        if fault.kind is Kind.CRASH_BEFORE:
            await self.die(fault)
        self.simulation.disturb(self, fault)
        if fault.kind is Kind.STALLED:
            await self.loop.pause(fault.size * LONGEST_STALL)

    async def die(self, fault: Fault) -> None:
        """End this process; whoever awaits this waits for ever."""
        self.simulation.kill(self, restart_in=fault.size * DOWN_FOR)
        await self.loop.create_future()

    def wait_a_little(self) -> Awaitable[None]:
        drawn = self._draw()
        if drawn < AT_ONCE:
            return TURN
        return self.loop.pause((drawn - AT_ONCE) / (1 - AT_ONCE) * SLOWEST_CALL)
