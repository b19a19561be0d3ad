"""The tables beside the library's `stored_events`, as numbered steps; a released step never changes."""

from eventsourcing.sqlite import SQLiteCursor

STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE answers (key TEXT PRIMARY KEY, fingerprint BLOB NOT NULL, body BLOB NOT NULL,"
        " expires_at INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE INDEX answers_by_expiry ON answers (expires_at)",
        "CREATE TABLE timers (id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, token TEXT NOT NULL,"
        " due_at INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE INDEX timers_by_due ON timers (due_at)",
        "CREATE TABLE checkpoints (consumer TEXT NOT NULL, topic TEXT NOT NULL, partition INTEGER NOT NULL,"
        " position INTEGER NOT NULL, PRIMARY KEY (consumer, topic, partition)) WITHOUT ROWID",
        "CREATE TABLE snapshots (stream TEXT NOT NULL, decider TEXT NOT NULL, version INTEGER NOT NULL,"
        " state BLOB NOT NULL, PRIMARY KEY (stream, decider))",
    ),
    (
        "ALTER TABLE timers ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",
        "DROP INDEX timers_by_due",
        "CREATE INDEX timers_by_due ON timers (kind, due_at)",
        "CREATE TABLE parked (consumer TEXT NOT NULL, position INTEGER NOT NULL, subject TEXT NOT NULL,"
        " topic TEXT NOT NULL, partition INTEGER NOT NULL, retry_at INTEGER NOT NULL, attempts INTEGER NOT NULL,"
        " cause TEXT NOT NULL, PRIMARY KEY (consumer, position)) WITHOUT ROWID",
    ),
    (
        "CREATE TABLE log_identity (id TEXT NOT NULL)",
        "INSERT INTO log_identity VALUES (lower(hex(randomblob(16))))",
    ),
    (
        "ALTER TABLE parked ADD COLUMN since INTEGER NOT NULL DEFAULT 0",
        "UPDATE parked SET since = CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER)",
        "ALTER TABLE parked ADD COLUMN trace TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE parked ADD COLUMN dead_at INTEGER",
        "ALTER TABLE parked ADD COLUMN decided INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE parked ADD COLUMN copied INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX parked_by_subject ON parked (consumer, subject)",
        "CREATE INDEX parked_to_copy ON parked (consumer, position) WHERE dead_at IS NOT NULL AND copied = 0",
        "ALTER TABLE timers ADD COLUMN cause TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE timers ADD COLUMN trace TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE timers ADD COLUMN since INTEGER",
        "ALTER TABLE timers ADD COLUMN dead_at INTEGER",
        "ALTER TABLE timers ADD COLUMN copied INTEGER NOT NULL DEFAULT 0",
        "DROP INDEX timers_by_due",
        "CREATE INDEX timers_by_due ON timers (kind, due_at) WHERE dead_at IS NULL",
        "CREATE INDEX timers_failed ON timers (kind, id) WHERE since IS NOT NULL",
    ),
)
"""Times are microseconds since 1970 in UTC. Step n is applied once, and noted as n in `applied_steps`."""


def migrate(cursor: SQLiteCursor) -> None:
    """Apply the steps that are missing, inside the caller's transaction."""
    cursor.execute("CREATE TABLE IF NOT EXISTS applied_steps (number INTEGER PRIMARY KEY)")
    cursor.execute("SELECT ifnull(max(number), 0) FROM applied_steps")
    (applied,) = cursor.fetchone()
    for number, statements in enumerate(STEPS[applied:], start=applied + 1):
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("INSERT INTO applied_steps VALUES (?)", (number,))
