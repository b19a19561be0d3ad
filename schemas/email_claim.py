"""The commands and events by which one account holds a mail address: a stream for each, named by its index."""

from typing import ClassVar

from schemas.message import Command, Event, Id


class ClaimEmail(Command):
    """Hold the address for one account."""

    user_id: Id


class ReleaseEmail(Command):
    """Give the address up, if this account holds it."""

    user_id: Id


class EmailClaimed(Event):
    """The account holds the address."""

    wire_name: ClassVar[str] = "auth.email.claimed"

    user_id: Id


class EmailReleased(Event):
    """Nobody holds the address."""

    wire_name: ClassVar[str] = "auth.email.released"

    user_id: Id


EmailClaimEvent = EmailClaimed | EmailReleased
EmailClaimCommand = ClaimEmail | ReleaseEmail
