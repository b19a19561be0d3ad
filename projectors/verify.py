"""Proof that what was derived agrees with the log: all of it is folded again, and everything is compared."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from event_store.reading import EventReader
from projectors.document_io import CHUNK
from projectors.findings import Findings, Report
from projectors.folding import fold
from projectors.ledgers.money import MoneyLedger
from projectors.ledgers.sequence import SequenceCheck
from projectors.ledgers.stock import StockLedger
from projectors.models.registry import MODELS
from projectors.read_model import ReadModel
from projectors.writer import Database, load_checkpoints
from schemas.codec import Stored, decode
from schemas.documents import STOCK_VIEW, TALLIES, Document
from schemas.envelope import Envelope
from schemas.topics import TopicPartition
from schemas.wire import published_to

PAGE = 2_000
WANTED = frozenset(name for model in MODELS for name in model.types)
TopicPartitions = Mapping[str, TopicPartition]
Progress = Callable[[int, int], None]
"""Told the position reached and the last one."""


@dataclass(slots=True)
class RefoldedView:
    """One view as the log says it must be, up to its checkpoints."""

    model: ReadModel
    standing: Mapping[TopicPartition, int]
    documents: dict[str, Document] = field(default_factory=dict)
    partitions: dict[str, TopicPartition] = field(default_factory=dict)
    tallies: Counter[tuple[int, str]] = field(default_factory=Counter)
    behind: int = 0

    def add(self, read: Iterable[tuple[TopicPartitions, Envelope]]) -> None:
        """Fold what the view had finished when the verification began; count the rest."""
        due: dict[TopicPartition, list[Envelope]] = defaultdict(list)
        for routed, envelope in read:
            if envelope.type not in self.model.types:
                continue
            partition = routed[self.model.view.topic]
            if envelope.position <= self.standing.get(partition, 0):
                due[partition].append(envelope)
            else:
                self.behind += 1
        for partition, envelopes in due.items():
            self._fold(partition, envelopes)

    def has_moved_on(self, key: str, document: Document) -> bool:
        """Whether a stored document is further than what was folded here."""
        partition = self.partitions.get(key)
        horizon = self.standing.get(partition, 0) if partition else max(self.standing.values(), default=0)
        return bool(document["position"] > horizon)

    def _fold(self, partition: TopicPartition, envelopes: Sequence[Envelope]) -> None:
        folded = fold(self.model, self.documents, envelopes)
        for key, document in folded.documents.items():
            if document is None:
                self.documents.pop(key, None)
            else:
                self.documents[key], self.partitions[key] = document, partition
        for label, _, change in folded.counts:
            self.tallies[partition.partition, label] += change


async def verify(
    reader: EventReader, database: Database, *, partitions: int, progress: Progress | None = None
) -> Report:
    """Fold the whole log again and compare every document, counter, piece and amount with it.

    Money and ends are judged by the log as it stands, so an order still under way is a finding: verify a shop at
    rest. Documents are compared up to their view's checkpoints; those that moved on meanwhile are left out.

    Args:
        reader: The log.
        database: What the projectors wrote.
        partitions: How many every topic has.
        progress: Told how far the log was read.
    """
    findings = Findings()
    sequence, stock, money = SequenceCheck(findings), StockLedger(findings), MoneyLedger(findings)
    standing = await load_checkpoints(database)
    views = [RefoldedView(model, standing.get(model.view.name, {})) for model in MODELS]
    head = await reader.head()
    while sequence.last < head and (page := await reader.log(sequence.last, limit=PAGE, until=head)):
        for stored in page:
            sequence.note(stored)
        wanted = [_read(stored, partitions) for stored in page if stored.type in WANTED]
        for _, envelope in wanted:
            stock.note(envelope.event)
            money.note(envelope.event)
        for view in views:
            view.add(wanted)
        if progress is not None:
            progress(sequence.last, head)
    sequence.close(head)
    money.close()
    await _compare(database, views, stock, findings)
    return _report(head, findings, views, money)


def _read(stored: Stored, partitions: int) -> tuple[TopicPartitions, Envelope]:
    """An event and where it was published, by topic."""
    routed = {partition.topic: partition for partition in published_to(stored, partitions)}
    return routed, decode(stored)


async def _compare(database: Database, views: Sequence[RefoldedView], stock: StockLedger, findings: Findings) -> None:
    for view in views:
        name = view.model.view.name
        missing = set(view.documents)
        async for document in database[name].find(batch_size=CHUNK):
            key = document["_id"]
            missing.discard(key)
            if not view.has_moved_on(key, document) and document != view.documents.get(key):
                findings.add("G7", f"{name} {key}: {_difference(document, view.documents.get(key, {}))}")
            if name == STOCK_VIEW.name:
                _compare_shelf(document, stock, view, findings)
        for key in sorted(missing):
            findings.add("G7", f"{name} {key}: there is no such document")
        await _compare_tallies(database, view, findings)


def _compare_shelf(document: Document, stock: StockLedger, view: RefoldedView, findings: Findings) -> None:
    place = document["warehouseId"], document["productId"]
    counted = stock.shelves[place]
    if view.behind or view.has_moved_on(document["_id"], document):
        return
    if (document["onHand"], document["reserved"]) != (counted.on_hand, counted.reserved):
        told = f"{document['onHand']} on hand, {document['reserved']} reserved"
        findings.add("G4", f"{document['_id']} shows {told}, not {counted.on_hand} and {counted.reserved}")


async def _compare_tallies(database: Database, view: RefoldedView, findings: Findings) -> None:
    name, horizon = view.model.view.name, max(view.standing.values(), default=0)
    stored: dict[tuple[int, str], int] = {}
    async for tally in database[TALLIES].find({"view": name}):
        if tally["position"] > horizon:
            return
        stored[int(tally["_id"].split("/")[1]), tally["label"]] = tally["count"]
    for key in sorted(stored.keys() | view.tallies.keys()):
        if (shown := stored.get(key, 0)) != (counted := view.tallies[key]):
            findings.add("G7", f"{name} counts {shown} under {key[1]} of partition {key[0]}, not {counted}")


def _difference(shown: Document, due: Document) -> str:
    """The first field that differs."""
    for name in sorted(shown.keys() | due.keys()):
        if shown.get(name) != due.get(name):
            return f"{name} is {shown.get(name)!r}, not {due.get(name)!r}"[:300]
    return "nothing differs"


def _report(head: int, findings: Findings, views: Sequence[RefoldedView], money: MoneyLedger) -> Report:
    return Report(
        events=head,
        documents=sum(len(view.documents) for view in views),
        behind=sum(view.behind for view in views),
        orders=dict(Counter(account.status.value for account in money.accounts.values())),
        captured=money.sums("captured"),
        refunded=money.sums("refunded"),
        stuck=tuple(order_id for order_id, account in money.accounts.items() if account.stuck),
        findings=dict(findings.counts),
        shown={name: tuple(lines) for name, lines in findings.shown.items()},
    )
