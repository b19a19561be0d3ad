"""The production store in memory without its threads: each call is done when it is made, for no disk is waited for."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from event_store.clock import Clock
from event_store.memory import MemoryBackend
from event_store.records import AppendRequest, AppendResult
from event_store.threaded import ThreadedStore

P = ParamSpec("P")
T = TypeVar("T")


class InlineStore(ThreadedStore):
    """A store whose appends are not grouped: a change between threads costs more than a commit in memory."""

    def __init__(self, clock: Clock) -> None:
        """Be empty; `clock` stamps `recordedAt`."""
        self._memory = MemoryBackend(clock)
        super().__init__(self._memory, writers=0)

    async def append(self, request: AppendRequest) -> AppendResult:
        [outcome] = self._memory.commit([request])
        if not isinstance(outcome, AppendResult):
            raise outcome
        self._tail.advance(outcome.last)
        return outcome

    async def _read(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return call(*args, **kwargs)
