"""Given these events, when this command is decided, then these events happen: one line a decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import pytest

from domain.decider import Decider
from schemas.errors import AIOutletError

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")


@dataclass(frozen=True)
class Decision(Generic[E]):
    """A command and its past, not decided yet."""

    decide: Callable[[], Sequence[E]]

    def then(self, *events: E) -> None:
        """Exactly these events happen; without arguments, none."""
        assert list(self.decide()) == list(events)

    def refused(self, error: type[AIOutletError], **extra: object) -> AIOutletError:
        """The command is refused with exactly this error and at least these extras."""
        with pytest.raises(error) as caught:
            self.decide()
        assert type(caught.value) is error
        assert extra.items() <= dict(caught.value.extra).items()
        return caught.value


@dataclass(frozen=True)
class Given(Generic[C, S, E]):
    """A decider and the events so far."""

    decider: Decider[C, S, E]
    past: tuple[E, ...]

    def when(self, command: C) -> Decision[E]:
        """Decide this command now."""
        return Decision(lambda: self.decider.decide(command, self.decider.fold(self.past)))


def given(decider: Decider[C, S, E], *past: E) -> Given[C, S, E]:
    """These events happened, in this order."""
    return Given(decider, past)


def decide_all(decider: Decider[C, S, E], *commands: C) -> list[E]:
    """All the events of these commands, decided one after another."""
    events: list[E] = []
    for command in commands:
        events.extend(decider.decide(command, decider.fold(events)))
    return events
