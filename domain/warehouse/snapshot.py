"""A warehouse's state as bytes and back. Snapshots may be thrown away at any time: the log has everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from rpds import HashTrieMap, HashTrieSet

from domain.warehouse.entry import Entry
from domain.warehouse.state import Hold, HoldPhase, Level, Warehouse

SNAPSHOT_VERSION = "warehouse-3"
"""Names the snapshot format. Snapshots of another version are not read; the stream is folded from its beginning.

Move it whenever the fields of the state change, or the same events lead to another state. A golden file pins both
(`tests/contract/test_golden_snapshots.py`).
"""


def dump(warehouse: Warehouse) -> bytes:
    """The state as bytes; the state is immutable, so this may run in a thread."""
    fields = {
        "levels": list(warehouse.levels.items()),
        "holds": _rows(warehouse.holds),
        "ended": _rows(warehouse.ended),
        "older_ended": _rows(warehouse.older_ended),
        "receipts": list(warehouse.receipts.items()),
        "adjustments": list(warehouse.adjustments.items()),
        "in_stock": list(warehouse.in_stock),
        "version": warehouse.version,
    }
    return json.dumps(fields, separators=(",", ":")).encode()


def load(state: bytes) -> Warehouse:
    """The state that `dump` of the same `SNAPSHOT_VERSION` wrote."""
    fields = json.loads(state)
    return Warehouse(
        levels=HashTrieMap((product_id, Level(*level)) for product_id, level in fields["levels"]),
        holds=_holds(fields["holds"]),
        ended=_holds(fields["ended"]),
        older_ended=_holds(fields["older_ended"]),
        receipts=_entries(fields["receipts"]),
        adjustments=_entries(fields["adjustments"]),
        in_stock=HashTrieSet(fields["in_stock"]),
        version=fields["version"],
    )


class SnapshotFormat(NamedTuple):
    """A version with the functions that write and read it."""

    version: str
    dump: Callable[[Warehouse], bytes]
    load: Callable[[bytes], Warehouse]


WAREHOUSE_SNAPSHOT = SnapshotFormat(SNAPSHOT_VERSION, dump, load)


def _entries(rows: list[list[Any]]) -> HashTrieMap[str, Entry]:
    return HashTrieMap((entry_id, Entry(*entry)) for entry_id, entry in rows)


def _rows(holds: HashTrieMap[str, Hold]) -> list[list[Any]]:
    return [
        [
            order_id,
            hold.phase,
            hold.quantities,
            hold.attempt,
            hold.release_attempt,
            hold.expires_at.isoformat(),
        ]
        for order_id, hold in holds.items()
    ]


def _holds(rows: list[list[Any]]) -> HashTrieMap[str, Hold]:
    return HashTrieMap((order_id, _hold(*values)) for order_id, *values in rows)


def _hold(phase: str, quantities: list[list[Any]], attempt: int, release_attempt: int, expires_at: str) -> Hold:
    return Hold(
        phase=HoldPhase(phase),
        quantities=tuple((product_id, quantity) for product_id, quantity in quantities),
        attempt=attempt,
        release_attempt=release_attempt,
        expires_at=datetime.fromisoformat(expires_at),
    )
