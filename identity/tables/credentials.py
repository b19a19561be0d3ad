"""The table `credentials`."""

from datetime import datetime

from identity.database import Row, Transaction, from_micros, to_micros
from identity.records import Credential

COLUMNS = "user_id, address_index, password_hash, is_claimed, created_at, changed_at"
_INSERT = f"""
    INSERT INTO credentials ({COLUMNS})
    VALUES (:user_id, :address_index, :password_hash, :is_claimed, :created_at, :changed_at)
    ON CONFLICT DO NOTHING"""  # noqa: S608  # constants
_OF_PERSON = f"SELECT {COLUMNS} FROM credentials WHERE user_id = :user_id"  # noqa: S608  # constants
_OF_ADDRESS = f"""
    SELECT {COLUMNS} FROM credentials WHERE address_index = :address_index
    ORDER BY is_claimed DESC, created_at DESC, user_id DESC LIMIT 1"""  # noqa: S608  # constants
_SET_PASSWORD = "UPDATE credentials SET password_hash = :password_hash, changed_at = :at WHERE user_id = :user_id"
_UNCLAIM_OTHERS = """
    UPDATE credentials SET is_claimed = :no, changed_at = :at
    WHERE address_index = (SELECT address_index FROM credentials WHERE user_id = :user_id)
    AND is_claimed AND user_id <> :user_id"""
_CLAIM = "UPDATE credentials SET is_claimed = :yes, changed_at = :at WHERE user_id = :user_id"
_CHANGE_ADDRESS = """
    UPDATE credentials SET address_index = :address_index, is_claimed = :no, changed_at = :at
    WHERE user_id = :user_id"""


def add(transaction: Transaction, credential: Credential) -> None:
    """As `IdentityStore.add_credential`."""
    transaction.run(
        _INSERT,
        user_id=credential.user_id,
        address_index=credential.address_index,
        password_hash=credential.password_hash,
        is_claimed=False,
        created_at=to_micros(credential.created_at),
        changed_at=to_micros(credential.changed_at),
    )
    if credential.is_claimed:
        set_claimed(transaction, credential.user_id, credential.changed_at)


def of_person(transaction: Transaction, user_id: str) -> Credential | None:
    """As `IdentityStore.credential`."""
    return _first(transaction.run(_OF_PERSON, user_id=user_id))


def of_address(transaction: Transaction, address_index: str) -> Credential | None:
    """As `IdentityStore.credential_of`."""
    return _first(transaction.run(_OF_ADDRESS, address_index=address_index))


def set_password(transaction: Transaction, user_id: str, password_hash: str, at: datetime) -> None:
    """As `IdentityStore.set_password`."""
    transaction.run(_SET_PASSWORD, user_id=user_id, password_hash=password_hash, at=to_micros(at))


def replace_hash(transaction: Transaction, user_id: str, old: str, new: str, at: datetime) -> None:
    """As `IdentityStore.replace_hash`."""
    statement = f"{_SET_PASSWORD} AND password_hash = :old"
    transaction.run(statement, user_id=user_id, password_hash=new, old=old, at=to_micros(at))


def set_claimed(transaction: Transaction, user_id: str, at: datetime) -> None:
    """As `IdentityStore.set_claimed`."""
    transaction.run(_UNCLAIM_OTHERS, user_id=user_id, no=False, at=to_micros(at))
    transaction.run(_CLAIM, user_id=user_id, yes=True, at=to_micros(at))


def change_address(
    transaction: Transaction, user_id: str, address_index: str, *, is_claimed: bool, at: datetime
) -> None:
    """As `IdentityStore.change_address`."""
    transaction.run(_CHANGE_ADDRESS, user_id=user_id, address_index=address_index, no=False, at=to_micros(at))
    if is_claimed:
        set_claimed(transaction, user_id, at)


def delete(transaction: Transaction, user_id: str) -> None:
    """As `IdentityStore.delete_credential`, but for the files."""
    transaction.run("DELETE FROM credentials WHERE user_id = :user_id", user_id=user_id)


def _first(rows: list[Row]) -> Credential | None:
    return next(
        (
            Credential(user_id, index, password_hash, bool(is_claimed), from_micros(created), from_micros(changed))
            for user_id, index, password_hash, is_claimed, created, changed in rows
        ),
        None,
    )
