"""Which version queries are answered from: another one only once it is as new as all that was answered before."""

from typing import Any

from projectors.document_io import Database
from projectors.models.orders import ORDERS
from projectors.projection import Projection
from projectors.rebuild.pointers import current_models, current_view, save_pointers, with_version
from query_api.checkpoint_watcher import CheckpointWatcher, checkpoint_reader
from query_api.current_versions import CurrentVersions
from schemas.documents import ORDERS_VIEW, PRODUCTS_VIEW, Document
from tests.documents import on_every_server
from tests.histories import COMPLETED, HistoryLog, deliver, events, recorded

pytestmark = on_every_server
HISTORY = recorded(events(*COMPLETED))
REBUILT = with_version(ORDERS, 1)


def pointer(current: int, **said: Any) -> Document:
    return {"_id": "orders", "form": ORDERS_VIEW.form, "current": current, **said}


def following(mongodb: Database) -> tuple[CurrentVersions, CheckpointWatcher]:
    watcher = CheckpointWatcher(checkpoint_reader(mongodb))
    return CurrentVersions(mongodb, watcher), watcher


async def test_what_was_never_rebuilt_is_read_until_a_pointer_says_otherwise(mongodb: Database) -> None:
    versions, _ = following(mongodb)
    assert await versions.look()
    assert versions.of(ORDERS_VIEW) == ORDERS_VIEW == await current_view(mongodb, ORDERS_VIEW)


async def test_a_version_is_taken_once_it_is_as_new_as_the_one_before(mongodb: Database) -> None:
    versions, _ = following(mongodb)
    await deliver(Projection([ORDERS], mongodb, HistoryLog(HISTORY)), HISTORY)
    await deliver(Projection([REBUILT], mongodb, HistoryLog(HISTORY)), HISTORY[:6])
    await save_pointers(mongodb, [pointer(1)])
    assert not await versions.look()
    assert versions.of(ORDERS_VIEW) == ORDERS_VIEW
    await deliver(Projection([REBUILT], mongodb, HistoryLog(HISTORY)), HISTORY)
    assert await versions.look()
    assert (versions.of(ORDERS_VIEW), versions.switches) == (REBUILT.view, 1)
    assert versions.of(PRODUCTS_VIEW) == PRODUCTS_VIEW


async def test_what_somebody_has_waited_for_counts_though_no_checkpoint_says_it_yet(mongodb: Database) -> None:
    versions, watcher = following(mongodb)
    await deliver(Projection([ORDERS, REBUILT], mongodb, HistoryLog(HISTORY)), HISTORY)
    await save_pointers(mongodb, [pointer(1)])
    partition = ORDERS_VIEW.topic_partition_of(HISTORY[1].stream, 4)
    watcher.advance(ORDERS_VIEW.name, partition, HISTORY[-1].position + 1)
    assert not await versions.look()


async def test_the_way_back_is_a_switch_too(mongodb: Database) -> None:
    versions, _ = following(mongodb)
    await deliver(Projection([ORDERS, REBUILT], mongodb, HistoryLog(HISTORY)), HISTORY)
    for current, view in ((1, REBUILT.view), (0, ORDERS_VIEW)):
        await save_pointers(mongodb, [pointer(current)])
        assert await versions.look()
        assert versions.of(ORDERS_VIEW) == view == await current_view(mongodb, ORDERS_VIEW)
    assert await current_models(mongodb, [ORDERS]) == [ORDERS]


async def test_the_pointer_of_another_form_is_another_releases(mongodb: Database) -> None:
    versions, _ = following(mongodb)
    await save_pointers(mongodb, [pointer(1) | {"form": ORDERS_VIEW.form + 1}])
    assert await versions.look()
    assert versions.of(ORDERS_VIEW) == ORDERS_VIEW
