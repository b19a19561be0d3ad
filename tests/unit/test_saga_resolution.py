"""What operators may ask of a saga: which way out, when, with whose confirmation."""

from datetime import timedelta

import pytest

from domain.fulfilment.decider import SAGA
from schemas.errors import ProposalGone, ResolutionUnderWay, SagaNotStuck, SecondPersonNeeded
from schemas.saga import (
    ConfirmResolution,
    ProposeResolution,
    RequestResolution,
    Resolution,
    SagaEvent,
    SagaResolutionProposed,
    SagaResolutionRequested,
    SagaResolved,
    Step,
)
from tests.examples import LATER, NOON, ORDER_ID
from tests.spec import given
from tests.unit.fulfilment_story import CANCELLATION, Story, created, failed, reached, refund_failed

OLIVE, PAT = "olive", "pat"
EVERY_RESOLUTION = pytest.mark.parametrize("resolution", ["retry", "mark done", "force fail"])


def stuck() -> Story:
    """The refund of a cancelled order was refused three times."""
    story = created().receive(CANCELLATION)
    for attempt in (1, 2, 3):
        story = story.receive(refund_failed(attempt))
        story = story.fire_timer() if attempt < 3 else story
    return story


STUCK = stuck().events


def request(resolution: Resolution = "mark done", by: str = OLIVE, step: Step | None = None) -> RequestResolution:
    return RequestResolution(
        order_id=ORDER_ID, operator=by, evidence="bank transfer 7", resolution=resolution, step=step
    )


def propose(
    resolution: Resolution = "mark done", by: str = OLIVE, name: str = "p-1", step: Step | None = None
) -> ProposeResolution:
    asked = dict(request(resolution, by, step))
    return ProposeResolution(**asked, proposal_id=name, at=NOON, expires_at=LATER)


def confirm(by: str = PAT, name: str = "p-1", after: timedelta = timedelta()) -> ConfirmResolution:
    return ConfirmResolution(order_id=ORDER_ID, proposal_id=name, operator=by, at=NOON + after)


def requested(
    resolution: Resolution = "mark done", by: str = OLIVE, confirmed_by: str | None = None, attempt: int = 3
) -> SagaResolutionRequested:
    return SagaResolutionRequested(
        order_id=ORDER_ID,
        operator=by,
        evidence="bank transfer 7",
        resolution=resolution,
        confirmed_by=confirmed_by,
        step=Step.PAYMENT,
        attempt=attempt,
    )


def proposed(resolution: Resolution = "mark done", by: str = OLIVE, name: str = "p-1") -> SagaResolutionProposed:
    return SagaResolutionProposed(
        order_id=ORDER_ID,
        proposal_id=name,
        operator=by,
        evidence="bank transfer 7",
        resolution=resolution,
        step=Step.PAYMENT,
        expires_at=LATER,
    )


@EVERY_RESOLUTION
def test_an_operator_asks_for_a_way_out_of_a_stuck_saga(resolution: Resolution) -> None:
    given(SAGA, *STUCK).when(request(resolution)).then(requested(resolution))


@EVERY_RESOLUTION
@pytest.mark.parametrize(
    ("past", "state"),
    [
        (created().events, "PAYMENT_PROCESSING"),
        (reached(*Step).events, "COMPLETED"),
        (created().receive(CANCELLATION).events, "COMPENSATING"),
        (created().receive(failed(Step.PAYMENT)).events, "FAILED"),
    ],
)
def test_where_no_undo_was_given_up_there_is_no_way_out_to_ask_for(
    resolution: Resolution, past: tuple[SagaEvent, ...], state: str
) -> None:
    given(SAGA, *past).when(request(resolution)).refused(SagaNotStuck, state=state)
    given(SAGA, *past).when(propose(resolution)).refused(SagaNotStuck, state=state)


def test_who_means_another_step_is_told_which_one_is_stuck() -> None:
    given(SAGA, *STUCK).when(request(step=Step.PAYMENT)).then(requested())
    given(SAGA, *STUCK).when(request(step=Step.SHIPPING)).refused(SagaNotStuck, step="payment")
    given(SAGA, *STUCK).when(propose(step=Step.SHIPPING)).refused(SagaNotStuck, step="payment")


