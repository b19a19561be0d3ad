"""How a shop is set up: which parts run in which processes. All parts are the production ones."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple, cast

from domain.fulfilment.policy import POLICY, Policy
from projectors.consumer import ERRORS, MAX_BATCH
from projectors.models import registry
from projectors.projection import Projection
from schemas.saga import Step
from streams.agents import Agent
from streams.deadline_check import DeadlineCheck
from streams.deadlines import Deadlines
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.payment import Payments
from streams.processor import Processor
from streams.relay import Relay
from streams.shipping import Shipping
from subscriptions.catch_up import CatchUpSubscription
from subscriptions.consumer import BatchingConsumer
from tests.simulation.door import Door
from tests.simulation.faults import Kind, Plan
from tests.simulation.metrics import METRICS
from tests.simulation.ports.broker import PARTITIONS, Group, Member, SimulatedPublisher
from tests.simulation.ports.documents import SimulatedDatabase
from tests.simulation.ports.providers import OpenSealer, SimulatedCarrier, SimulatedGateway
from tests.simulation.ports.store import SimulatedStore
from tests.simulation.process import Process

RELAY, DOOR, DOCUMENTS = "relay", "door", "documents"
AGENTS = ("saga", "payment", "inventory", "shipping")
SECOND_WORKERS: tuple[tuple[str, ...], ...] = (("saga",), ("saga", "inventory"), AGENTS)
LIFETIMES = (61.0, 61.0, 90.0, 900.0)
"""Seconds for which stock is held; the short ones end while a saga is under way."""

HASTY = replace(POLICY, payment_timeout=2.0, inventory_timeout=0.3, shipping_timeout=2.5, undo_timeout=1.5)
"""A policy that gives everybody up before a slow answer comes."""
ORDERS = (1, 1, 1, 1, 2)
"""How many are placed in a run: two may want the same piece, and one is half the work."""
COUNTED_ORDERS = (2,)
"""How many where two writers count them."""
PAGES = (2, 2_000, 2_000, 2_000)
SLOWEST = (4.0, 9.0)
"""Seconds that a call of a slow provider takes at most; it may take ten before it is given up."""
AWAY = {Step.PAYMENT: 0.2, Step.SHIPPING: 0.2}
"""In what share of all runs each of the providers is away at first."""
SLOWEST_STOCK = 20.0
"""Seconds that a message to a slow warehouse is under way at most."""


class Setup(NamedTuple):
    """The parts of every process, the policy of the saga, and the sizes of pages."""

    processes: dict[str, tuple[str, ...]]
    policy: Policy
    orders: tuple[int, ...]
    """How many may be placed."""
    page: int
    """Events of a page: the relay's, and of whoever reads the log."""
    is_judging_deadlines: bool
    """Whether a deadline counts only once what was answered until then was read."""
    slowest_provider: float
    """Seconds that a call of a provider takes at most, without a fault."""
    slowest_stock: float
    """Seconds that a message to a warehouse is under way at most, without a fault."""
    back_at: Mapping[Step, float]
    """Seconds until which the payment provider, or the carrier, is away at first."""


def draw_setup(random: Random, plan: Plan) -> Setup:
    """Draw a shop: embedded in one process, or as services, some of them doubled by the plan."""
    doubled = {fault.kind for fault in plan}
    parts = (DOOR, RELAY, *AGENTS, *((DOCUMENTS,) if random.random() < 0.12 else ()))
    processes: dict[str, tuple[str, ...]] = {part: (part,) for part in parts}
    if random.random() < 0.4:
        processes = {"shop": parts}
    if Kind.TWO_RELAYS in doubled:
        processes["relay-2"] = (RELAY,)
    if Kind.TWO_WORKERS in doubled:
        processes["workers-2"] = random.choice(SECOND_WORKERS)
    if Kind.TWO_WRITERS in doubled:
        for number in (2,) if DOCUMENTS in parts else (2, 3):
            processes[f"documents-{number}"] = (DOCUMENTS,)
    if random.random() < 0.2:
        processes["door-2"] = (DOOR,)
    steps = (Step.INVENTORY, Step.PAYMENT, Step.SHIPPING) if random.random() < 0.5 else POLICY.steps
    is_hasty = random.random() < 0.25
    is_stock_slow = random.random() < (0.5 if is_hasty else 0.15)
    policy = replace(HASTY if is_hasty else POLICY, steps=steps, reservation_lifetime=random.choice(LIFETIMES))
    is_judging_deadlines = not is_hasty and random.random() < 0.85
    slowest_provider = random.choice(SLOWEST) if is_hasty or random.random() < 0.15 else 0.0
    slowest_stock = SLOWEST_STOCK if is_stock_slow else 0.0
    back_at = {step: _draw_return(step, policy, random) for step in AWAY if random.random() < AWAY[step]}
    page = random.choice(PAGES)
    orders = COUNTED_ORDERS if Kind.TWO_WRITERS in doubled else ORDERS
    return Setup(processes, policy, orders, page, is_judging_deadlines, slowest_provider, slowest_stock, back_at)


