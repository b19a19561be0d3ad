"""A warehouse's state as bytes and back, for snapshots that may be thrown away at any time."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from rpds import HashTrieMap, HashTrieSet

import domain.warehouse.state
import schemas.quantities
from domain.warehouse.state import Hold, HoldPhase, Level, Warehouse


@cache
def fingerprint() -> str:
    """Names the code that folded a snapshot: one made by other code is not read but folded anew."""
    sources = [
        Path(str(module)).read_bytes()
        for module in (schemas.quantities.__file__, domain.warehouse.state.__file__, __file__)
    ]
    return hashlib.sha256(b"".join(sources)).hexdigest()[:16]


def dump(warehouse: Warehouse) -> bytes:
    """The state as bytes; pure, so a large one may be dumped in a thread."""
    fields = {
        "levels": list(warehouse.levels.items()),
        "holds": _rows(warehouse.holds),
        "ended": _rows(warehouse.ended),
        "ended_before": _rows(warehouse.ended_before),
        "receipts": list(warehouse.receipts),
        "adjustments": list(warehouse.adjustments),
    }
    return json.dumps(fields, separators=(",", ":")).encode()


def load(state: bytes) -> Warehouse:
    """What `dump` wrote under the same `fingerprint`."""
    fields = json.loads(state)
    return Warehouse(
        levels=HashTrieMap((product_id, Level(*level)) for product_id, level in fields["levels"]),
        holds=_holds(fields["holds"]),
        ended=_holds(fields["ended"]),
        ended_before=_holds(fields["ended_before"]),
        receipts=HashTrieSet(fields["receipts"]),
        adjustments=HashTrieSet(fields["adjustments"]),
    )


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
