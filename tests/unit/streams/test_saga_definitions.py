"""A release that lacks the definition of a live saga refuses to start, and names the order."""

import pytest

from domain.fulfilment.policy import DEFINITION_VERSION
from schemas.errors import DefinitionUnknown
from schemas.message import Event
from streams import saga_definitions
from streams.fulfilment import Fulfilment
from streams.saga_definitions import check_definitions
from tests.histories import events
from tests.unit.streams.fakes import Counts, SetClock, TroubledStore, give, put

FOREIGN = DEFINITION_VERSION + 1
CLOSED = ("payment.processing", "saga.failed")


def started(order_id: str, version: int = FOREIGN) -> list[Event]:
    return events("saga.started", order_id=order_id, definition_version=version)


async def test_sagas_by_a_definition_that_is_there_let_it_start(store: TroubledStore) -> None:
    await check_definitions(store)
    await put(store, *started("mine", DEFINITION_VERSION))
    await check_definitions(store)


async def test_a_live_saga_by_another_definition_is_named(store: TroubledStore) -> None:
    await put(store, *started("mine", DEFINITION_VERSION), *started("theirs"))
    with pytest.raises(DefinitionUnknown) as refused:
        await check_definitions(store)
    assert refused.value.detail == (
        f"definition {FOREIGN} of the saga is not in this release, which has {DEFINITION_VERSION}, "
        "and these orders run by it: theirs"
    )
    await check_definitions(store, known={DEFINITION_VERSION, FOREIGN})


async def test_one_that_has_ended_needs_its_definition_no_more(store: TroubledStore) -> None:
    await put(store, *started("ended"), *events(*CLOSED, order_id="ended"))
    await check_definitions(store)
    await put(store, *started("shipped"), *events("saga.completed", "saga.closed", order_id="shipped"))
    await check_definitions(store)
    await put(store, *started("completed"), *events("payment.processing", "saga.completed", order_id="completed"))
    with pytest.raises(DefinitionUnknown, match=r": completed$"):
        await check_definitions(store)


async def test_only_the_first_are_named_and_the_others_counted(store: TroubledStore) -> None:
    for number in range(8):
        await put(store, *started(f"o-{number}"))
    with pytest.raises(DefinitionUnknown, match=r": o-0, o-1, o-2, o-3, o-4 and 3 more$") as refused:
        await check_definitions(store)
    assert len(refused.value.extra["orders"]) == 8


async def test_what_was_looked_at_is_not_looked_at_again_but_stays_known(
    store: TroubledStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saga_definitions, "LOOKED_AT", 2)
    await put(store, *started("theirs"), *started("mine", DEFINITION_VERSION), *started("other", DEFINITION_VERSION))
    both = {DEFINITION_VERSION, FOREIGN}
    await check_definitions(store, known=both)
    head = await store.head()
    found = await store.snapshot(saga_definitions.SNAPSHOT, decider=saga_definitions.FORM)
    assert found
    assert found.version == head
    with pytest.raises(DefinitionUnknown, match=r": theirs$"):
        await check_definitions(store)


async def test_the_agent_parks_an_order_by_another_definition_and_goes_on(
    store: TroubledStore, clock: SetClock, counts: Counts
) -> None:
    fulfilment = Fulfilment(store, clock=clock, metrics=counts)
    await put(store, *started("theirs"))
    await give(fulfilment, await put(store, *events("payment.processed", order_id="theirs")))
    [parked] = await store.parked("saga")
    assert (parked.subject, parked.cause) == ("theirs", "definition_unknown")
