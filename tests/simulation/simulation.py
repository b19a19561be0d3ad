"""One run: a whole shop under one seed, from its first delivery until it is at rest."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextvars import Context
from datetime import datetime, timedelta
from random import Random
from typing import Any

import orjson

from domain.fulfilment.inputs import Input
from domain.fulfilment.state import State
from event_store.write_set import WriteSet
from schemas.documents import CHECKPOINTS, topic_partition_of_checkpoint
from schemas.errors import AIOutletError
from schemas.topics import TopicPartition
from streams.relay import WHOLE_LOG
from subscriptions.catch_up import RELAY
from tests.examples import NOON
from tests.simulation.door import Door, Reply, Request
from tests.simulation.faults import Fault, Faults, Kind, Plan
from tests.simulation.loop import LANE, VirtualLoop
from tests.simulation.people import InternalError, People
from tests.simulation.ports.broker import Broker
from tests.simulation.ports.documents import Stored
from tests.simulation.ports.providers import Outside
from tests.simulation.ports.store import SharedLog
from tests.simulation.process import Process
from tests.simulation.setup import Setup, start_services
from tests.simulation.witness import Witness

MAX_STEPS = 60_000
"""After so many steps a run is not expected to come to rest."""
MAX_SKEW = timedelta(hours=24)
Edge = tuple[State, Input]
"""A row of the saga's table."""


class Simulation:
    """The world of one run, and the processes in it."""

    def __init__(self, seed: int, setup: Setup, plan: Plan) -> None:
        self.seed = seed
        self.setup = setup
        self.random = Random(f"schedule {seed}")
        self.loop = VirtualLoop(Random(f"turns {seed}"))
        self.faults = Faults(plan)
        self.skews: dict[str, timedelta] = {}
        self.trace: list[tuple[float, str, str]] = []
        self.broker = Broker()
        self.outside = Outside()
        self.documents: Stored = {}
        self.people = People(self, Random(f"people {seed}"))
        self.witness = Witness(self.people.on_stuck, self.note)
        self.log = SharedLog(f"log-{seed}", self._clock_of_caller, self._on_recorded, self.people.on_dead)
        self.processes: dict[str, Process] = {}
        self.doors: dict[str, Door] = {}
        self.deaths: list[str] = []
        """Processes that ended by an error of their own."""
        self.edges = Counter[Edge]()
        self.is_at_rest = False
        self._names = 0
        self._healed_at: float | None = None

    def run(self) -> None:
        """Run until the shop is at rest, or will never be."""
        for name in self.setup.processes:
            self.boot(name)
        self.people.begin()
        self.is_at_rest = self.loop.run_lanes(self._is_over, max_steps=MAX_STEPS)

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.loop.time())

    def new_name(self, of: str) -> str:
        self._names += 1
        return f"{of}-{self._names}"

    def note(self, process: Process | None, line: str) -> None:
        """Write a line of the trace."""
        self.trace.append((self.loop.time(), process.name if process else "", line))

    def after(self, seconds: float, callback: Callable[..., object], *args: Any) -> None:
        """Call so much later, whatever becomes of the process that asks for it."""
        Context().run(self.loop.at, seconds, callback, *args)

    def boot(self, name: str) -> None:
        """Start a process, for the first time or again."""
        process = self.processes[name] = Process(name, self)
        self.note(process, "starts")
        for task in start_services(process):
            task.add_done_callback(self.on_ended)

    def kill(self, process: Process, *, restart_in: float) -> None:
        """End a process at once, and start it again later."""
        self.note(process, f"dies, to start again in {restart_in:.1f} s")
        self.loop.end(process)
        self.doors.pop(process.name, None)
        self.loop.changes += 1
        for group in self.broker.groups.values():
            Context().run(group.leave, process, self.random.random)
        self.after(restart_in, self.boot, process.name)

    def on_ended(self, task: asyncio.Task[Any]) -> None:
        """Take note of a part that ended by an error."""
        if not task.cancelled() and (error := task.exception()):
            self.deaths.append(f"{error!r}")
            self.note(None, f"ended by {error!r}")

    def disturb(self, process: Process, fault: Fault) -> None:
        """Do what a fault does to the world."""
        self.loop.changes += 1
        match fault.kind:
            case Kind.BROKER_LOST:
                self.broker.lose_everything()
            case Kind.SKEW:
                self.skews[process.name] = MAX_SKEW * (2 * fault.size - 1)
            case Kind.BACKWARDS:
                self.skews[process.name] -= timedelta(seconds=600 * fault.size)
            case Kind.REBALANCE | Kind.STALLED:
                for group in self.broker.groups.values():
                    Context().run(group.rebalance, self.random.random)

    async def ask_some_door(self, request: Request) -> Reply:
        """Let a process that is up answer; one that dies never answers."""
        names = sorted(self.doors)
        if not names:
            await self.loop.create_future()
        door = self.doors[self.random.choice(names)]
        answer: asyncio.Future[Reply] = self.loop.create_future()

        async def serve() -> None:
            try:
                reply = await door.answer(request, self.new_name("request"))
            except Exception as error:
                if not answer.done():
                    answer.set_exception(error if isinstance(error, AIOutletError) else InternalError(repr(error)))
            else:
                if not answer.done():
                    answer.set_result(reply)

        serving = door.process.start(serve())
        serving.add_done_callback(self.on_ended)
        return await answer

    def _clock_of_caller(self) -> datetime:
        lane = LANE.get(None)
        return lane.clock() if isinstance(lane, Process) else self.now()

    def _on_recorded(self, rows: WriteSet) -> None:
        if rows.events:
            self.loop.changes += 1
            self.witness.see(rows.events, self.log.given)

    def _is_over(self) -> bool:
        if self.people.busy:
            return False
        if self._healed_at is None:
            self._heal()
        return not self.describe_unrest()

    def _heal(self) -> None:
        """From now on nothing goes wrong any more."""
        self._healed_at = self.loop.time()
        self.faults.is_over = True
        for name in self.skews:
            self.skews[name] = timedelta()

    def describe_unrest(self) -> str:
        """Say why the shop is not at rest; empty where it is."""
        if self.deaths:
            return ""  # there is no point in waiting
        if self.people.busy or self.loop.has_exact_moments or any(each.is_dead for each in self.processes.values()):
            dead = [each.name for each in self.processes.values() if each.is_dead]
            return f"{self.people.busy} people are waiting, {dead} are down, or messages are under way"
        if work := self.log.describe_work():
            return work
        published = self.log.checkpoints(RELAY)
        if (copied := published.pop(WHOLE_LOG, 0)) < self.log.head():
            return f"the relay is at {copied} of {self.log.head()}"
        for name, group in self.broker.groups.items():
            finished = self._finished(name)
            for partition, position in published.items():
                if partition in group.partitions and finished.get(partition, 0) < position:
                    return f"{name} is at {finished.get(partition, 0)} of {position} in {partition}"
        return ""

    def _finished(self, consumer: str) -> dict[TopicPartition, int]:
        """Return how far a consumer has come in each partition."""
        if consumer != "projections":
            return self.log.checkpoints(consumer)
        finished: dict[TopicPartition, int] = {}
        for raw in self.documents.get(CHECKPOINTS, {}).values():
            document = orjson.loads(raw)
            _, partition = topic_partition_of_checkpoint(document)
            finished[partition] = min(document["position"], finished.get(partition, document["position"]))
        return finished
