"""The broker: partitions in memory, groups with their offsets, and members that are delivered what is new to them."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from aiokafka.errors import KafkaError

from schemas.errors import Poison
from schemas.topics import STOCK, TOPICS, TopicPartition
from schemas.wire import Headers, Outgoing
from subscriptions.consumer import BatchingConsumer
from subscriptions.records import read_records
from tests.simulation.faults import Fault, Kind, Port
from tests.simulation.process import Process

PARTITIONS = 2
MOST_AT_ONCE = 6
"""Messages of one delivery."""
SHORT_HOLD, LONG_HOLD = 5.0, 3_600.0
"""Seconds."""

RECOVERY = 1.0
"""Seconds after a failure for which a producer takes nothing for the partition: what follows may be read already."""


class Record(NamedTuple):
    """A message as a Kafka client gives it."""

    topic: str
    partition: int
    headers: Headers
    value: bytes


class Broker:
    """All partitions; `members` are those of all groups."""

    def __init__(self) -> None:
        self.logs: dict[TopicPartition, list[Record]] = {
            TopicPartition(topic, number): [] for topic in TOPICS for number in range(PARTITIONS)
        }
        self.groups: dict[str, Group] = {}
        self.lost = 0
        """How often everything was lost."""

    def append(self, partition: TopicPartition, records: Sequence[Record]) -> None:
        self.logs[partition] += records
        for group in self.groups.values():
            group.wake(partition)

    def lose_everything(self) -> None:
        """Begin anew: no messages, and no offsets."""
        self.lost += 1
        for log in self.logs.values():
            log.clear()
        for group in self.groups.values():
            group.forget()


class Group:
    """The members that share the partitions of some topics, and how far they have acknowledged each."""

    def __init__(self, broker: Broker, topics: Iterable[str]) -> None:
        self.broker = broker
        self.partitions = sorted(partition for partition in broker.logs if partition.topic in set(topics))
        self.committed: dict[TopicPartition, int] = defaultdict(int)
        self.members: list[Member] = []

    def wake(self, partition: TopicPartition) -> None:
        for member in self.members:
            if partition in member.next:
                member.wake()

    def forget(self) -> None:
        self.committed.clear()
        for member in self.members:
            member.rewind({})

    def join(self, member: "Member") -> None:
        self.members.append(member)
        self.rebalance(member.process.simulation.random.random)

    def leave(self, process: Process, draw: Callable[[], float]) -> None:
        """Take the members of a process out."""
        left = [member for member in self.members if member.process is not process]
        if len(left) < len(self.members):
            self.members = left
            self.rebalance(draw)

    def rebalance(self, draw: Callable[[], float]) -> None:
        """Take all partitions from all members, and give each to one of them."""
        shares: dict[Member, list[TopicPartition]] = {member: [] for member in self.members}
        for partition in self.partitions if self.members else ():
            shares[self.members[int(draw() * len(self.members))]].append(partition)
        for member, partitions in shares.items():
            member.assign(partitions)


class Member:
    """A consumer of one process in a group; it hands on what its partitions have that it was not given yet."""

    def __init__(self, process: Process, group: Group, consumer: BatchingConsumer) -> None:
        self.process = process
        self._group = group
        self._consumer = consumer
        self.next: dict[TopicPartition, int] = {}
        self._held: set[TopicPartition] = set()
        self._is_news = asyncio.Event()

    def wake(self) -> None:
        self._is_news.set()

    def assign(self, partitions: Collection[TopicPartition]) -> None:
        """Begin where the group has acknowledged everything before; the consumer hears of both in its own time."""
        self.next = {partition: self._group.committed[partition] for partition in partitions}
        self.process.soon(self._reassign, list(partitions))

    def _reassign(self, partitions: Collection[TopicPartition]) -> None:
        self._consumer.revoke()
        self._consumer.assign(partitions)
        self.wake()

    def rewind(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Deliver again from these offsets on, by default from the first."""
        self.next = {partition: offsets.get(partition, 0) for partition in self.next}

    async def run(self) -> None:
        """Join the group, and deliver until this process ends."""
        self._group.join(self)
        while True:
            partition = self._choose()
            if partition is None:
                self._is_news.clear()
                await self._is_news.wait()
            else:
                await self._deliver(partition)

    def _choose(self) -> TopicPartition | None:
        waiting = [
            partition
            for partition, offset in self.next.items()
            if offset < len(self._group.broker.logs[partition]) and partition not in self._held
        ]
        return self.process.simulation.random.choice(waiting) if waiting else None

    async def _deliver(self, partition: TopicPartition) -> None:
        simulation = self.process.simulation
        fault = simulation.faults.next(Port.DELIVER)
        await self.process.wait_a_little()
        if (slowest := simulation.setup.slowest_stock) and partition.topic == STOCK:
            await self.process.loop.pause(simulation.random.random() * slowest)
        if fault:
            await self.process.strike(fault)
            self._suffer(fault, partition)
        if partition not in self.next or partition in self._held:
            return
        offset = self.next[partition]
        end = offset + 1 + int(simulation.random.random() * MOST_AT_ONCE)
        records = self._group.broker.logs[partition][offset:end]
        if not records:
            return
        self.next[partition] = offset + len(records)
        messages = read_records(records, _never)
        kind = fault.kind if fault else None
        acknowledge = partial(self._acknowledge, partition, offset + len(records), self._group.broker.lost)
        await self._consumer.put(messages, (lambda: None) if kind is Kind.LOST_OFFSET else acknowledge)
        if kind is Kind.DUPLICATE:
            await self._consumer.put(messages)
        if fault and kind is Kind.CRASH_AFTER:
            await self.process.die(fault)

    def _suffer(self, fault: Fault, partition: TopicPartition) -> None:
        match fault.kind:
            case Kind.REDELIVER:
                self.next[partition] = int(fault.size * self.next.get(partition, 0))
            case Kind.REORDER:
                self._hold(partition, SHORT_HOLD * fault.size)
            case Kind.DELAY:
                self._hold(partition, LONG_HOLD * fault.size)

    def _hold(self, partition: TopicPartition, seconds: float) -> None:
        self._held.add(partition)
        self.process.simulation.after(seconds, self._release, partition)

    def _release(self, partition: TopicPartition) -> None:
        self._held.discard(partition)
        self.wake()

    def _acknowledge(self, partition: TopicPartition, offset: int, lost: int) -> None:
        if lost == self._group.broker.lost and not self.process.is_dead:
            self._group.committed[partition] = max(offset, self._group.committed[partition])


