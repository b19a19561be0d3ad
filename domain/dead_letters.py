"""The decisions about dead letters: what is decided depends on none before it."""

from collections.abc import Sequence
from typing import assert_never

from domain.decider import Decider
from schemas.dead_letters import (
    DeadLetterCommand,
    DeadLetterEvent,
    DeadLettersDiscarded,
    DeadLettersReplayed,
    DiscardDeadLetters,
    ReplayDeadLetters,
)


def decide(command: DeadLetterCommand, _: None) -> Sequence[DeadLetterEvent]:
    match command:
        case ReplayDeadLetters(letters=letters, by=by, reason=reason):
            return [DeadLettersReplayed(letters=letters, by=by, reason=reason)]
        case DiscardDeadLetters(letters=letters, by=by, reason=reason):
            return [DeadLettersDiscarded(letters=letters, by=by, reason=reason)]
    assert_never(command)


def evolve(_state: None, _event: DeadLetterEvent) -> None:
    return None


DEAD_LETTERS: Decider[DeadLetterCommand, None, DeadLetterEvent] = Decider(initial=None, decide=decide, evolve=evolve)
