"""Given these events, when this is asked, then these happen: decisions in one line."""

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
class Asked(Generic[E]):
    """A command on its past, not yet decided."""

    decide: Callable[[], Sequence[E]]

    def then(self, *events: E) -> None:
        """Exactly these happen; none means that nothing does."""
        assert list(self.decide()) == list(events)

    def refused(self, error: type[AIOutletError], **extra: object) -> AIOutletError:
        """It is refused for this reason and, where given, with these extras."""
        with pytest.raises(error) as caught:
            self.decide()
        assert type(caught.value) is error
        assert extra.items() <= dict(caught.value.extra).items()
        return caught.value


@dataclass(frozen=True)
class Given(Generic[C, S, E]):
    """A decider and its past."""

    decider: Decider[C, S, E]
    past: tuple[E, ...]

    def when(self, command: C) -> Asked[E]:
        """Ask this now."""
        return Asked(lambda: self.decider.decide(command, self.decider.fold(self.past)))


def given(decider: Decider[C, S, E], *past: E) -> Given[C, S, E]:
    """These events happened, in this order."""
    return Given(decider, past)


def told(decider: Decider[C, S, E], *commands: C) -> list[E]:
    """Everything that happens when these are asked one after another."""
    events: list[E] = []
    for command in commands:
        events.extend(decider.decide(command, decider.fold(events)))
    return events
