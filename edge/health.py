"""The health endpoints: whether a service is live, and whether it is ready."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from math import inf
from typing import Any

import structlog
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from edge.problems import problem
from schemas.error_codes import code_of
from schemas.errors import Unavailable

Probe = Callable[[], Awaitable[object]]
"""Checks one part of a service; raises when it does not work."""
Age = Callable[[], float]
"""Returns the seconds for which a consumer has had work and made no progress."""
TIMEOUT = 2.0
"""Seconds for a probe to return."""
KEEP = 1.0
"""Seconds for which the results of probes are given again."""

log = structlog.get_logger(__name__)


class Liveness:
    """Live: the event loop answers, and no consumer is stalled for too long."""

    def __init__(self, ages: Mapping[str, Age] | None = None, *, limit: float = inf) -> None:
        """Take the ages of consumers; none may be above `limit` seconds."""
        self._ages = ages or {}
        self._limit = limit

    async def live(self, _: Request) -> Response:
        """Answer 200, or 503 with the consumers that are stalled for too long."""
        ages = {name: age() for name, age in self._ages.items()}
        members: dict[str, Any] = {"commitAgeSeconds": ages} if ages else {}
        if dead := ", ".join(f"{name} for {age:.0f} s" for name, age in ages.items() if age > self._limit):
            return problem(503, Unavailable.code, "Not live", f"had work and made no progress: {dead}", **members)
        return JSONResponse({"status": "live", **members})


class Readiness:
    """Ready: every part works; they are all checked at once."""

    def __init__(self, probes: Mapping[str, Probe], *, timeout: float = TIMEOUT, keep: float = KEEP) -> None:
        """Take the probes by name; each has `timeout` seconds to return, and their results are kept for `keep`."""
        self._probes = probes
        self._timeout = timeout
        self._keep = keep
        self._lock = asyncio.Lock()
        self._checked_at = -inf
        self._checks: Mapping[str, str] = {}

    async def ready(self, _: Request) -> Response:
        """Answer 200, or 503 with the parts that do not work."""
        checks = await self._check_all()
        if all(result == "up" for result in checks.values()):
            return JSONResponse({"status": "ready", "checks": checks})
        down = ", ".join(name for name, result in checks.items() if result != "up")
        return problem(503, Unavailable.code, "Not ready", f"waiting for: {down}", checks=checks)

    async def _check_all(self) -> Mapping[str, str]:
        """Probes write, and anybody may ask: they run once at a time, and not more often than `keep` allows."""
        clock = asyncio.get_running_loop().time
        async with self._lock:
            if clock() - self._checked_at >= self._keep:
                results = await asyncio.gather(*(self._check(name, probe) for name, probe in self._probes.items()))
                self._checks, self._checked_at = dict(zip(self._probes, results, strict=True)), clock()
            return self._checks

    async def _check(self, name: str, probe: Probe) -> str:
        try:
            async with asyncio.timeout(self._timeout):
                await probe()
        except TimeoutError:
            return "no answer"
        except Exception as error:  # a probe may raise anything when its part does not work
            log.warning("probe failed", probe=name, cause=code_of(error))
            return "down"
        return "up"
