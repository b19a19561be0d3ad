"""The table `subject_keys`."""

from collections.abc import Collection, Sequence
from datetime import datetime

from identity.database import Transaction, from_micros, optional_time, to_micros
from identity.records import SubjectKey

COLUMNS = "subject, key_id, wrapped_key, master_key_id, created_at, erased_at"
_INSERT = f"""
    INSERT INTO subject_keys ({COLUMNS})
    VALUES (:subject, :key_id, :wrapped_key, :master_key_id, :created_at, NULL)
    ON CONFLICT DO NOTHING"""  # noqa: S608  # constants
_OF_SUBJECTS = f"SELECT {COLUMNS} FROM subject_keys WHERE subject IN :subjects"  # noqa: S608  # constants
_ERASE = """
    INSERT INTO subject_keys (subject, key_id, wrapped_key, master_key_id, created_at, erased_at)
    VALUES (:subject, '', NULL, '', :at, :at)
    ON CONFLICT (subject) DO UPDATE SET wrapped_key = NULL, erased_at = coalesce(subject_keys.erased_at, :at)"""
_ERASED_SINCE = "SELECT subject FROM subject_keys WHERE erased_at > :since"
_TO_REWRAP = f"""
    SELECT {COLUMNS} FROM subject_keys WHERE master_key_id <> :master_key_id AND wrapped_key IS NOT NULL
    LIMIT :limit"""  # noqa: S608  # constants
_REWRAP = """
    UPDATE subject_keys SET wrapped_key = :wrapped_key, master_key_id = :master_key_id
    WHERE subject = :subject AND key_id = :key_id AND wrapped_key IS NOT NULL"""


def of_subjects(transaction: Transaction, subjects: Collection[str]) -> list[SubjectKey]:
    """As `IdentityStore.subject_keys`."""
    return _to_keys(transaction, _OF_SUBJECTS, subjects=list(subjects))


def create(transaction: Transaction, keys: Sequence[SubjectKey]) -> list[SubjectKey]:
    """As `IdentityStore.create_subject_keys`."""
    # In one order, so that two processes that add the same ones do not deadlock.
    for key in sorted(keys, key=lambda each: each.subject):
        transaction.run(
            _INSERT,
            subject=key.subject,
            key_id=key.key_id,
            wrapped_key=key.wrapped_key,
            master_key_id=key.master_key_id,
            created_at=to_micros(key.created_at),
        )
    return of_subjects(transaction, [key.subject for key in keys])


def erase(transaction: Transaction, subject: str, at: datetime) -> None:
    """As `IdentityStore.erase_subject`, but for the files; a subject without a key is marked, and never gets one."""
    transaction.run(_ERASE, subject=subject, at=to_micros(at))


def erased_since(transaction: Transaction, since: datetime) -> frozenset[str]:
    """As `IdentityStore.erased_since`."""
    return frozenset(subject for (subject,) in transaction.run(_ERASED_SINCE, since=to_micros(since)))


def to_rewrap(transaction: Transaction, master_key_id: str, limit: int) -> list[SubjectKey]:
    """As `IdentityStore.subject_keys_to_rewrap`."""
    return _to_keys(transaction, _TO_REWRAP, master_key_id=master_key_id, limit=limit)


def rewrap(transaction: Transaction, keys: Sequence[SubjectKey]) -> None:
    """As `IdentityStore.rewrap_subject_keys`."""
    rows = [
        {
            "subject": key.subject,
            "key_id": key.key_id,
            "wrapped_key": key.wrapped_key,
            "master_key_id": key.master_key_id,
        }
        for key in sorted(keys, key=lambda each: each.subject)
    ]
    transaction.run_many(_REWRAP, rows)


def _to_keys(transaction: Transaction, statement: str, **parameters: object) -> list[SubjectKey]:
    return [
        SubjectKey(subject, key_id, wrapped, master_key_id, from_micros(created), optional_time(erased))
        for subject, key_id, wrapped, master_key_id, created, erased in transaction.run(statement, **parameters)
    ]
