"""What is done to a shop while a journey goes through it: one step after another, each at its share of the orders."""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import cycle
from typing import NamedTuple

import psycopg

from tests.cluster.service import Service
from tests.cluster.stage import Stage
from tests.services.part import Part, Say

BETWEEN_LOOKS = 0.5
MINUTE = 60.0
SOME = ("command-api-1", "saga-1", "projectors-1")
COMPLETED = """
    SELECT count(*) FILTER (WHERE topic = 'order.completed'), max(notification_id)
    FROM stored_events WHERE notification_id > %s"""
STAY = 3.0
"""Seconds a worker that comes and goes is there, at least."""


class Step(NamedTuple):
    """Something terrible that is put right again."""

    what: str
    act: Callable[[], object]


def every_service_in_turn(stage: Stage) -> list[Step]:
    """Each process is killed once, and started again."""
    return [Step(f"SIGKILL {service.name}", partial(_killed, service)) for service in stage.cluster.services]


def some_services_in_turn(stage: Stage) -> list[Step]:
    """A door, a worker and a projector are killed, and started again."""
    return [Step(f"SIGKILL {name}", partial(_killed, stage.cluster.named(name))) for name in SOME]


def coming_and_going(stage: Stage, *, seconds: float = MINUTE) -> list[Step]:
    """One more saga worker joins the others and leaves them again and again, asked to or killed."""
    return [Step(f"a saga worker came and went for {seconds:.0f} s", partial(_come_and_go, stage, seconds))]


def everything(stage: Stage) -> list[Step]:
    """Each process is killed, then Kafka is restarted, and then it loses its log."""
    return [*every_service_in_turn(stage), *CHAOS["kafka-restart"](stage), *CHAOS["kafka-wipe"](stage)]


CHAOS: Mapping[str, Callable[[Stage], Sequence[Step]]] = {
    "none": lambda _: (),
    "services": every_service_in_turn,
    "coming-and-going": coming_and_going,
    "kafka-restart": lambda stage: [Step("Kafka restarted", stage.kafka.restart)],
    "kafka-kill": lambda stage: [Step("SIGKILL Kafka", partial(_killed, stage.kafka))],
    "kafka-wipe": lambda stage: [Step("Kafka came back with an empty log", partial(_wiped, stage))],
    "everything": everything,
    "postgres-kill": lambda stage: [Step("SIGKILL PostgreSQL", partial(_killed, stage.postgres))],
}


def _killed(part: Part) -> None:
    part.kill()
    part.start()


def _wiped(stage: Stage) -> None:
    stage.kafka.wipe()
    stage.kafka.start()
    stage.cluster.set_up()


def _come_and_go(stage: Stage, seconds: float) -> None:
    end, leaves = time.monotonic() + seconds, cycle((Service.stop, Service.kill))
    while time.monotonic() < end:
        extra = stage.cluster.service("saga", 99)
        extra.start()
        time.sleep(STAY)
        next(leaves)(extra)


class Progress:
    """How many orders are complete, as the log says when it can be asked: what shows them may be far behind."""

    def __init__(self, log: str) -> None:
        self._log = log
        self._position = self._seen = 0

    def completed(self) -> int:
        """So many, or as many as were seen last."""
        with suppress(psycopg.OperationalError), psycopg.connect(self._log) as connection:
            completed, position = connection.execute(COMPLETED, (self._position,)).fetchone() or (0, None)
            self._seen, self._position = self._seen + completed, position or self._position
        return self._seen


def disturb(stage: Stage, steps: Sequence[Step], journey: "subprocess.Popen[bytes]", over: int, say: Say) -> int:
    """Take the steps while the first `over` orders of a journey are completed, and revive what ends by itself.

    Returns, when the journey has ended, how many steps were taken.
    """
    begun, taken = time.monotonic(), 0
    orders = Progress(stage.cluster.environment["AIOUTLET_STORE"])
    before = orders.completed()
    while journey.poll() is None:
        done = orders.completed() - before
        if taken < len(steps) and done * (len(steps) + 1) >= over * (taken + 1):
            at, step = time.monotonic(), steps[taken]
            step.act()
            later = time.monotonic() - at
            say(f"{at - begun:7.1f} s  {done:6,} complete  {step.what}; {later:.1f} s later all is back")
            taken += 1
        if revived := stage.cluster.revive():
            say(f"{time.monotonic() - begun:7.1f} s  {done:6,} complete  started again: {', '.join(revived)}")
        time.sleep(BETWEEN_LOOKS)
    return taken
