"""One step of the state machine, of a side or of the whole world."""

from typing import Generic, NamedTuple, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Move(NamedTuple, Generic[T_co]):
    """Something that may happen, and what it leads to."""

    name: str
    to: T_co
