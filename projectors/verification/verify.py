"""Folds the whole log again and compares it with everything that was derived from it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from event_store.reading import EventReader
from projectors.checkpoints import load_checkpoints
from projectors.document_io import Database
from projectors.incomplete import IncompleteDocuments
from projectors.models.registry import MODELS
from projectors.origin import find_mismatch
from projectors.read_model import ReadModel
from projectors.rebuild.pointers import current_models
from projectors.verification.comparison import compare_documents, compare_stock, compare_tallies, compare_totals
from projectors.verification.money_ledger import MoneyLedger
from projectors.verification.refolded_view import PartitionByTopic, RefoldedView
from projectors.verification.report import UNREADABLE, Findings, Report
from projectors.verification.sequence_check import SequenceCheck
from projectors.verification.stock_ledger import StockLedger
from schemas.codec import Stored, decode
from schemas.documents import CHECKPOINTS, STOCK_VIEW
from schemas.envelope import Envelope
from schemas.errors import Poison
from schemas.wire import published_to

PAGE = 2_000
Progress = Callable[[int, int], None]
"""Called with the position reached and the last one."""


async def verify(
    reader: EventReader,
    database: Database,
    *,
    partitions: int,
    progress: Progress | None = None,
    models: Sequence[ReadModel] = MODELS,
) -> Report:
    """Fold the whole log again and compare every document, tally, piece of stock and amount with it.

    An order still under way is a finding, so verify a shop at rest. Documents are compared up to their view's
    checkpoints; those changed meanwhile are left out. An event that cannot be read is a finding with its position, and
    is left out as the projectors leave it out; a document that lacks events for another reason is a finding too.

    Args:
        reader: The log.
        database: What the projectors wrote.
        partitions: Number of partitions of every topic.
        progress: Called after each page of the log.
        models: The read models that are compared.
    """
    findings = Findings()
    sequence, stock, money = SequenceCheck(findings), StockLedger(findings), MoneyLedger(findings)
    if mismatch := await find_mismatch(database, reader):
        findings.add("G7", mismatch)
    checkpoints = await load_checkpoints(database[CHECKPOINTS])
    models = await current_models(database, models)
    incomplete = IncompleteDocuments(database, [model.view.name for model in models])
    await incomplete.load()
    for row in incomplete.all():
        if not row.is_unreadable:  # one that is, is said of the log
            findings.add("G7", f"{row.view} {row.key} lacks the event at position {row.position} and all later ones")
    views = [
        RefoldedView(
            model,
            {mark.partition: mark.at.position for mark in checkpoints if mark.view == model.view.name},
            incomplete=incomplete,
        )
        for model in models
    ]
    head = await reader.head()
    while sequence.position < head and (page := await reader.log(sequence.position, limit=PAGE, until=head)):
        for stored in page:
            sequence.apply(stored)
        events = list(_decode_each(page, partitions, findings))
        for _, envelope in events:
            stock.apply(envelope.event)
            money.apply(envelope.event)
        for view in views:
            view.apply(events)
        if progress is not None:
            progress(sequence.position, head)
    sequence.check_end(head)
    stock.check_end()
    money.check()
    for view in views:
        await compare_documents(database, view, findings)
        await compare_tallies(database, view, findings)
        await compare_totals(database, view, findings)
        if view.model.view.title == STOCK_VIEW.title:
            await compare_stock(database, view, stock, findings)
    return _report(head, findings, views, money)


def _decode_each(
    page: Iterable[Stored], partitions: int, findings: Findings
) -> Iterator[tuple[PartitionByTopic, Envelope]]:
    """Yield the events that can be read, each with the partition of every topic it is published to."""
    for stored in page:
        try:
            by_topic = {partition.topic: partition for partition in published_to(stored, partitions)}
            yield by_topic, decode(stored)
        except Poison as poison:
            findings.add(UNREADABLE, f"{stored.stream} v{stored.version} ({stored.type}): {poison}")


def _report(head: int, findings: Findings, views: Sequence[RefoldedView], money: MoneyLedger) -> Report:
    return Report(
        events=head,
        documents=sum(len(view.documents) for view in views),
        behind=sum(view.behind for view in views),
        orders=dict(Counter(account.status.value for account in money.accounts.values())),
        captured=money.captured(),
        refunded=money.refunded(),
        balances={order_id: account.balance for order_id, account in money.accounts.items()},
        stuck=tuple(order_id for order_id, account in money.accounts.items() if account.is_stuck),
        findings=dict(findings.counts),
        shown={name: tuple(lines) for name, lines in findings.shown.items()},
    )
