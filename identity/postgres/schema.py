"""The tables and rights of the identity store on PostgreSQL, as numbered steps; a released step never changes."""

from typing import Any

import psycopg

from schemas.error_codes import code_of
from schemas.errors import Unavailable

MIGRATION = 7_308_324_002
"""The advisory lock of a migration."""
WRITER, READER = "aioutlet_writer", "aioutlet_reader"
"""The roles of the event store: who may append may write here. A reader sees no hash and no credential."""

STEPS: tuple[tuple[str, ...], ...] = (
    (
        'CREATE TABLE credentials (user_id text COLLATE "C" PRIMARY KEY, address_index text COLLATE "C" NOT NULL,'
        " password_hash text, is_claimed boolean NOT NULL, created_at bigint NOT NULL, changed_at bigint NOT NULL)",
        "CREATE INDEX credentials_by_address ON credentials (address_index, is_claimed, created_at)",
        "CREATE UNIQUE INDEX credentials_claimed ON credentials (address_index) WHERE is_claimed",
        'CREATE TABLE sessions (session_id text COLLATE "C" PRIMARY KEY, user_id text COLLATE "C" NOT NULL,'
        " token_hash bytea NOT NULL, created_at bigint NOT NULL, expires_at bigint NOT NULL,"
        " generation bigint NOT NULL, previous_hash bytea, rotated_at bigint, is_grace_used boolean NOT NULL,"
        " revoked_at bigint)",
        "CREATE INDEX sessions_by_person ON sessions (user_id)",
        "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
        "CREATE INDEX sessions_by_revocation ON sessions (revoked_at) WHERE revoked_at IS NOT NULL",
        'CREATE TABLE subject_keys (subject text COLLATE "C" PRIMARY KEY, key_id text COLLATE "C" NOT NULL,'
        ' wrapped_key bytea, master_key_id text COLLATE "C" NOT NULL, created_at bigint NOT NULL, erased_at bigint)',
        "CREATE INDEX subject_keys_by_master_key ON subject_keys (master_key_id) WHERE wrapped_key IS NOT NULL",
        'CREATE TABLE token_keys (kid text COLLATE "C" PRIMARY KEY, wrapped_secret bytea NOT NULL,'
        ' master_key_id text COLLATE "C" NOT NULL, created_at bigint NOT NULL, retires_at bigint)',
        "CREATE TABLE root_keys (number integer PRIMARY KEY CHECK (number = 1), wrapped_key bytea NOT NULL,"
        ' master_key_id text COLLATE "C" NOT NULL, created_at bigint NOT NULL)',
        *(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN"
            f" CREATE ROLE {role} NOLOGIN; END IF;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"  # made for another database
            for role in (WRITER, READER)
        ),
        f"DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {WRITER}, {READER}', current_schema()); END $$",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON credentials, sessions, subject_keys, token_keys, root_keys"
        f" TO {WRITER}",
        "GRANT SELECT (session_id, user_id, created_at, expires_at, generation, rotated_at, is_grace_used, revoked_at)"
        f" ON sessions TO {READER}",
        f"GRANT SELECT ON subject_keys, token_keys, root_keys TO {READER}",
        f"GRANT SELECT ON identity_steps TO {WRITER}, {READER}",
    ),
    ("CREATE INDEX subject_keys_by_erasure ON subject_keys (erased_at) WHERE erased_at IS NOT NULL",),
)
"""Times are microseconds since 1970 in UTC. Step n is applied once, and noted as n in `identity_steps`."""


def migrate(url: str) -> int:
    """Apply the steps that are missing, all of them or none, and return how many; several processes may try at once.

    Raises:
        Unavailable: The database does not answer, or refuses a step.
    """
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION,))
            connection.execute(
                "CREATE TABLE IF NOT EXISTS identity_steps"
                " (number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
            )
            return _apply(connection)
    except psycopg.Error as error:
        raise Unavailable(f"the identity store cannot be migrated: {code_of(error)}") from error


def steps_applied(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    """Return the number of the last applied step, 0 where the database was never migrated."""
    if connection.execute("SELECT to_regclass('identity_steps') IS NOT NULL").fetchone() != (True,):
        return 0
    ((applied,),) = connection.execute("SELECT coalesce(max(number), 0) FROM identity_steps").fetchall()
    return int(applied)


def _apply(connection: psycopg.Connection[tuple[Any, ...]]) -> int:
    missing = list(enumerate(STEPS, start=1))[steps_applied(connection) :]
    for number, statements in missing:
        for statement in statements:
            connection.execute(statement.encode())
        connection.execute("INSERT INTO identity_steps (number) VALUES (%s)", (number,))
    return len(missing)
