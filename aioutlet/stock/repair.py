"""Repairs what a reconciliation of the stock has found: documents from the log, and signals into it."""

from collections.abc import Iterable, Sequence

from pymongo import DeleteOne, ReplaceOne

from aioutlet.components import now
from aioutlet.stock.books import Books
from domain.warehouse.decider import WAREHOUSE
from edge.context import fresh_id
from event_store.repository import Repository
from event_store.unit_of_work import AnyRepository, retry_on_conflict
from projectors.document_io import CHUNK
from projectors.models.stock import STOCK
from projectors.rebuild.pointers import current_view
from projectors.verification.stock_reconciliation import Mend
from schemas.documents import Document
from schemas.envelope import Cause
from schemas.stream_names import warehouse_stream
from schemas.warehouse import SignalStock


async def mend_documents(books: Books, mends: Sequence[Mend]) -> int:
    """Replace documents by what the log has, unless they have changed since they were compared; return how many."""
    collection, mended = books.database[(await current_view(books.database, STOCK.view)).name], 0
    for start in range(0, len(mends), CHUNK):
        result = await collection.bulk_write([_write(mend) for mend in mends[start : start + CHUNK]], ordered=False)
        mended += result.modified_count + result.upserted_count + result.deleted_count
    return mended


def _write(mend: Mend) -> ReplaceOne[Document] | DeleteOne:
    if mend.stored is None:
        return ReplaceOne[Document]({"_id": mend.id}, mend.expected or {}, upsert=True)
    guard = {"_id": mend.id, "position": mend.stored.get("position")}
    return ReplaceOne[Document](guard, mend.expected) if mend.expected is not None else DeleteOne(guard)


async def give_signals(books: Books, warehouse_ids: Iterable[str]) -> int:
    """Record the signals that are missing in these warehouses; return how many.

    Raises:
        Conflict: Others append to a warehouse all the time; safe to repeat.
    """
    warehouses = Repository(books.store, WAREHOUSE)
    return sum([await _give_signals(books, warehouses, each) for each in warehouse_ids])


async def _give_signals(books: Books, warehouses: AnyRepository, warehouse_id: str) -> int:
    stream, given, recorded = warehouse_stream(warehouse_id), 0, -1
    while recorded:
        cause = Cause(id=fresh_id(), at=now(), correlation_id=fresh_id())
        for unit in retry_on_conflict(books.store, attempts=100):
            await unit.load(warehouses, [stream])
            recorded = len(unit.decide(stream, SignalStock(warehouse_id=warehouse_id), cause))
            await unit.commit()
        given += recorded
    return given
