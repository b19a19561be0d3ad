"""A page made of several answers: its parts are asked for side by side, and one that is missing is named."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, Generic, TypeVar

import structlog

from bff.upstream import UpstreamRefused
from schemas.error_codes import code_of
from schemas.errors import Unavailable

PART_WITHIN = 0.25
"""Seconds for which a page waits for a part that it can do without."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Part(Generic[T]):
    """An answer that a page can do without; it is under way since `Composition.begin`."""

    def __init__(self, name: str, task: asyncio.Task[T], *, due_at: float, missing: list[str]) -> None:
        self._name = name
        self._task = task
        self._due_at = due_at
        self._missing = missing

    async def get(self) -> T | None:
        """Return the answer; None where there is nothing (404), and where it is missing, which `degraded` says.

        It is missing when its time is over, or its service does not answer as agreed. One that came late, but before
        the page needed it, is not missing.
        """
        try:
            async with asyncio.timeout_at(self._due_at):
                return await self._task
        except UpstreamRefused as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                self._note(refused.code)
        except TimeoutError:
            self._note("too_late")
        except Unavailable as error:
            self._note(code_of(error))
        return None

    def _note(self, cause: str) -> None:
        log.warning("a part of a page is missing", part=self._name, cause=cause)
        if self._name not in self._missing:
            self._missing.append(self._name)


class Composition:
    """The parts of one page."""

    def __init__(self) -> None:
        self.degraded: list[str] = []
        """The names of the parts that are missing, each once, as far as `Part.get` found out."""
        self._tasks: list[asyncio.Task[Any]] = []

    def begin(self, name: str, asking: Coroutine[Any, Any, T], *, within: float = PART_WITHIN) -> Part[T]:
        """Begin to ask for a part, which has `within` seconds from now."""
        task = asyncio.create_task(asking)
        self._tasks.append(task)
        return Part(name, task, due_at=asyncio.get_running_loop().time() + within, missing=self.degraded)

    async def end(self) -> None:
        """Give up what is still under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def composing() -> AsyncIterator[Composition]:
    """Compose a page; no part of it is asked for any longer once the context is left, whatever the reason."""
    composition = Composition()
    try:
        yield composition
    finally:
        await composition.end()
