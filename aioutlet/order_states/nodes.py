"""Values that are compared by identity: equal ones are one node, so that looking up what follows from them is quick."""

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Node(Generic[T]):
    """The one node of a value."""

    __slots__ = ("value",)

    def __init__(self, value: T) -> None:
        self.value = value


class Nodes(Generic[T]):
    """All nodes of one kind of value."""

    def __init__(self) -> None:
        self._nodes: dict[Hashable, Node[T]] = {}

    def of(self, value: T, key: Hashable = None) -> Node[T]:
        """Return the node of a value; one without a hash is known by its `key`."""
        return self._nodes.setdefault(value if key is None else key, Node(value))
