"""What may go wrong, and when: each fault strikes at one call of one port, so that a list of them can be shortened."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from random import Random
from typing import NamedTuple

from subscriptions.retry import MAX_TRIES


class Port(StrEnum):
    """Where a process meets the world outside."""

    __hash__ = str.__hash__  # that of enumerations is slow, and this is asked for at every call

    APPEND = "append"
    READ = "read"
    PUBLISH = "publish"
    DELIVER = "deliver"
    LOAD = "load documents"
    SAVE = "save documents"
    PROVIDER = "provider"
    KEYS = "keys"
    SEAL = "seal"
    STEP = "step of a saga"


class Kind(StrEnum):
    """What goes wrong."""

    DUPLICATE = "duplicate"
    REDELIVER = "redeliver from an older offset"
    REORDER = "reorder across partitions"
    DELAY = "delay to an hour"
    LOST_ANSWER = "drop the acknowledgement after the effect"
    LOST_OFFSET = "drop the acknowledgement of a delivery"
    CRASH_BEFORE = "crash before a port call"
    CRASH_AFTER = "crash after a port call"
    BROKER_LOST = "broker log lost"
    TWO_RELAYS = "two relays at once"
    TWO_WORKERS = "two saga workers at once"
    TWO_WRITERS = "two writers of documents at once"
    HALF_BATCH = "half a document batch written"
    SKEW = "clock skew"
    BACKWARDS = "clock backwards"
    TIMEOUT = "provider timeout then success"
    PROVIDER_ERROR = "provider error"
    DISK_FULL = "disk full on append"
    STALLED = "a write stands still, and partitions change hands"
    NO_ANSWER = "a store does not answer"
    REBALANCE = "rebalance in mid-batch"
    HANDLER_ERROR = "a handler raises"


CALLS = tuple(port for port in Port if port is not Port.STEP)
"""The ports that are awaited."""
PORTS: Mapping[Kind, Sequence[Port]] = {
    Kind.DUPLICATE: (Port.DELIVER,),
    Kind.REDELIVER: (Port.DELIVER,),
    Kind.REORDER: (Port.DELIVER,),
    Kind.DELAY: (Port.DELIVER,),
    Kind.LOST_ANSWER: (Port.APPEND, Port.APPEND, Port.PUBLISH, Port.SAVE),
    Kind.LOST_OFFSET: (Port.DELIVER,),
    Kind.CRASH_BEFORE: CALLS,
    Kind.CRASH_AFTER: CALLS,
    Kind.BROKER_LOST: (Port.PUBLISH, Port.DELIVER),
    Kind.HALF_BATCH: (Port.SAVE,),
    Kind.SKEW: (Port.APPEND,),
    Kind.BACKWARDS: (Port.APPEND,),
    Kind.TIMEOUT: (Port.PROVIDER,),
    Kind.PROVIDER_ERROR: (Port.PROVIDER,),
    Kind.DISK_FULL: (Port.APPEND,),
    Kind.NO_ANSWER: (Port.READ, Port.LOAD, Port.PUBLISH),
    Kind.STALLED: (Port.SAVE,),
    Kind.REBALANCE: (Port.READ, Port.APPEND, Port.DELIVER),
    Kind.HANDLER_ERROR: (Port.KEYS, Port.STEP, Port.STEP),
}
"""At which ports a kind can strike; the kinds that are left out are the way a shop is set up."""
SETUPS: Mapping[Kind, float] = {Kind.TWO_RELAYS: 0.2, Kind.TWO_WORKERS: 0.25, Kind.TWO_WRITERS: 0.05}
"""The ways in which a shop may be set up, and in what share of all runs it is."""
USUAL_CALLS: Mapping[Port, int] = {
    Port.APPEND: 70,
    Port.READ: 600,
    Port.PUBLISH: 60,
    Port.DELIVER: 60,
    Port.LOAD: 120,
    Port.SAVE: 120,
    Port.PROVIDER: 6,
    Port.KEYS: 2,
    Port.SEAL: 8,
    Port.STEP: 10,
}
"""Calls of a port in a usual run; a fault strikes at one of them."""
BUG = 0.7
"""A handler that raises by a fault of at least this size has a bug: it raises until the message is given up."""
STALLED_AMONG, MOST_STALLED = 40, 8
"""So many writes in a row, among which so many stand still at most."""
MOST = 8
"""Faults of one run, besides the writes that stand still."""
FREQUENT = (Kind.CRASH_BEFORE, Kind.CRASH_AFTER, Kind.BROKER_LOST, Kind.REBALANCE)
"""Drawn twice as often as others."""


class Fault(NamedTuple):
    """One fault: at this call of the port, the first being 1. `size`, from 0 to 1, means what its kind makes of it."""

    kind: Kind
    port: Port | None = None
    call: int = 0
    size: float = 0.0

    def __str__(self) -> str:
        where = f" at call {self.call} of {self.port} (size {self.size:.2f})" if self.port else ""
        return f"{self.kind}{where}"


Plan = tuple[Fault, ...]


def draw_plan(random: Random, wanted: Kind | None = None) -> Plan:
    """Draw the faults of one run, in a shop that is set up as `wanted`; about one run in eight has none."""
    kinds = random.sample([*PORTS, *FREQUENT], random.randint(1, 6))
    faults = [_draw(random.choice(kinds), random) for _ in range(random.randint(0, MOST))]
    setups = [Fault(kind) for kind, share in SETUPS.items() if random.random() < share or kind is wanted]
    if Fault(Kind.TWO_WRITERS) in setups:
        faults += _draw_stalls(random)
    return (*setups, *faults)


def _draw_stalls(random: Random) -> list[Fault]:
    """Draw writes that stand still about the same time, of several writers, so that their documents meet."""
    first = USUAL_CALLS[Port.SAVE] * random.random() ** 1.5
    calls = {1 + int(first + STALLED_AMONG * random.random()) for _ in range(random.randint(0, MOST_STALLED))}
    return [Fault(Kind.STALLED, Port.SAVE, call, random.random()) for call in sorted(calls)]


def _draw(kind: Kind, random: Random) -> Fault:
    port = random.choice(PORTS[kind])
    return Fault(kind, port, 1 + int(USUAL_CALLS[port] * random.random() ** 1.5), random.random())


class Faults:
    """Counts the calls of the ports and says when a fault strikes."""

    def __init__(self, plan: Collection[Fault]) -> None:
        self.calls = Counter[Port]()
        self.struck: list[Fault] = []
        self.is_over = False
        """Whether nothing goes wrong any more."""
        self._due: dict[tuple[Port, int], Fault] = {
            (fault.port, fault.call + more): fault
            for fault in plan
            if fault.port is not None
            for more in range(1 + MAX_TRIES if fault.kind is Kind.HANDLER_ERROR and fault.size >= BUG else 1)
        }

    def next(self, port: Port) -> Fault | None:
        """Count a call, and return the fault that strikes at it."""
        self.calls[port] = number = self.calls[port] + 1
        if self.is_over or (port, number) not in self._due:
            return None
        fault = self._due[port, number]
        self.struck.append(fault)
        return fault
