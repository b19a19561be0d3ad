"""One view folded anew from the log, in memory."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from projectors.folding import fold, separate_untouchable, touches_of
from projectors.incomplete import IncompleteDocuments
from projectors.read_model import ReadModel
from schemas.documents import Document
from schemas.envelope import Envelope
from schemas.topics import TopicPartition

PartitionByTopic = Mapping[str, TopicPartition]


@dataclass(slots=True)
class RefoldedView:
    """The documents and tallies of one view as the log has them up to the view's checkpoints."""

    model: ReadModel
    checkpoints: Mapping[TopicPartition, int]
    documents: dict[str, Document] = field(default_factory=dict)
    totals: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    """By partition number, bucket and name."""
    partitions: dict[str, TopicPartition] = field(default_factory=dict)
    """Of each document."""
    tallies: Counter[tuple[int, str]] = field(default_factory=Counter)
    """By partition number and label."""
    incomplete: IncompleteDocuments | None = None
    """Documents that lack events are folded up to these; without it, whole."""
    behind: int = 0
    """Events past the checkpoints."""
    touched_later: set[str] = field(default_factory=set)
    """The ids of the documents that these touch."""

    @property
    def name(self) -> str:
        return self.model.view.name

    @property
    def highest_checkpoint(self) -> int:
        return max(self.checkpoints.values(), default=0)

    def checkpoint_of(self, number: int) -> int:
        """Return the checkpoint of the view's partition of this number; 0 where it has none."""
        return self.checkpoints.get(TopicPartition(self.model.view.topic, number), 0)

    def apply(self, events: Iterable[tuple[PartitionByTopic, Envelope]]) -> None:
        """Fold the events up to the checkpoints; count those past them as `behind`."""
        by_partition: dict[TopicPartition, list[Envelope]] = defaultdict(list)
        later: dict[TopicPartition, list[Envelope]] = defaultdict(list)
        for partitions, envelope in events:
            if envelope.type not in self.model.types:
                continue
            partition = partitions.get(self.model.view.topic)
            if partition is None:
                continue
            if envelope.position <= self.checkpoints.get(partition, 0):
                by_partition[partition].append(envelope)
            else:
                later[partition].append(envelope)
        for partition, envelopes in by_partition.items():
            self._fold(partition, envelopes)
        for partition, envelopes in later.items():
            self.behind += len(envelopes)
            touching, _ = separate_untouchable(self.model, envelopes)
            self.touched_later |= touches_of(self.model, touching, partition.partition).keys()

    def is_outdated(self, document: Document) -> bool:
        """Whether a stored document was changed after the checkpoints, so that it cannot be compared."""
        partition = self.partitions.get(document["_id"])
        if partition is None:
            return document["_id"] in self.touched_later or document["position"] > self.highest_checkpoint
        return bool(document["position"] > self.checkpoints.get(partition, 0))

    def _fold(self, partition: TopicPartition, envelopes: Sequence[Envelope]) -> None:
        lacking = self.incomplete.positions(self.name, partition) if self.incomplete else {}
        folded = fold(self.model, self.documents, envelopes, partition.partition, lacking=lacking)
        for key, document in folded.documents.items():
            self.documents[key], self.partitions[key] = document, partition
        for label, _, change in folded.tally_changes:
            self.tallies[partition.partition, label] += change
        for share in folded.share_changes:
            self.totals[partition.partition, share.bucket, share.name] += share.total
