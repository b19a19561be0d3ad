"""The shape of every decision: what is asked and what was so far give what happens, and nothing else does."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


@dataclass(frozen=True)
class Decider(Generic[C, S, E]):
    """Three pure parts of one aggregate: no clock, no I/O, no chance; time and ids arrive in the command.

    `decide` answers with what happens: nothing for a repeat, or raises `Refused` or `NotFound`.
    """

    initial: S
    decide: Callable[[C, S], Sequence[E]]
    evolve: Callable[[S, E], S]

    def fold(self, events: Iterable[E], state: S | None = None) -> S:
        """The state after `events`, from `state` on or from the beginning."""
        current = self.initial if state is None else state
        for event in events:
            current = self.evolve(current, event)
        return current
