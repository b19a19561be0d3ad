"""Who holds a mail address; its stream decides between two accounts that verify it at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from domain.decider import Decider
from schemas.email_claim import (
    ClaimEmail,
    EmailClaimCommand,
    EmailClaimed,
    EmailClaimEvent,
    EmailReleased,
    ReleaseEmail,
)
from schemas.errors import EmailTaken


@dataclass(frozen=True, slots=True)
class EmailClaim:
    """The account that holds the address, if one does."""

    holder: str | None = None


def decide(command: EmailClaimCommand, claim: EmailClaim) -> Sequence[EmailClaimEvent]:
    match command:
        case ClaimEmail(user_id=user_id) if claim.holder is None:
            return [EmailClaimed(user_id=user_id)]
        case ClaimEmail(user_id=user_id):
            if claim.holder != user_id:
                raise EmailTaken("another account has proven this address meanwhile")
            return []
        case ReleaseEmail(user_id=user_id):
            return [EmailReleased(user_id=user_id)] if claim.holder == user_id else []
    assert_never(command)


def evolve(_: EmailClaim, event: EmailClaimEvent) -> EmailClaim:
    match event:
        case EmailClaimed():
            return EmailClaim(event.user_id)
        case EmailReleased():
            return EmailClaim()
    assert_never(event)


EMAIL_CLAIM = Decider(initial=EmailClaim(), decide=decide, evolve=evolve)
