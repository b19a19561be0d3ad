"""Finds every state that one order can reach, breadth first."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from operator import attrgetter

from aioutlet.order_states.machine import Machine
from aioutlet.order_states.world import Triple, World
from domain.fulfilment.policy import POLICY, Policy

FEW_ATTEMPTS = replace(POLICY, max_attempts=2, max_renewals=2)
"""One retry is as good as many: the second attempt is the last."""


@dataclass(frozen=True, repr=False)
class Exploration:
    """The reachable worlds in the order in which they were found, and where each may go next, by number.

    `changes` are the moves that change what is told of the order, and what is told then.
    """

    policy: Policy
    machine: Machine
    worlds: list[World]
    triples: list[Triple]
    successors: list[tuple[int, ...]]
    found_from: list[int]
    changes: Mapping[Triple, set[tuple[str, Triple]]]

    def history(self, number: int) -> list[str]:
        """A shortest way to a world, as the names of its moves and what they led to."""
        names: list[str] = []
        while number:
            before, world = self.found_from[number], self.worlds[number]
            names += (f"{name} → {world.triple}" for name, to in self.machine.moves(self.worlds[before]) if to == world)
            number = before
        return names[::-1]

    @cached_property
    def at_rest(self) -> tuple[int, ...]:
        """The numbers of the worlds in which nothing more happens unless somebody wants it."""
        return tuple(self.where(attrgetter("is_at_rest")))

    def where(self, is_meant: Callable[[World], bool]) -> Iterator[int]:
        """The numbers of the worlds that are meant."""
        return (number for number, world in enumerate(self.worlds) if is_meant(world))

    def leading_to(self, goals: Iterable[int]) -> set[int]:
        """The numbers of all worlds from which one of the goals can be reached."""
        found = set(goals)
        waiting = list(found)
        while waiting:
            new = set(self._predecessors[waiting.pop()]) - found
            found |= new
            waiting += new
        return found

    @cached_property
    def _predecessors(self) -> list[list[int]]:
        predecessors: list[list[int]] = [[] for _ in self.worlds]
        for number, successors in enumerate(self.successors):
            for successor in successors:
                predecessors[successor].append(number)
        return predecessors


@cache
def explore(policy: Policy) -> Exploration:
    """Explore all worlds of one order.

    Raises:
        Disagreement: The order, or a repeated message, does what it must not.
    """
    machine = Machine(policy)
    start = machine.start()
    found = Exploration(policy, machine, [start], [start.triple], [], [0], defaultdict(set))
    numbers = {start: 0}
    for number, world in enumerate(found.worlds):  # which grows meanwhile
        triple, successors = found.triples[number], []
        for name, to in machine.moves(world):
            successor = numbers.setdefault(to, len(numbers))
            if successor == len(found.worlds):
                found.worlds.append(to)
                found.triples.append(to.triple)
                found.found_from.append(number)
            if found.triples[successor] != triple:
                found.changes[triple].add((name, found.triples[successor]))
            successors.append(successor)
        found.successors.append(tuple(successors))
    return found
