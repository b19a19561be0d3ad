"""What each event of a log changes in the documents of all read models, one after another."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bench.whole_orders import PARTITIONS
from projectors.folding import id_prefix
from projectors.models.registry import MODELS
from schemas.codec import Stored, decode
from schemas.documents import Document
from schemas.topics import TopicPartition
from schemas.wire import outgoing


class DocumentChange(NamedTuple):
    """One document before and after one event, which arrives on `partition`; before the first there is none."""

    partition: TopicPartition
    position: int
    view: str
    key: str
    before: Document | None
    after: Document


def document_changes(log: Iterable[Stored]) -> Iterator[DocumentChange]:
    """Yield the changes of all documents in the order of the log."""
    documents: dict[tuple[str, str], Document] = {}
    for stored in log:
        partitions = [message.partition for message in outgoing(stored, PARTITIONS)]
        for model in MODELS:
            found = [each for each in partitions if each.topic == model.view.topic and stored.type in model.types]
            for partition in found:
                envelope = decode(stored)
                for touched, part in model.touches(envelope):
                    key = id_prefix(model, partition.partition) + touched
                    before = documents.get((model.view.name, key))
                    after = model.project(before, part, envelope)
                    if after is not None and after is not before:
                        documents[model.view.name, key] = after
                        yield DocumentChange(partition, stored.position, model.view.name, key, before, after)
