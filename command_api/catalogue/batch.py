"""Imports one batch of a catalogue file's rows: what of them changes something, in one append."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from command_api.context import CommandContext, new_cause
from command_api.idempotency import ATTEMPTS
from domain.product_import import decide_row
from event_store.unit_of_work import UnitOfWork, retry_on_conflict
from schemas.accepted import Accepted
from schemas.catalogue_file.columns import PRODUCT_ID
from schemas.catalogue_file.rows import Row, RowFault
from schemas.envelope import Actor, Cause
from schemas.errors import Refused
from schemas.product import PutProduct
from schemas.stream_names import product_stream

UNCHANGED = "unchanged"


class CheckedRow(NamedTuple):
    """A row that is one, and its line."""

    line: int
    product: PutProduct


class BatchOutcome(NamedTuple):
    """What became of so many rows; `last` is the last version that was recorded."""

    rows: int
    counts: Counter[str]
    """Rows by the type of an event that they led to, or `UNCHANGED`."""
    faults: list[RowFault]
    last: Accepted | None = None


def check_row(row: Row) -> CheckedRow | list[RowFault]:
    """Return the row as a command, or all that is wrong with it."""
    try:
        return CheckedRow(row.line, PutProduct.model_validate(row.fields))
    except ValidationError as error:
        return list(_faults_of(row, error))


def _faults_of(row: Row, error: ValidationError) -> Iterator[RowFault]:
    product_id = str(row.fields.get(PRODUCT_ID, ""))[:64] or None
    for each in error.errors(include_url=False, include_input=False):
        yield RowFault(row.line, each["type"], each["msg"], ".".join(map(str, each["loc"])), product_id)


async def import_batch(
    context: CommandContext, actor: Actor, rows: Sequence[CheckedRow], *, is_dry_run: bool
) -> BatchOutcome:
    """Decide each row, and record all that is not refused; a dry run records nothing.

    Raises:
        Conflict: Others keep changing the same products. Nothing was recorded; safe to repeat.
        Unavailable: The store does not answer. Safe to repeat.
    """
    streams = {product_stream(row.product.product_id): row for row in rows}
    cause = new_cause(context, actor)
    for unit in retry_on_conflict(context.store, attempts=ATTEMPTS):
        await unit.load(context.products, streams)
        outcome, changed = _decide(unit, streams, cause)
        if is_dry_run or not changed:
            break
        if await unit.commit():
            outcome = outcome._replace(last=await _accepted(unit, changed))
    return outcome


def _decide(unit: UnitOfWork, streams: Mapping[str, CheckedRow], cause: Cause) -> tuple[BatchOutcome, str | None]:
    """Decide all rows; return the outcome, and the last stream that changes."""
    counts, faults, changed = Counter[str](), list[RowFault](), None
    for stream, row in streams.items():
        try:
            events = decide_row(row.product, unit.state(stream))
        except Refused as refused:
            faults.append(RowFault(row.line, refused.code, refused.detail, product_id=row.product.product_id))
            continue
        unit.record(stream, events, cause)
        counts.update({event.wire_name for event in events} or {UNCHANGED})
        changed = stream if events else changed
    return BatchOutcome(len(streams), counts, faults), changed


async def _accepted(unit: UnitOfWork, stream: str) -> Accepted:
    version = unit.version(stream)
    return Accepted(stream_id=stream, version=version, position=await unit.position(stream, version))
