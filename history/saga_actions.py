"""What people could do about sagas now, computed from the log by the functions that would do it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args

from domain.fulfilment.decider import SAGA
from domain.fulfilment.policy import Policy
from domain.fulfilment.state import Saga, State
from domain.fulfilment.step import SetTimer, StepResult, step
from domain.order import ORDER, Order
from event_store.reading import EventReader
from schemas.documents import SagaState
from schemas.envelope import Envelope
from schemas.errors import DefinitionUnknown, NotFound, Poison, Refused
from schemas.message import Event
from schemas.order import OrderEvent, OrderStatus, RequestCancellation
from schemas.saga import (
    FINAL_RESOLUTIONS,
    REQUESTED,
    ConfirmResolution,
    RequestResolution,
    Resolution,
    SagaEvent,
    SagaRequest,
    SagaResolutionRequested,
    Step,
)
from schemas.saga_actions import RequestToCome, SagaAction, SagaActionPreview
from schemas.stream_names import order_stream, saga_stream

SOMEBODY = "somebody"
"""Who acts in a preview; no operator has this id, so that they are another person than any of them."""
Previews = dict[str, list[SagaActionPreview]]


@dataclass(frozen=True, slots=True)
class _Moment:
    """An order and its saga, to which nothing has happened yet."""

    saga: Saga
    order: Order
    at: datetime
    policy: Policy
    is_second_person_required: bool


async def preview_actions(
    reader: EventReader,
    order_ids: Collection[str],
    policy: Policy,
    at: datetime,
    *,
    is_second_person_required: bool,
) -> Previews:
    """Return, by order, what could be done about its saga at this time; nothing where this release cannot read it."""
    return {
        order_id: _list_previews(order_id, _Moment(*state, at, policy, is_second_person_required))
        for order_id, state in (await _read(reader, order_ids)).items()
    }


async def _read(reader: EventReader, order_ids: Collection[str]) -> dict[str, tuple[Saga, Order]]:
    """Read all of them at once, or one after another where that meets what cannot be read."""
    try:
        found = await reader.streams(
            {name(order_id): 0 for order_id in order_ids for name in (saga_stream, order_stream)}
        )
    except Poison:
        if len(order_ids) == 1:
            return {}
        alone = [await _read(reader, [order_id]) for order_id in order_ids]
        return {order_id: state for states in alone for order_id, state in states.items()}
    return {
        order_id: (
            SAGA.fold(_events(found[saga_stream(order_id)])),
            ORDER.fold(_events(found[order_stream(order_id)])),
        )
        for order_id in order_ids
    }


def _list_previews(order_id: str, now: _Moment) -> list[SagaActionPreview]:
    try:
        return list(_previews(order_id, now))
    except DefinitionUnknown:
        return []


def _previews(order_id: str, now: _Moment) -> Iterator[SagaActionPreview]:
    for resolution in get_args(Resolution):
        asked = RequestResolution(order_id=order_id, operator=SOMEBODY, evidence=SOMEBODY, resolution=resolution)
        needs_second = now.is_second_person_required and resolution in FINAL_RESOLUTIONS
        for preview in _preview_of_saga(resolution, asked, now):
            yield preview.model_copy(update={"needs_second_person": needs_second})
    if proposal := now.saga.proposal:
        confirmed = ConfirmResolution(order_id=order_id, proposal_id=proposal.proposal_id, operator=SOMEBODY, at=now.at)
        yield from _preview_of_saga("confirm", confirmed, now)
    yield from _preview_of_cancellation(order_id, now)


def _preview_of_saga(
    action: SagaAction, command: RequestResolution | ConfirmResolution, now: _Moment
) -> Iterator[SagaActionPreview]:
    try:
        events: Sequence[SagaEvent] = SAGA.decide(command, now.saga)
    except Refused:
        return
    for event in events:
        yield _preview(action, event, replace(now, saga=SAGA.fold(events, now.saga)))


def _preview_of_cancellation(order_id: str, now: _Moment) -> Iterator[SagaActionPreview]:
    try:
        events = ORDER.decide(RequestCancellation(order_id=order_id, by=SOMEBODY, reason=SOMEBODY), now.order)
    except (NotFound, Refused):
        return
    for event in events:
        yield _preview("cancel", event, replace(now, order=ORDER.fold(events, now.order)))


def _preview(action: SagaAction, event: Event, now: _Moment) -> SagaActionPreview:
    """Handle an event as the saga's agent does, and return what that leads to."""
    saga, order = now.saga, now.order
    result = step(saga, event, at=now.at, policy=now.policy)
    after, moved = SAGA.fold(result.events, saga), list[OrderEvent]()
    for command in result.commands:
        decided = ORDER.decide(command, order)
        order = ORDER.fold(decided, order)
        moved += decided
    given_up = tuple(each for each in _to_undo(saga) if each not in _to_undo(after))
    is_forced = isinstance(event, SagaResolutionRequested) and event.resolution == "force fail"
    return SagaActionPreview(
        action=action,
        state=SagaState(after.state),
        order_status=order.status or OrderStatus.PENDING,
        requests=tuple(_requests(result)),
        deadline=result.timer.at if isinstance(result.timer, SetTimer) else None,
        to_undo=after.to_undo,
        taken_as_done=() if is_forced else given_up,
        left=given_up if is_forced else (),
        records=tuple(each.wire_name for each in (event, *result.events, *moved)),
    )


def _to_undo(saga: Saga) -> tuple[Step, ...]:
    """What is still to be undone, the running undo first."""
    is_undoing = saga.state in {State.COMPENSATING, State.STUCK}
    running = (saga.pending.step,) if saga.pending and is_undoing else ()
    return (*running, *saga.to_undo)


def _requests(result: StepResult) -> Iterator[RequestToCome]:
    for event in result.events:
        if isinstance(event, SagaRequest) and (asked := REQUESTED.get(type(event))):
            yield RequestToCome(
                step=asked[0],
                direction=asked[1],
                attempt=event.attempt,
                amount=getattr(event, "amount", None),
                currency=getattr(event, "currency", None),
            )


def _events(envelopes: Sequence[Envelope]) -> Iterator[Any]:
    """Yield the events of one stream, which are those of its decider."""
    return (envelope.event for envelope in envelopes)
