"""An event loop whose time is virtual and whose processes take turns as the seed says; it never waits for anything."""

import asyncio
import sys
import warnings
from asyncio import events
from asyncio.futures import _set_result_unless_cancelled  # type: ignore[attr-defined]  # by which `sleep` ends
from collections import deque
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager, suppress
from contextvars import Context, ContextVar, copy_context
from heapq import heappop, heappush
from random import Random
from typing import Any, ClassVar, TypeVar

T = TypeVar("T")
ROUND = 2.0
"""Seconds between two moments at which pauses end: more than the longest interval at which anything polls."""
GROWTH, LONGEST_ROUND = 12.0, 14_400.0
"""While nothing changes, each round is so many times as long as the one before, and at most this long."""


class Step(list[Any]):
    """As `asyncio.Handle`, of which it has as much as is needed here: the callback, its arguments and its context.

    A list, for thousands are made in a run, and nothing is made as fast. One that is cancelled has no callback.
    """

    __slots__ = ()

    def cancel(self) -> None:
        self[0] = None

    def cancelled(self) -> bool:
        return self[0] is None


class Lane:
    """What is ready to run in one process, in the order in which it became ready."""

    def __init__(self) -> None:
        self.ready: deque[Step] = deque()
        self.is_queued = False
        """Whether it is among those that take turns."""
        self.is_dead = False


LANE: ContextVar[Lane] = ContextVar("lane")
"""The process in whose context something runs; without one it runs in the loop's `nature`, the lane of all the rest."""


class Turn:
    """Lets all others go first who are ready; as `asyncio.sleep(0)`, which makes a coroutine of it every time."""

    def __await__(self) -> Generator[None, None, None]:
        yield