def _draw_return(step: Step, policy: Policy, random: Random) -> float:
    """Draw a time by which one or two attempts have had no answer."""
    return (1 + 2 * random.random()) * policy.timeout(step, "forward").total_seconds()


def start_services(process: Process) -> list[asyncio.Task[Any]]:
    """Start what runs in a process, and return its tasks."""
    simulation = process.simulation
    parts = simulation.setup.processes[process.name]
    store = SimulatedStore(simulation.log, process)
    tasks: list[asyncio.Task[Any]] = []
    processors = [_build_processor(part, process, store) for part in parts if part in AGENTS]
    for processor in processors:
        agent = Agent(store, processor, partitions=PARTITIONS, metrics=METRICS)
        agent.revoke()
        member = Member(process, _group(process, processor.consumer, processor.topics), agent.batching_consumer)
        tasks += [process.start(agent.run()), process.start(member.run())]
    if processors:
        tasks.append(process.start(Deadlines(store, processors, clock=process.clock).run()))
    if RELAY in parts:
        publisher = SimulatedPublisher(simulation.broker, process)
        tasks.append(process.start(Relay(store, publisher, partitions=PARTITIONS).run()))
    if DOCUMENTS in parts:
        tasks += _start_projection(process, store)
    if DOOR in parts:
        simulation.doors[process.name] = Door(process, store)
    return tasks


def _start_projection(process: Process, store: SimulatedStore) -> list[asyncio.Task[Any]]:
    """As `aioutlet.components.build_projection_consumer`, with a member of the simulated broker's group."""
    database = cast(Any, SimulatedDatabase(process.simulation.documents, process))
    projection = Projection(registry.PAGES, database, store)
    subscription = CatchUpSubscription(
        store, projection, partitions=PARTITIONS, on_poison=METRICS.poison_handler(projection.consumer)
    )
    consumer = BatchingConsumer(subscription, name=projection.consumer, errors=ERRORS, batch=MAX_BATCH)
    consumer.revoke()
    member = Member(process, _group(process, projection.consumer, projection.topics), consumer)
    return [process.start(consumer.run()), process.start(member.run())]


def _group(process: Process, name: str, topics: frozenset[str]) -> Group:
    broker = process.simulation.broker
    return broker.groups.setdefault(name, Group(broker, topics))


def _build_processor(part: str, process: Process, store: SimulatedStore) -> Processor:
    clock, policy, outside = process.clock, process.simulation.setup.policy, process.simulation.outside
    match part:
        case "saga":
            check = DeadlineCheck(store, policy=policy, partitions=PARTITIONS)
            check_or_none = check if process.simulation.setup.is_judging_deadlines else None
            return Fulfilment(store, clock=clock, metrics=METRICS, policy=policy, check=check_or_none)
        case "payment":
            return Payments(store, SimulatedGateway(outside, process), clock=clock, metrics=METRICS)
        case "inventory":
            return Inventory(store, clock=clock, metrics=METRICS, policy=policy)
        case "shipping":
            carrier, sealer = SimulatedCarrier(outside, process), cast(Any, OpenSealer(process))
            return Shipping(store, carrier, sealer, clock=clock, metrics=METRICS)
    raise LookupError(part)