class SimulatedPublisher:
    """An idempotent producer: of a partition, nothing is taken behind what failed."""

    def __init__(self, broker: Broker, process: Process) -> None:
        self.broker = broker
        self.process = process
        self.locks: dict[TopicPartition, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.failed_at: dict[TopicPartition, float] = defaultdict(lambda: -RECOVERY)

    def create_batch(self) -> "SimulatedBatch":
        return SimulatedBatch(self)


class SimulatedBatch:
    """Messages of all partitions; each partition's are taken at one moment."""

    def __init__(self, publisher: SimulatedPublisher) -> None:
        self._publisher = publisher
        self._made_at = publisher.process.loop.time()
        self._records: dict[TopicPartition, list[Record]] = defaultdict(list)

    def add(self, message: Outgoing, previous: int) -> None:
        headers = [*message.headers, ("previous", b"%d" % previous)]
        self._records[message.partition].append(Record(*message.partition, headers, message.value))

    async def send(self) -> None:
        """Hand the messages over; they are on their way then, also where nobody waits for the answer any more."""
        sending = [self._publisher.process.start(self._deliver(partition)) for partition in self._records]
        for task in sending:
            task.add_done_callback(lambda task: task.cancelled() or task.exception())
        if sending:
            await asyncio.wait(sending, return_when=asyncio.FIRST_EXCEPTION)
        for task in sending:
            if task.done():
                task.result()

    async def _deliver(self, partition: TopicPartition) -> None:
        publisher, records = self._publisher, self._records[partition]
        async with publisher.locks[partition]:
            try:
                self._check_recovered(partition)
                await publisher.process.call(
                    Port.PUBLISH,
                    partial(publisher.broker.append, partition, records),
                    fail=lambda fault: KafkaError(str(fault.kind)),
                )
            except KafkaError:
                publisher.failed_at[partition] = publisher.process.loop.time()
                raise

    def _check_recovered(self, partition: TopicPartition) -> None:
        if self._made_at < self._publisher.failed_at[partition] + RECOVERY:
            raise KafkaError("something before it was not taken")


def _never(poison: Poison) -> None:
    raise poison