@EVERY_RESOLUTION
def test_asking_twice_is_asking_once_and_nobody_asks_for_another_way_meanwhile(resolution: Resolution) -> None:
    asked = given(SAGA, *STUCK, requested(resolution))
    asked.when(request(resolution)).then()
    asked.when(request(resolution, by=PAT)).refused(ResolutionUnderWay, resolution=resolution)
    other: Resolution = "retry" if resolution == "force fail" else "force fail"
    asked.when(request(other)).refused(ResolutionUnderWay, resolution=resolution)
    asked.when(propose(other)).refused(ResolutionUnderWay)


def test_a_saga_that_gets_stuck_again_can_be_asked_again() -> None:
    again = stuck().receive(requested("retry"), refund_failed(4)).fire_timer().receive(refund_failed(5)).fire_timer()
    past = again.receive(refund_failed(6)).events
    given(SAGA, *past).when(request("retry")).then(requested("retry", attempt=6))


def test_a_proposal_names_the_step_that_is_stuck_and_is_made_once() -> None:
    given(SAGA, *STUCK).when(propose()).then(proposed())
    given(SAGA, *STUCK, proposed()).when(propose()).then()


def test_a_newer_proposal_replaces_the_one_before() -> None:
    given(SAGA, *STUCK, proposed()).when(propose("force fail", PAT, "p-2")).then(proposed("force fail", PAT, "p-2"))
    both = given(SAGA, *STUCK, proposed(), proposed("force fail", PAT, "p-2"))
    both.when(confirm()).refused(ProposalGone)
    both.when(confirm(OLIVE, "p-2")).then(requested("force fail", PAT, confirmed_by=OLIVE))


def test_another_operator_confirms_what_one_has_proposed() -> None:
    given(SAGA, *STUCK, proposed()).when(confirm()).then(requested(confirmed_by=PAT))


def test_nobody_confirms_what_they_have_proposed() -> None:
    given(SAGA, *STUCK, proposed()).when(confirm(OLIVE)).refused(SecondPersonNeeded, operator=OLIVE)


def test_a_proposal_that_nobody_has_confirmed_in_time_is_proposed_anew() -> None:
    late = LATER - NOON
    given(SAGA, *STUCK, proposed()).when(confirm(after=late - timedelta(seconds=1))).then(requested(confirmed_by=PAT))
    given(SAGA, *STUCK, proposed()).when(confirm(after=late)).refused(ProposalGone, state="STUCK")
    anew = propose().model_copy(update={"at": LATER, "expires_at": LATER + late})
    given(SAGA, *STUCK, proposed()).when(anew).then(proposed().model_copy(update={"expires_at": LATER + late}))


def test_confirming_twice_is_confirming_once() -> None:
    confirmed = given(SAGA, *STUCK, proposed(), requested(confirmed_by=PAT))
    confirmed.when(confirm()).then()
    confirmed.when(confirm("third")).refused(ResolutionUnderWay)


@EVERY_RESOLUTION
def test_a_proposal_is_forgotten_with_the_time_that_the_saga_was_stuck(resolution: Resolution) -> None:
    gone = stuck().receive(requested(resolution)).events
    past = (*STUCK, proposed(), *gone[len(STUCK) :])
    given(SAGA, *past).when(confirm()).refused(ProposalGone)
    assert SAGA.fold(past).proposal is None


def test_what_was_never_proposed_is_not_confirmed() -> None:
    given(SAGA, *STUCK).when(confirm()).refused(ProposalGone, state="STUCK")
    given(SAGA).when(confirm()).refused(ProposalGone, state="NEW")


def test_what_the_saga_records_names_both_people() -> None:
    [resolved] = [
        event
        for event in stuck().receive(requested("force fail", confirmed_by=PAT)).events
        if isinstance(event, SagaResolved)
    ]
    assert (resolved.operator, resolved.confirmed_by, resolved.resolution) == (OLIVE, PAT, "force fail")
