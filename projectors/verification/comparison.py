"""Compares what the projectors stored with what the log says."""

from projectors.document_io import CHUNK, Collection, Database, load
from projectors.verification.refolded_view import RefoldedView
from projectors.verification.report import Findings
from projectors.verification.stock_ledger import StockLedger
from schemas.documents import TALLIES, TOTALS, Document

COMPARED_AT_ONCE = 200
"""Documents of a round trip: the embedded document server reads so many in 40 ms, and nobody else meanwhile."""


async def compare_documents(database: Database, view: RefoldedView, findings: Findings) -> None:
    """Check G7 for the documents of a view: each is stored, and equal to the refolded one.

    They are read by their ids, a few at a time: a server may keep every other query waiting while it reads a whole
    collection. Those that the fold has not are looked for only where the server says that there are more.
    """
    collection, keys, found = database[view.name], sorted(view.documents), 0
    for start in range(0, len(keys), COMPARED_AT_ONCE):
        chunk = keys[start : start + COMPARED_AT_ONCE]
        stored = await load(collection, chunk)
        found += len(stored)
        for key in chunk:
            if key not in stored:
                findings.add("G7", f"{view.name} {key}: there is no such document")
            elif not view.is_outdated(stored[key]) and stored[key] != view.documents[key]:
                findings.add("G7", f"{view.name} {key}: {_difference(stored[key], view.documents[key])}")
    if await collection.estimated_document_count() != found:
        await _find_unexpected(collection, view, findings)


async def _find_unexpected(collection: Collection, view: RefoldedView, findings: Findings) -> None:
    """Add the stored documents that the fold has not, unless they came after the checkpoints."""
    async for document in collection.find({}, {"_id": 1, "position": 1}, batch_size=CHUNK):
        if document["_id"] not in view.documents and not view.is_outdated(document):
            findings.add("G7", f"{view.name} {document['_id']}: the log has no such document")


async def compare_tallies(database: Database, view: RefoldedView, findings: Findings) -> None:
    """Check G7 for the tallies of a view, unless one was changed after its partition's checkpoint."""
    stored: dict[tuple[int, str], int] = {}
    async for tally in database[TALLIES].find({"view": view.name}):
        partition = int(tally["_id"].split("/")[1])
        if tally["position"] > view.checkpoint_of(partition):
            return
        stored[partition, tally["label"]] = tally["count"]
    for partition, label in sorted(stored.keys() | view.tallies.keys()):
        count, expected = stored.get((partition, label), 0), view.tallies[partition, label]
        if count != expected:
            findings.add("G7", f"{view.name} counts {count} under {label} of partition {partition}, not {expected}")


async def compare_totals(database: Database, view: RefoldedView, findings: Findings) -> None:
    """Check G7 for the totals of a view, unless one was changed after its partition's checkpoint."""
    stored: dict[tuple[int, str, str], int] = {}
    async for total in database[TOTALS].find({"view": view.name}):
        partition = int(total["_id"].split("/")[1])
        if total["position"] > view.checkpoint_of(partition):
            return
        stored |= {(partition, total["bucket"], name): amount for name, amount in total["sums"].items()}
    for partition, bucket, name in sorted(stored.keys() | view.totals.keys()):
        amount, expected = stored.get((partition, bucket, name), 0), view.totals[partition, bucket, name]
        if amount != expected:
            of = f"{name} of {bucket} in partition {partition}"
            findings.add("G7", f"{view.name} has {amount} as {of}, not {expected}")


async def compare_stock(database: Database, view: RefoldedView, ledger: StockLedger, findings: Findings) -> None:
    """Check G4 for the documents of the stock view, unless it is behind the log."""
    if view.behind:
        return
    async for document in database[view.name].find(batch_size=CHUNK):
        level = ledger.levels[document["warehouseId"], document["productId"]]
        counted, shown = (level.on_hand, level.reserved), (document["onHand"], document["reserved"])
        if shown != counted and not view.is_outdated(document):
            words = f"{shown[0]} on hand, {shown[1]} reserved, not {counted[0]} and {counted[1]}"
            findings.add("G4", f"{document['_id']} shows {words}")


def _difference(document: Document, expected: Document) -> str:
    """Describe the first field that differs."""
    for name in sorted(document.keys() | expected.keys()):
        if document.get(name) != expected.get(name):
            return f"{name} is {document.get(name)!r}, not {expected.get(name)!r}"[:300]
    return "nothing differs"