TURN = Turn()


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs one step of one process after another. Within a process steps keep their order, as in any event loop.

    Time stands still while anything can run. Then it goes on to the next exact moment (`at`), or past as many pauses of
    the processes as fit before it: a process that sleeps wakes late, as on a machine that is busy.
    """

    running: ClassVar["VirtualLoop"]
    """The one that ran last: asked more cheaply than asyncio, which asks the kernel for the process each time."""

    def __init__(self, random: Random) -> None:
        super().__init__()
        self.nature = Lane()
        self.steps = 0
        self.changes = 0
        """Counted by whoever changes anything that lasts."""
        self.errors: list[str] = []
        """What nobody caught."""
        self._random = random.random
        self._now = 0.0
        self._sequence = 0
        self._busy: list[Lane] = []
        self._tasks: list[asyncio.Task[Any]] = []
        """All that were begun; kept, for letting go of one that a dead process had would let it end in good order."""
        self._dead: list[object] = []
        """What else dead processes had under way; kept as well."""
        self._exact: list[tuple[float, int, Step]] = []
        self._pauses: list[tuple[float, int, Step]] = []
        self._round, self._next_round, self._changes_before = ROUND, 0.0, 0
        self.set_exception_handler(self._on_error)

    @property
    def has_exact_moments(self) -> bool:
        """Whether anything is to happen at a moment of its own."""
        return bool(self._exact)

    def time(self) -> float:
        return self._now

    def get_debug(self) -> bool:
        return False

    def call_soon(  # type: ignore[override]  # of any arguments, as below
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        if context is None:
            context = copy_context()
        step = Step((callback, args, context))
        lane = context.get(LANE, self.nature)
        if lane.is_queued:
            lane.ready.append(step)
        else:
            self._queue(lane, step)
        return step

    call_soon_threadsafe = call_soon  # type: ignore[assignment]  # there are no threads

    def call_later(  # type: ignore[override]  # of any arguments, and a timer of ours
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]  # as above
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        timer = Step((callback, args, copy_context() if context is None else context))
        self._sequence += 1
        heappush(self._pauses, (when, self._sequence, timer))
        return timer

    def at(self, seconds: float, callback: Callable[..., object], *args: Any) -> None:
        """Call exactly `seconds` from now."""
        self._sequence += 1
        heappush(self._exact, (self._now + seconds, self._sequence, Step((callback, args, copy_context()))))

    def create_task(  # type: ignore[override]  # tasks have the names that they are born with
        self, coro: Coroutine[Any, Any, T], *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[T]:
        """As asyncio's, without a factory."""
        task = asyncio.Task(coro, loop=self, name=name, context=context)
        self._tasks.append(task)
        return task

    async def pause(self, seconds: float) -> None:
        """Wait exactly so long."""
        waiter = self.create_future()
        self.at(seconds, _set_result_unless_cancelled, waiter, None)
        await waiter

    def run_in_executor(  # type: ignore[override]  # as above
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Call at once: there are no threads."""
        result = self.create_future()
        try:
            result.set_result(func(*args))
        except Exception as error:
            result.set_exception(error)
        return result

    def run_lanes(self, is_over: Callable[[], bool], *, max_steps: int) -> bool:
        """Run until `is_over`, which is asked whenever nothing is ready; return whether it was, in so many steps."""
        VirtualLoop.running = self
        events._set_running_loop(self)
        try:
            while self.steps < max_steps:
                self._run_ready(max_steps)
                if is_over():
                    return True
                if not self._advance():
                    return False
            return False
        finally:
            events._set_running_loop(None)

    def run_now(self, work: Coroutine[Any, Any, T]) -> T:
        """Run what waits for nothing, and return its result."""
        events._set_running_loop(self)
        try:
            work.send(None)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        finally:
            events._set_running_loop(None)
        raise RuntimeError("it waits")

    def end(self, lane: Lane) -> None:
        """Run nothing more in this lane, not even a `finally`: what was under way is kept as it is."""
        lane.is_dead, lane.is_queued = True, False
        self._dead.append(lane.ready)
        lane.ready = deque()

    def clean_up(self) -> None:
        """Let go of what still waits, in silence, and close."""
        with silence():
            for task in self._tasks:
                if not task.done():
                    task._log_destroy_pending = False  # type: ignore[attr-defined]
                    with suppress(Exception):
                        task.get_coro().close()
            self._tasks.clear()
            for lane in self._busy:
                lane.ready.clear()
            self._busy.clear()
            self._exact.clear()
            self._pauses.clear()
            self._dead.clear()
        self.close()

    def _run_ready(self, max_steps: int) -> None:
        busy, random = self._busy, self._random
        while busy and self.steps < max_steps:
            self.steps += 1
            index = int(random() * len(busy)) if len(busy) > 1 else 0
            lane = busy[index]
            if lane.ready:
                callback, args, context = lane.ready.popleft()
                if callback is not None:
                    try:
                        context.run(callback, *args)
                    except Exception as error:
                        self.errors.append(f"{callback}: {error!r}")
            if not lane.ready:
                lane.is_queued = False
                busy[index] = busy[-1]  # others may have come behind it meanwhile; its place is still its own
                busy.pop()

    def _advance(self) -> bool:
        """Move time to where something becomes ready; return False where nothing ever will."""
        exact = self._exact
        pauses = self._pauses
        while pauses and pauses[0][2].cancelled():
            heappop(pauses)
        next_exact = exact[0][0] if exact else float("inf")
        next_pause = max(pauses[0][0], self._next_round) if pauses else float("inf")
        if next_exact == next_pause == float("inf"):
            return False
        if next_exact <= next_pause:
            self._now = next_exact
            self._wake(heappop(exact)[2])
            return True
        self._now = next_pause
        self._plan_round()
        while pauses and pauses[0][0] <= self._now:
            timer = heappop(pauses)[2]
            if not timer.cancelled():
                self._wake(timer)
        return True

    def _plan_round(self) -> None:
        is_quiet = self.changes == self._changes_before
        self._round = min(self._round * GROWTH, LONGEST_ROUND) if is_quiet else ROUND
        self._changes_before = self.changes
        self._next_round = self._now + self._round

    def _wake(self, step: Step) -> None:
        """Make ready what waited for this moment: of a sleeper, what comes after the sleep."""
        callback, args, context = step
        if callback is _set_result_unless_cancelled:
            _set_result_unless_cancelled(*args)
        else:
            self._queue(context.get(LANE, self.nature), step)

    def _queue(self, lane: Lane, step: Step) -> None:
        if lane.is_dead:
            self._dead.append(step)
            return
        if not lane.is_queued:
            lane.is_queued = True
            self._busy.append(lane)
        lane.ready.append(step)

    def _on_error(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.errors.append(f"{context['message']}: {error!r}")


@contextmanager
def silence() -> Iterator[None]:
    """Within, nobody is told what becomes of work that is dropped half done."""
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.unraisablehook = hook
