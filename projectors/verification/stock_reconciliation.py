"""Compares the stock view with the log, warehouse by warehouse and product by product, and names every difference."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from event_store.reading import EventReader
from projectors.checkpoints import load_checkpoints
from projectors.document_io import CHUNK, Database
from projectors.models.stock import STOCK
from projectors.rebuild.pointers import current_models
from projectors.verification.refolded_view import RefoldedView
from projectors.verification.report import Findings
from projectors.verification.stock_ledger import StockLedger
from schemas.codec import Stored, decode
from schemas.documents import CHECKPOINTS, Document
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.topics import TopicPartition
from schemas.wire import published_to

PAGE = 2_000
SIGNALS = ("stock.low", "stock.out", "stock.replenished")
WHOLE = "document"
"""The field of a difference where a document is missing, or where there should be none."""


class Difference(NamedTuple):
    """One field of one product in one warehouse, as it is stored and as the log has it; None where there is none."""

    warehouse_id: str
    product_id: str
    field: str
    stored: Any
    expected: Any


class Mend(NamedTuple):
    """A document to be replaced: as it is stored, and as the log has it; None where there is none."""

    id: str
    stored: Document | None
    expected: Document | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was compared, and what was found."""

    events: int
    """Those about stock in the log."""
    documents: int
    behind: int
    """Events that the projectors have not finished; what they change was not compared."""
    differences: tuple[Difference, ...]
    mends: tuple[Mend, ...]
    missing_signals: Counter[str]
    """Products whose last signal does not say whether some are available, by warehouse."""
    unreadable: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether the view is the fold of the log, and the signals say what there is."""
        return not (self.differences or self.missing_signals or self.unreadable)


@dataclass(slots=True)
class _Folded:
    """The log so far: folded as the projectors do, and counted without their code."""

    view: RefoldedView
    ledger: StockLedger = field(default_factory=lambda: StockLedger(Findings()))
    events: int = 0
    unreadable: list[str] = field(default_factory=list)

    def apply(self, page: Sequence[Stored], partitions: int) -> None:
        events = list(self._decode_each(page, partitions))
        self.events += len(page)
        self.view.apply(events)
        for _, envelope in events:
            self.ledger.apply(envelope.event)

    def _decode_each(
        self, page: Sequence[Stored], partitions: int
    ) -> Iterator[tuple[dict[str, TopicPartition], Envelope]]:
        for stored in page:
            try:
                yield {each.topic: each for each in published_to(stored, partitions)}, decode(stored)
            except Poison as poison:
                self.unreadable.append(f"{stored.stream} v{stored.version} ({stored.type}): {poison}")


async def reconcile_stock(reader: EventReader, database: Database, *, partitions: int) -> Reconciliation:
    """Fold the stock out of the whole log, up to the view's checkpoints, and compare every document with it."""
    checkpoints = await load_checkpoints(database[CHECKPOINTS])
    [model] = await current_models(database, [STOCK])
    view = RefoldedView(model, {at.partition: at.at.position for at in checkpoints if at.view == model.view.name})
    folded = _Folded(view)
    position, head = 0, await reader.head()
    types = sorted({*STOCK.types, *SIGNALS})
    while page := await reader.log(position, limit=PAGE, until=head, types=types):
        folded.apply(page, partitions)
        position = page[-1].position
    mends = await _compare(database, view, reader)
    differences = [each for mend in mends for each in _differences(mend)]
    return Reconciliation(
        events=folded.events,
        documents=len(view.documents),
        behind=view.behind,
        differences=(*differences, *_miscounted(folded)),
        mends=tuple(mends),
        missing_signals=Counter(each for each, _ in folded.ledger.wrong_signals()),
        unreadable=tuple(folded.unreadable),
    )


async def _compare(database: Database, view: RefoldedView, reader: EventReader) -> list[Mend]:
    """Find the documents that differ; one past the checkpoints is being written, unless the log is not as long."""
    missing, mends = dict(view.documents), list[Mend]()
    documents = await database[view.name].find().sort("_id", 1).batch_size(CHUNK).to_list()
    head = await reader.head()
    for document in documents:
        key = document["_id"]
        expected = missing.pop(key, None)
        is_moving = view.is_outdated(document) and document["position"] <= head
        if document != expected and not is_moving:
            mends.append(Mend(key, document, expected))
    return [*mends, *(Mend(key, None, document) for key, document in sorted(missing.items()))]


def _differences(mend: Mend) -> Iterator[Difference]:
    warehouse_id, _, product_id = mend.id.partition("/")
    if mend.stored is None or mend.expected is None:
        yield Difference(warehouse_id, product_id, WHOLE, mend.stored and "stored", mend.expected and "in the log")
        return
    for name in sorted(mend.stored.keys() | mend.expected.keys()):
        if mend.stored.get(name) != mend.expected.get(name):
            yield Difference(warehouse_id, product_id, name, mend.stored.get(name), mend.expected.get(name))


def _miscounted(folded: _Folded) -> Iterator[Difference]:
    """Yield where the projectors' own fold is not what was counted without their code."""
    if folded.view.behind:
        return
    for document in folded.view.documents.values():
        warehouse_id, product_id = document["warehouseId"], document["productId"]
        level = folded.ledger.levels[warehouse_id, product_id]
        for name, counted in (("onHand", level.on_hand), ("reserved", level.reserved)):
            if document[name] != counted:
                yield Difference(warehouse_id, product_id, f"{name}, as folded", document[name], counted)
