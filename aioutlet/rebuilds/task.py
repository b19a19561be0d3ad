"""What the process of a rebuild is told to do."""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.topics import TopicPartition


class BuildTask(NamedTuple):
    """Versions to be built, or to be compared; `own` are the topics and partitions that a process builds from."""

    log: str
    documents: str
    database: str
    partitions: int
    versions: list[str]
    own: Sequence[TopicPartition] = ()
    compares: bool = False
