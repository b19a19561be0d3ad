"""A snapshot's version is moved whenever the state's fields change, or the same events lead to another state."""

from typing import get_args

import orjson

from domain.warehouse.snapshot import SNAPSHOT_VERSION, dump, load
from domain.warehouse.state import HoldPhase
from schemas.warehouse import WarehouseEvent
from tests.contract.golden.snapshots import HISTORY, PATH, folded, snapshot_file

ADVICE = (
    f"warehouse snapshots are no longer what {SNAPSHOT_VERSION} says: move SNAPSHOT_VERSION in "
    "domain/warehouse/snapshot.py, and write its golden file by `python -m tests.contract.golden`"
)


def test_the_state_is_what_its_version_says() -> None:
    assert PATH.exists(), ADVICE
    assert orjson.loads(PATH.read_bytes()) == orjson.loads(snapshot_file()[PATH]), ADVICE


def test_the_golden_state_is_loaded_as_the_fold_of_its_history() -> None:
    golden = orjson.loads(PATH.read_bytes())["state"]
    assert load(orjson.dumps(golden)) == folded(), ADVICE
    assert load(dump(folded())) == folded()


def test_the_golden_history_has_every_event_and_leaves_every_kind_of_hold() -> None:
    warehouse = folded()
    holds = [*warehouse.holds.values(), *warehouse.ended.values(), *warehouse.older_ended.values()]
    assert {type(event) for event in HISTORY} == set(get_args(WarehouseEvent))
    assert {hold.phase for hold in holds} == set(HoldPhase)
    assert all((warehouse.holds, warehouse.ended, warehouse.older_ended, warehouse.receipts, warehouse.adjustments))
