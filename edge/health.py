"""Whether a service lives, and whether it is ready for work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from math import inf
from typing import Any

import structlog
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.responses import Response

from edge.problems import problem
from schemas.errors import Unavailable

Probe = Callable[[], Awaitable[object]]
"""Asks one part whether it works; raises when it does not."""
Age = Callable[[], float]
"""Seconds for which a worker has had work and got nowhere."""
TIMEOUT = 2.0
"""Seconds a part has to answer."""

log = structlog.get_logger(__name__)


class Liveness:
    """The loop turns, and who works in it gets on."""

    def __init__(self, ages: Mapping[str, Age] | None = None, *, limit: float = inf) -> None:
        """Nobody may be older than `limit` seconds."""
        self._ages = ages or {}
        self._limit = limit

    async def live(self, _: Request) -> Response:
        """200, else 503 and who has had work for how long and got nowhere."""
        ages = {name: age() for name, age in self._ages.items()}
        told: dict[str, Any] = {"commitAgeSeconds": ages} if ages else {}
        if dead := ", ".join(f"{name} for {age:.0f} s" for name, age in ages.items() if age > self._limit):
            return problem(503, Unavailable.code, "Not live", f"had work and got nowhere: {dead}", **told)
        return JSONResponse({"status": "live", **told})


class Readiness:
    """Asks every part at once."""

    def __init__(self, probes: Mapping[str, Probe], *, patience: float = TIMEOUT) -> None:
        """Ask `probes`, each for at most `patience` seconds."""
        self._probes = probes
        self._patience = patience

    async def ready(self, _: Request) -> Response:
        """200 when every part answers, else 503 and which did not."""
        answers = await asyncio.gather(*(self._ask(name, probe) for name, probe in self._probes.items()))
        checks = dict(zip(self._probes, answers, strict=True))
        if all(answer == "up" for answer in answers):
            return JSONResponse({"status": "ready", "checks": checks})
        down = ", ".join(name for name, answer in checks.items() if answer != "up")
        return problem(503, Unavailable.code, "Not ready", f"waiting for: {down}", checks=checks)

    async def _ask(self, name: str, probe: Probe) -> str:
        try:
            async with asyncio.timeout(self._patience):
                await probe()
        except TimeoutError:
            return "no answer"
        except Exception as fault:  # a probe may fail in any way; that is its answer
            log.warning("probe failed", probe=name, exc_info=fault)
            return "down"
        return "up"
