"""What accounts need beside the log, in memory and quick."""

from collections.abc import Callable
from datetime import datetime

from command_api.accounts.accounts import Accounts
from edge.context import fresh_id
from edge.rate_limits import RateLimiter
from event_store.clock import wall_clock
from identity.blind_index import BlindIndex
from identity.mailed_tokens import MailedTokens
from identity.memory import memory_identity_store
from identity.parts import IdentityParts
from identity.passwords import PasswordHasher
from identity.revocations import Revocations
from identity.sessions import Sessions
from identity.token_keys import TokenKeys
from identity.tokens import TOKEN_LIFE, SessionTokenIssuer, TokenVerifier
from schemas.ids import NewId
from tests.sealing import MASTER_KEY, DerivedKeys, new_sealer

QUICK_MEMORY = 8
"""KiB: argon2's least."""


SECRET = "a secret of the tests, long enough"


def new_accounts(
    *, clock: Callable[[], datetime] = wall_clock, new_id: NewId = fresh_id, limiter: RateLimiter | None = None
) -> Accounts:
    """Accounts over a store in memory, with the sealer of the tests and without limits."""
    passwords = PasswordHasher(threads=1, memory=QUICK_MEMORY, passes=1)
    return Accounts(new_identity(clock=clock, new_id=new_id), passwords, limiter or RateLimiter(None))


def new_identity(*, clock: Callable[[], datetime] = wall_clock, new_id: NewId = fresh_id) -> IdentityParts:
    """The secrets beside the log, in memory, with the sealer of the tests."""
    store, root = memory_identity_store(), MASTER_KEY.origin
    keys = TokenKeys(store, MASTER_KEY, clock=clock)
    revocations = Revocations(store, clock=clock, token_life=TOKEN_LIFE)
    return IdentityParts(
        store=store,
        master_key=MASTER_KEY,
        root_key=root,
        sealer=new_sealer(DerivedKeys()),
        verifier=TokenVerifier(SECRET, keys=keys, revocations=revocations, clock=clock),
        token_keys=keys,
        token_issuer=SessionTokenIssuer(keys, clock=clock),
        sessions=Sessions(store, root_key=root, clock=clock, new_id=new_id, revocations=revocations),
        blind_index=BlindIndex(root),
        mailed_tokens=MailedTokens(root),
    )
