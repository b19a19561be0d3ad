"""Decisions about dead letters, by operators: each is an event, which whoever has parked them carries out."""

from collections.abc import Sequence
from typing import NamedTuple

from fastapi import APIRouter
from starlette.responses import Response

from command_api.context import Caller, CurrentCaller
from edge.auth import requires
from event_store.parked import find_failed_timer, find_parked_message
from event_store.records import ParkedMessage, Timer
from event_store.store import EventStore
from schemas.accepted import LettersDecided
from schemas.dead_letters import (
    DeadLetterCommand,
    DiscardDeadLetters,
    LetterDecision,
    LetterKey,
    LetterKind,
    LetterRef,
    ReplayDeadLetters,
    key_of_letter,
)
from schemas.errors import NotFound, NotReplayable
from schemas.stream_names import DEAD_LETTERS_STREAM

router = APIRouter(prefix="/admin/dead-letters", tags=["dead letters"], dependencies=[requires("operator", "admin")])


class Found(NamedTuple):
    """A dead letter with its row, unless that is a read model's."""

    letter: LetterRef
    message: ParkedMessage | None = None
    timer: Timer | None = None

    @property
    def is_unroutable(self) -> bool:
        """Whether it is an event without a place on Kafka, which nobody tries again."""
        return self.message is not None and not self.message.partition.topic


@router.post("/replay", response_model=LettersDecided)
async def replay_dead_letters(body: LetterDecision, caller: CurrentCaller) -> Response:
    """Have dead letters tried again within a second, each with as many tries as before."""
    return await _decide(caller, body, is_discarded=False)


@router.post("/discard", response_model=LettersDecided)
async def discard_dead_letters(body: LetterDecision, caller: CurrentCaller) -> Response:
    """Give dead letters up: what waits behind them goes on without them, and they are never handled."""
    return await _decide(caller, body, is_discarded=True)


async def _decide(caller: Caller, body: LetterDecision, *, is_discarded: bool) -> Response:
    context, request = caller.context, caller.make_request(body)
    await context.accounts.limiter.hit("decision about dead letters by account", caller.actor.id)
    found: list[Found] = []
    async with request.reply_once() as idempotent:
        for unit in idempotent.attempts():
            found = [await _find(context.store, letter_id) for letter_id in dict.fromkeys(body.ids)]
            if not is_discarded and (unroutable := next((each for each in found if each.is_unroutable), None)):
                detail = f"the event at position {unroutable.letter.name} has no place on Kafka: give it up"
                raise NotReplayable(detail, id=unroutable.letter.name)
            await unit.load(context.dead_letters, [DEAD_LETTERS_STREAM])
            unit.decide(DEAD_LETTERS_STREAM, _command(caller, body, found, is_discarded=is_discarded), request.cause)
            unit.unpark(each.message for each in found if each.message and each.is_unroutable)
            reply = LettersDecided(
                stream_id=DEAD_LETTERS_STREAM,
                version=unit.version(DEAD_LETTERS_STREAM),
                position=0,
                decided=len(found),
            )
            await idempotent.commit(unit, reply)
    # Behind the event: who repeats the request after a crash in between finds the timers as they were.
    if timers := [each.timer for each in found if each.timer]:
        now = context.clock()
        if is_discarded:
            await context.store.settle_timers(dropped=timers)
        else:
            await context.store.settle_timers(revived=[timer.due_again(now) for timer in timers])
    return idempotent.response(200)


def _command(caller: Caller, body: LetterDecision, found: Sequence[Found], *, is_discarded: bool) -> DeadLetterCommand:
    kind = DiscardDeadLetters if is_discarded else ReplayDeadLetters
    return kind(letters=tuple(each.letter for each in found), by=caller.actor.id, reason=body.reason)


async def _find(store: EventStore, letter_id: str) -> Found:
    """Return a dead letter by its id.

    Raises:
        NotFound: Nothing is parked under it.
    """
    key = key_of_letter(letter_id)
    found = await _look_up(store, key) if key else None
    if found is None:
        raise NotFound(f"nothing is parked under {letter_id}: it was handled, or given up", id=letter_id)
    return found


async def _look_up(store: EventStore, key: LetterKey) -> Found | None:
    if key.kind is LetterKind.MESSAGE:
        row = await find_parked_message(store, key.consumer, int(key.name))
        return Found(_ref(key, row.subject, row.cause), row) if row else None
    if key.kind is LetterKind.TIMER:
        failed = await find_failed_timer(store, key.consumer, key.subject, key.name)
        return Found(_ref(key, key.subject, failed.cause), timer=failed.timer) if failed else None
    return Found(_ref(key, key.subject or key.name, "document"))


def _ref(key: LetterKey, subject: str, cause: str) -> LetterRef:
    return LetterRef(kind=key.kind, consumer=key.consumer, name=key.name, subject=subject, cause=cause)
