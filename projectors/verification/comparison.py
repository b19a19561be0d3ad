"""Compares what the projectors stored with what the log says."""

from projectors.document_io import CHUNK, Database
from projectors.verification.refolded_view import RefoldedView
from projectors.verification.report import Findings
from projectors.verification.stock_ledger import StockLedger
from schemas.documents import TALLIES, TOTALS, Document


async def compare_documents(database: Database, view: RefoldedView, findings: Findings) -> None:
    """Check G7 for the documents of a view: each is stored, and equal to the refolded one."""
    missing = set(view.documents)
    async for document in database[view.name].find(batch_size=CHUNK):
        key = document["_id"]
        missing.discard(key)
        if not view.is_outdated(document) and document != view.documents.get(key):
            findings.add("G7", f"{view.name} {key}: {_difference(document, view.documents.get(key, {}))}")
    for key in sorted(missing):
        findings.add("G7", f"{view.name} {key}: there is no such document")


async def compare_tallies(database: Database, view: RefoldedView, findings: Findings) -> None:
    """Check G7 for the tallies of a view, unless one was changed after the view's checkpoints."""
    stored: dict[tuple[int, str], int] = {}
    async for tally in database[TALLIES].find({"view": view.name}):
        if tally["position"] > view.highest_checkpoint:
            return
        stored[int(tally["_id"].split("/")[1]), tally["label"]] = tally["count"]
    for partition, label in sorted(stored.keys() | view.tallies.keys()):
        count, expected = stored.get((partition, label), 0), view.tallies[partition, label]
        if count != expected:
            findings.add("G7", f"{view.name} counts {count} under {label} of partition {partition}, not {expected}")


async def compare_totals(database: Database, view: RefoldedView, findings: Findings) -> None:
    """Check G7 for the totals of a view, unless one was changed after the view's checkpoints."""
    stored: dict[tuple[int, str, str], int] = {}
    async for total in database[TOTALS].find({"view": view.name}):
        if total["position"] > view.highest_checkpoint:
            return
        partition = int(total["_id"].split("/")[1])
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
