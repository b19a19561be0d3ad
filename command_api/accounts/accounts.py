"""What the routes of accounts work with besides the log: the secrets beside it."""

from dataclasses import dataclass
from datetime import timedelta

from identity.blind_index import BlindIndex
from identity.mailed_tokens import MailedTokens
from identity.passwords import PasswordHasher
from identity.sessions import Sessions
from identity.store import IdentityStore
from identity.token_keys import SessionTokenIssuer

VERIFICATION_LIFETIME = timedelta(hours=48)
"""How long the link of a verification mail is good."""
RESET_LIFETIME = timedelta(hours=1)
"""How long the link of a password mail is good."""
VERIFY, RESET = "verify-email", "reset-password"
"""The purposes of mailed tokens."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """Everything that is secret, and what proves it; built once per process."""

    secrets: IdentityStore
    passwords: PasswordHasher
    sessions: Sessions
    tokens: SessionTokenIssuer
    addresses: BlindIndex
    mailed: MailedTokens
