"""What the routes of accounts work with besides the log: the secrets beside it, and how often they may be asked."""

from dataclasses import dataclass
from datetime import timedelta

from edge.rate_limits import RateLimiter
from identity.parts import IdentityParts
from identity.passwords import PasswordHasher

VERIFICATION_LIFETIME = timedelta(hours=48)
"""How long the link of a verification mail is good."""
RESET_LIFETIME = timedelta(hours=1)
"""How long the link of a password mail is good."""
USERS_CACHED = 10_000


@dataclass(frozen=True, slots=True)
class Accounts:
    """Built once per process; who builds it closes the store and the hasher."""

    identity: IdentityParts
    passwords: PasswordHasher
    limiter: RateLimiter
