"""Answers to commands: where each was recorded, which can be sent with a query as `X-Min-Position`."""

from schemas.message import Id, Message


class Accepted(Message):
    """A command was recorded: the stream's version after it, and the position of that version in the log."""

    stream_id: str
    version: int
    position: int


class OrderAccepted(Accepted):
    """A command for one order was recorded; the saga continues from here."""

    order_id: Id


class LettersDecided(Accepted):
    """So many dead letters were decided about; whoever has parked them carries it out within a second."""

    decided: int


class VersionAccepted(Accepted):
    """A decision about a version of a read model was recorded: the projectors carry it out within a second."""

    view: str
    rebuild: int


class ResolutionAccepted(OrderAccepted):
    """A way out of a stuck saga was asked for; one with a `proposalId` counts once another operator confirms it."""

    proposal_id: Id | None = None
