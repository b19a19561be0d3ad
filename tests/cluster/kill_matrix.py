"""The kill matrix: each service is killed at each point of its work while orders come, and every order comes right."""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import product
from math import inf
from typing import NamedTuple

from tests.cluster.answers import not_once
from tests.cluster.armed import ARMED, PLACES, POINTS
from tests.cluster.stage import Stage
from tests.services.part import Say
from tests.services.waiting import STUCK_AFTER, until

PROGRAM = ("-m", "tests.cluster.armed")
ORDERS, RATE = 80, 20
DRAINED_WITHIN = int(STUCK_AFTER)
"""Seconds from the last order until all are where they belong."""


class Cell(NamedTuple):
    """A service, and the point at which it is killed."""

    service: str
    point: str

    def __str__(self) -> str:
        return f"{self.service} {self.point}"


CELLS = tuple(Cell(*each) for each in product(PLACES, POINTS))


def kill(stage: Stage, cell: Cell) -> str:
    """Kill a service of a stage of armed ones at a point while orders come, and start it again.

    Returns:
        What is wrong then; nothing where every order is finished once, all guarantees hold, and the point was reached.
    """
    service = stage.cluster.named(f"{cell.service}-1")
    with stage.cluster.journeying(
        f"--orders={ORDERS}", f"--rate={RATE}", f"--give-up-after={DRAINED_WITHIN}"
    ) as journey:
        (service.data / ARMED).write_text(cell.point)
        until(lambda: service.process is None or journey.poll() is not None, timeout=inf)
        if is_killed := service.process is None:
            service.start()
        journey.wait()
    (service.data / ARMED).unlink(missing_ok=True)
    if not is_killed:
        return "it did not come to this point"
    if journey.returncode:
        return (stage.home / "journey").read_text()
    if wrong := asyncio.run(not_once(stage.cluster.environment["AIOUTLET_STORE"])):
        return f"answers that are not there exactly once: {sorted(wrong.items())[:10]}"
    return ""


def run(stage: Stage, cells: Sequence[Cell], say: Say) -> Iterator[tuple[Cell, str]]:
    """Kill at each of these cells, one after another; yield what is wrong at those that failed."""
    for number, cell in enumerate(cells, 1):
        wrong = kill(stage, cell)
        say(f"{number:3} of {len(cells)}  {'failed' if wrong else 'holds '}  {cell}")
        if wrong:
            yield cell, wrong
