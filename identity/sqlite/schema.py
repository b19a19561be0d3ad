"""The tables, as numbered steps; a released step never changes."""

import sqlite3

STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE credentials (user_id TEXT PRIMARY KEY, address_index TEXT NOT NULL, password_hash TEXT,"
        " is_claimed INTEGER NOT NULL, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE INDEX credentials_by_address ON credentials (address_index, is_claimed, created_at)",
        "CREATE UNIQUE INDEX credentials_claimed ON credentials (address_index) WHERE is_claimed",
        "CREATE TABLE sessions (session_id TEXT PRIMARY KEY, user_id TEXT NOT NULL, token_hash BLOB NOT NULL,"
        " created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, generation INTEGER NOT NULL, previous_hash BLOB,"
        " rotated_at INTEGER, is_grace_used INTEGER NOT NULL, revoked_at INTEGER) WITHOUT ROWID",
        "CREATE INDEX sessions_by_person ON sessions (user_id)",
        "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
        "CREATE INDEX sessions_by_revocation ON sessions (revoked_at) WHERE revoked_at IS NOT NULL",
        "CREATE TABLE subject_keys (subject TEXT PRIMARY KEY, key_id TEXT NOT NULL, wrapped_key BLOB,"
        " master_key_id TEXT NOT NULL, created_at INTEGER NOT NULL, erased_at INTEGER) WITHOUT ROWID",
        "CREATE INDEX subject_keys_by_master_key ON subject_keys (master_key_id) WHERE wrapped_key IS NOT NULL",
        "CREATE TABLE token_keys (kid TEXT PRIMARY KEY, wrapped_secret BLOB NOT NULL, master_key_id TEXT NOT NULL,"
        " created_at INTEGER NOT NULL, retires_at INTEGER) WITHOUT ROWID",
        "CREATE TABLE root_keys (number INTEGER PRIMARY KEY CHECK (number = 1), wrapped_key BLOB NOT NULL,"
        " master_key_id TEXT NOT NULL, created_at INTEGER NOT NULL)",
    ),
    ("CREATE INDEX subject_keys_by_erasure ON subject_keys (erased_at) WHERE erased_at IS NOT NULL",),
)
"""Times are microseconds since 1970 in UTC. Step n is applied once, and noted as n in `identity_steps`."""


def migrate(connection: sqlite3.Connection) -> None:
    """Apply the steps that are missing, inside the caller's transaction."""
    connection.execute("CREATE TABLE IF NOT EXISTS identity_steps (number INTEGER PRIMARY KEY)")
    (applied,) = connection.execute("SELECT ifnull(max(number), 0) FROM identity_steps").fetchone()
    for number, statements in enumerate(STEPS[applied:], start=applied + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO identity_steps VALUES (?)", (number,))
