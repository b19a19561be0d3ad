"""Load, decide, append: how every command is handled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Generic, NamedTuple, TypeVar

from command_api.fresh_repository import FreshRepository
from event_store.reading import EventReader
from event_store.records import AppendRequest, AppendResult, IdempotencyRecord
from event_store.repository import VersionedState
from event_store.store import EventStore
from schemas.envelope import Cause, Envelope, wrap_events
from schemas.errors import Conflict
from schemas.message import Event

ATTEMPTS = 10
"""A busy warehouse may move a few times while we decide."""

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E", bound=Event)
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class StreamCommand(Generic[C, S, E]):
    """One command for one stream."""

    states: FreshRepository[C, S, E]
    stream: str
    command: C


class CommandResult(NamedTuple):
    """What became of one turn: its events, and where its stream stands; position 0 is not yet known."""

    stream: str
    events: Sequence[Event]
    version: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class _Decided:
    turn: StreamCommand[Any, Any, Any]
    at: VersionedState[Any]
    events: Sequence[Event]

    @property
    def outcome(self) -> CommandResult:
        return CommandResult(self.turn.stream, self.events, self.at.version + len(self.events))

    def remember(self) -> None:
        self.turn.states.keep(self.turn.stream, self.at, list(self.events))


async def handle(
    store: EventStore,
    turns: Sequence[StreamCommand[Any, Any, Any]],
    cause: Cause,
    *,
    reply: Callable[[Sequence[CommandResult]], A],
    answer: Callable[[A], IdempotencyRecord | None],
) -> A:
    """Decide every turn and record all of it at once, or nothing.

    Streams that move meanwhile are loaded and decided again, up to `ATTEMPTS` times.

    Args:
        store: Where it is recorded.
        turns: What is asked, of different streams.
        cause: Why.
        reply: The answer that follows from the outcomes; also asked before the positions are known.
        answer: What to record of that answer beside the events, if anything.

    Raises:
        Refused: A decider said no. Nothing was recorded.
        Conflict: Every attempt lost the race. Nothing was recorded; safe to repeat.
        AnswerTaken: The idempotency key was answered meanwhile. Nothing was recorded.
    """
    for attempt in range(1, ATTEMPTS + 1):
        decided = await _decide(turns)
        events = tuple(chain.from_iterable(_envelopes(each, cause) for each in decided))
        outcomes = [each.outcome for each in decided]
        unit = AppendRequest(events, idempotency=answer(reply(outcomes)))
        try:
            appended = await store.append(unit) if events or unit.idempotency else AppendResult(0, 0)
        except Conflict:
            if attempt == ATTEMPTS:
                raise
            for each in decided:
                each.turn.states.doubt(each.turn.stream)
            continue
        for each in decided:
            each.remember()
        return reply(await _positioned(store, outcomes, appended))
    raise AssertionError("unreachable")


async def position_of(store: EventReader, stream: str, version: int) -> int:
    """The position of one version of a stream, 0 where there is none."""
    events = await store.stream(stream, after=version - 1) if version else []
    return events[0].position if events else 0


async def _decide(turns: Sequence[StreamCommand[Any, Any, Any]]) -> list[_Decided]:
    known: dict[str, VersionedState[Any]] = {}
    for states in dict.fromkeys(turn.states for turn in turns):
        known |= await states.load(turn.stream for turn in turns if turn.states is states)
    return [_decided(turn, known[turn.stream]) for turn in turns]


def _decided(turn: StreamCommand[Any, Any, Any], at: VersionedState[Any]) -> _Decided:
    return _Decided(turn, at, turn.states.decider.decide(turn.command, at.state))


def _envelopes(decided: _Decided, cause: Cause) -> list[Envelope]:
    return wrap_events(decided.turn.stream, decided.at.version, decided.events, cause)


async def _positioned(
    store: EventReader, outcomes: Sequence[CommandResult], appended: AppendResult
) -> list[CommandResult]:
    """The outcomes with their positions: counted from the append, or looked up where nothing happened."""
    placed, position = [], appended.first - 1
    for outcome in outcomes:
        position += len(outcome.events)
        found = position if outcome.events else await position_of(store, outcome.stream, outcome.version)
        placed.append(outcome._replace(position=found))
    return placed
