"""What a process needs of the secrets beside the log, built once over one store."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from identity.blind_index import BlindIndex
from identity.mailed_tokens import MailedTokens
from identity.master_key import MasterKey
from identity.revocations import Revocations
from identity.root_key import open_root_key, read_root_key
from identity.sealing import Sealer
from identity.sessions import Sessions
from identity.store import IdentityStore
from identity.token_keys import TokenKeys
from identity.tokens import TOKEN_LIFE, SessionTokenIssuer, TokenVerifier
from schemas.ids import NewId


@dataclass(frozen=True, slots=True)
class IdentityParts:
    """The store, and the parts that share its keys and caches."""

    store: IdentityStore
    master_key: MasterKey
    sealer: Sealer
    verifier: TokenVerifier
    token_keys: TokenKeys
    token_issuer: SessionTokenIssuer
    sessions: Sessions
    blind_index: BlindIndex
    mailed_tokens: MailedTokens
    root_key: bytes = field(repr=False)


async def build_parts(
    store: IdentityStore,
    *,
    master_key: bytes,
    old_master_key: bytes | None = None,
    token_secret: str,
    clock: Callable[[], datetime],
    new_id: NewId,
    may_write: bool = True,
) -> IdentityParts:
    """Return the parts over a store, which the caller closes; who may only read leaves the root key unmade.

    Raises:
        ValueError: The master key or the token secret is too short.
        Unavailable: The store does not answer, or its keys were wrapped by another master key.
    """
    master = MasterKey(master_key, old=old_master_key)
    root = await (open_root_key(store, master, now=clock()) if may_write else read_root_key(store, master))
    keys = TokenKeys(store, master, clock=clock)
    revocations = Revocations(store, clock=clock, token_life=TOKEN_LIFE)
    return IdentityParts(
        store=store,
        master_key=master,
        root_key=root,
        sealer=Sealer(store, master, root, clock=clock),
        verifier=TokenVerifier(token_secret, keys=keys, revocations=revocations, clock=clock),
        token_keys=keys,
        token_issuer=SessionTokenIssuer(keys, clock=clock),
        sessions=Sessions(store, root_key=root, clock=clock, new_id=new_id, revocations=revocations),
        blind_index=BlindIndex(root),
        mailed_tokens=MailedTokens(root),
    )
