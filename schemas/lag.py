"""How far the consumers of the log are behind it."""

from schemas.message import Message


class ConsumerLag(Message):
    """How many positions of the log a consumer has still to go where it is furthest behind."""

    name: str
    behind: int


class Lag(Message):
    """How far the log goes, and who is behind: the relay and the processors, and the read models; in no order."""

    head: int
    consumers: list[ConsumerLag]
    views: list[ConsumerLag]
