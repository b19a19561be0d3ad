"""What the BFF answers about itself and its log, for development and the demo."""

from schemas.message import Message


class Development(Message):
    """What there is for development: the mailbox under `/bff/dev/mailbox`, and events under `/bff/dev/events`."""

    mailbox: bool
    events: bool


class SourceStreams(Message):
    """A stream, or several whose names begin alike: how many, their events, and the position of the last of these."""

    name: str
    streams: int
    events: int
    position: int


class Source(Message):
    """A view that a page shows something of: the last position folded into that, and the streams it was folded from.

    A stream may hold more events than concern the page, as that of a warehouse does.
    """

    view: str
    position: int
    streams: list[SourceStreams]


class Sources(Message):
    """What a page was folded from."""

    items: list[Source]
