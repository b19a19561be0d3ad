"""B23: from `aioutlet run` on an empty data folder until its doors are ready and the first page is there."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter

import httpx

from bench.looking import until
from bench.sampling import Course, Result, Sample
from bench.workers import ROOT, WorkerFailed, ended
from tests.services.waiting import free_port

BROWSERS_DOOR = "AIOUTLET_BFF_PORT"
DOORS = (BROWSERS_DOOR, "AIOUTLET_COMMAND_PORT", "AIOUTLET_QUERY_PORT")
AS_A_BROWSER = {"Accept": "text/html,*/*;q=0.8"}
LONGEST = 60.0
"""Seconds after which a shop does not start any more."""


async def starting(course: Course) -> Sequence[Result]:
    """Whatever time a run is given, it is one start; the warm-up leaves bytecode behind, where Python may keep it."""
    numbers = count()

    async def ours(_: float) -> Sample:
        seconds = await _start(course.scratch / f"B23-{next(numbers)}")
        return Sample(1, seconds, {"ready ms": seconds * 1_000})

    return [await course.limit("B23", ours, "ready ms")]


async def _start(data: Path) -> float:
    """Seconds until a new shop in this folder is ready."""
    ports = {door: str(free_port()) for door in DOORS}
    complaints = data.with_suffix(".log")
    begun = perf_counter()
    with complaints.open("wb") as errors:
        shop = await _run({"AIOUTLET_DATA": str(data), **ports}, errors.fileno())
    try:
        async with httpx.AsyncClient(headers=AS_A_BROWSER) as client:
            urls = [f"http://127.0.0.1:{port}/health/ready" for port in ports.values()]
            urls.append(f"http://127.0.0.1:{ports[BROWSERS_DOOR]}/")
            if not await until(partial(_are_ready, client, urls), bool, seconds=LONGEST):
                raise WorkerFailed(f"the shop does not start:\n{complaints.read_text()[-2000:]}")
        return perf_counter() - begun
    finally:
        if shop.returncode is None:
            shop.terminate()
        await ended(shop)


async def _run(settings: Mapping[str, str], errors: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "aioutlet", "run"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=errors,
        cwd=ROOT,
        env={**os.environ, **settings},
    )


async def _are_ready(client: httpx.AsyncClient, urls: Sequence[str]) -> bool:
    try:
        return all([(await client.get(url)).is_success for url in urls])
    except httpx.TransportError:
        return False
