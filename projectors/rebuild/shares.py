"""Divides the work of a rebuild among processes.

Each has partitions that follow one another, so that it has few topics, and reads only the types that those have.
"""

from collections import Counter
from collections.abc import Sequence

from event_store.reading import EventReader
from projectors.read_model import ReadModel
from schemas.codec import Stored, decode
from schemas.topics import TopicPartition
from schemas.wire import locate

SAMPLES, SAMPLE = 50, 50
"""Places of the log, evenly apart, at which so many events are looked at."""
READING = 4
"""How many documents are touched in the time in which an event is decoded, or handed to a model."""

Shares = list[list[TopicPartition]]


def partitions_of(models: Sequence[ReadModel], partitions: int) -> list[TopicPartition]:
    """Return the partitions of all topics that feed these models, in order."""
    topics = sorted({model.view.topic for model in models})
    return [TopicPartition(topic, number) for topic in topics for number in range(partitions)]


async def divide(reader: EventReader, models: Sequence[ReadModel], partitions: int, workers: int) -> Shares:
    """Return the partitions of at most so many workers, each with about as much to do by a sample of the log.

    A warehouse's events are all in one partition, so equally many partitions are not equally much. The topic with the
    most comes first: its partitions may be all that a worker has, which then reads the types of no other.
    """
    every = partitions_of(models, partitions)
    work = Counter(every) + await _weigh(reader, models, partitions)
    by_topic = Counter[str]()
    for partition, weight in work.items():
        by_topic[partition.topic] += weight
    every.sort(key=lambda partition: (-by_topic[partition.topic], partition))
    total, done, shares = work.total(), 0, Shares()
    for partition in every:
        middle = done + work[partition] / 2
        if not shares or (middle * workers >= total * len(shares) and len(shares) < workers):
            shares.append([])
        shares[-1].append(partition)
        done += work[partition]
    return shares


async def _weigh(reader: EventReader, models: Sequence[ReadModel], partitions: int) -> Counter[TopicPartition]:
    """Return how much there is to do for the events of a sample, by partition."""
    types, head = sorted({name for model in models for name in model.types}), await reader.head()
    work = Counter[TopicPartition]()
    for after in range(0, head, max(1, head // SAMPLES)):
        for stored in await reader.log(after, limit=SAMPLE, until=head, types=types):
            for partition in locate(stored, partitions)[0]:
                work[partition] += _weight(stored, [model for model in models if model.view.topic == partition.topic])
    return work


def _weight(stored: Stored, models: Sequence[ReadModel]) -> int:
    """Return how much there is to do for an event: to read it, and to fold it into each document that it touches."""
    read_by = [model for model in models if stored.type in model.types]
    try:
        envelope = decode(stored)
        touched = sum(len(list(model.touches(envelope))) for model in read_by)
    except Exception:  # whatever it is, the rebuild finds it, and parks the event
        touched = 0
    return READING * (1 + len(read_by)) + touched
