"""What the process of a rebuild is told to do."""

from typing import NamedTuple


class BuildTask(NamedTuple):
    """Versions to be built, or the one to be compared, from these partitions of every topic."""

    log: str
    documents: str
    database: str
    partitions: int
    versions: list[str]
    numbers: list[int]
    compares: bool = False
