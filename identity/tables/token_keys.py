"""The tables `token_keys` and `root_keys`, which has one row."""

from collections.abc import Sequence
from datetime import datetime

from identity.database import Transaction, from_micros, optional_time, to_micros
from identity.records import RootKey, TokenKey

COLUMNS = "kid, wrapped_secret, master_key_id, created_at, retires_at"
_INSERT = f"""
    INSERT INTO token_keys ({COLUMNS})
    VALUES (:kid, :wrapped_secret, :master_key_id, :created_at, NULL) ON CONFLICT DO NOTHING"""  # noqa: S608  # constants
_LIVE = f"""
    SELECT {COLUMNS} FROM token_keys WHERE retires_at IS NULL OR retires_at > :at
    ORDER BY retires_at IS NOT NULL, created_at DESC, kid DESC"""  # noqa: S608  # constants
_REWRAP = "UPDATE token_keys SET wrapped_secret = :wrapped_secret, master_key_id = :master_key_id WHERE kid = :kid"
_ADD_ROOT = """
    INSERT INTO root_keys (number, wrapped_key, master_key_id, created_at)
    VALUES (1, :wrapped_key, :master_key_id, :created_at) ON CONFLICT DO NOTHING"""
_ROOT = "SELECT wrapped_key, master_key_id, created_at FROM root_keys WHERE number = 1"
_REWRAP_ROOT = "UPDATE root_keys SET wrapped_key = :wrapped_key, master_key_id = :master_key_id WHERE number = 1"


def live(transaction: Transaction, at: datetime) -> list[TokenKey]:
    """As `IdentityStore.token_keys`."""
    return [
        TokenKey(kid, secret, master_key_id, from_micros(created), optional_time(retires))
        for kid, secret, master_key_id, created, retires in transaction.run(_LIVE, at=to_micros(at))
    ]


def create(transaction: Transaction, key: TokenKey) -> None:
    """As `IdentityStore.create_token_key`."""
    transaction.lock("token_keys")
    if not transaction.run("SELECT kid FROM token_keys WHERE retires_at IS NULL"):
        _insert(transaction, key)


def rotate(transaction: Transaction, key: TokenKey, others_retire_at: datetime) -> None:
    """As `IdentityStore.rotate_token_key`."""
    transaction.lock("token_keys")
    transaction.run("DELETE FROM token_keys WHERE retires_at <= :at", at=to_micros(key.created_at))
    transaction.run(
        "UPDATE token_keys SET retires_at = :at WHERE retires_at IS NULL AND kid <> :kid",
        at=to_micros(others_retire_at),
        kid=key.kid,
    )
    _insert(transaction, key)


def rewrap(transaction: Transaction, keys: Sequence[TokenKey]) -> None:
    """As `IdentityStore.rewrap_token_keys`."""
    transaction.run_many(
        _REWRAP,
        [
            {"kid": key.kid, "wrapped_secret": key.wrapped_secret, "master_key_id": key.master_key_id}
            for key in sorted(keys, key=lambda each: each.kid)
        ],
    )


def root(transaction: Transaction) -> RootKey | None:
    """As `IdentityStore.root_key`."""
    rows = transaction.run(_ROOT)
    return next((RootKey(wrapped, key_id, from_micros(created)) for wrapped, key_id, created in rows), None)


def create_root(transaction: Transaction, key: RootKey) -> RootKey:
    """As `IdentityStore.create_root_key`."""
    transaction.run(
        _ADD_ROOT,
        wrapped_key=key.wrapped_key,
        master_key_id=key.master_key_id,
        created_at=to_micros(key.created_at),
    )
    return root(transaction) or key


def rewrap_root(transaction: Transaction, key: RootKey) -> None:
    """As `IdentityStore.rewrap_root_key`."""
    transaction.run(_REWRAP_ROOT, wrapped_key=key.wrapped_key, master_key_id=key.master_key_id)


def _insert(transaction: Transaction, key: TokenKey) -> None:
    transaction.run(
        _INSERT,
        kid=key.kid,
        wrapped_secret=key.wrapped_secret,
        master_key_id=key.master_key_id,
        created_at=to_micros(key.created_at),
    )
