"""The tables, functions and rights of the store on PostgreSQL, as numbered steps; a released step never changes.

`stored_events` is the library's table, but for the default of its positions: `next_position` takes the next one under a
lock that lasts until the commit. So positions are contiguous and become visible in order, whoever inserts, the
library's own recorder included. A counter row would do the same, but every append would leave a dead version of it.
"""

import psycopg

from event_store.postgres.connections import Connection
from event_store.postgres.functions import (
    DROP_FOREIGN_CHECKPOINTS,
    NEXT_POSITION,
    POSTPONE_TIMERS,
    RECORD_BATCH,
    RECORD_BATCH_WITH_PARKED,
    REFUSE_CHANGE,
)
from schemas.error_codes import code_of
from schemas.errors import Unavailable

MIGRATION = 7_308_324_000
"""The advisory lock of a migration."""
WRITER, READER = "aioutlet_writer", "aioutlet_reader"
"""A service's own role is a member of one of these."""

STEPS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TYPE stored_event_text AS (originator_id text, originator_version bigint, topic text, state bytea)",
        'CREATE TABLE stored_events (originator_id text COLLATE "C" NOT NULL, originator_version bigint NOT NULL,'
        " topic text, state bytea, notification_id bigint NOT NULL, PRIMARY KEY (originator_id, originator_version))"
        " WITH (toast_tuple_target = 8160,"  # a row stays in its page: to compress it takes longer than to write it
        " autovacuum_analyze_scale_factor = 0.01, autovacuum_analyze_threshold = 1000)",
        "CREATE UNIQUE INDEX stored_events_notification_id_idx ON stored_events (notification_id)",
        'CREATE TABLE answers (key text COLLATE "C" PRIMARY KEY, fingerprint bytea NOT NULL, body bytea NOT NULL,'
        " expires_at timestamptz NOT NULL)",
        "CREATE INDEX answers_by_expiry ON answers (expires_at)",
        'CREATE TABLE timers (id text COLLATE "C" PRIMARY KEY, kind text NOT NULL, subject text NOT NULL,'
        " token text NOT NULL, due_at timestamptz NOT NULL) WITH (autovacuum_vacuum_scale_factor = 0.02)",
        "CREATE INDEX timers_by_due ON timers (due_at)",
        'CREATE TABLE checkpoints (consumer text COLLATE "C" NOT NULL, topic text COLLATE "C" NOT NULL,'
        " partition integer NOT NULL, position bigint NOT NULL, PRIMARY KEY (consumer, topic, partition))"
        " WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)",
        'CREATE TABLE snapshots (stream text COLLATE "C" NOT NULL, decider text COLLATE "C" NOT NULL,'
        " version bigint NOT NULL, state bytea NOT NULL, PRIMARY KEY (stream, decider))",
        NEXT_POSITION,
        "ALTER TABLE stored_events ALTER COLUMN notification_id SET DEFAULT next_position()",
        RECORD_BATCH,
        REFUSE_CHANGE,
        "CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON stored_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        "ALTER TABLE stored_events ENABLE ALWAYS TRIGGER refuse_change",
    ),
    (
        *(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN"
            f" CREATE ROLE {role} NOLOGIN; END IF;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"  # made for another database
            for role in (WRITER, READER)
        ),
        f"DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO {WRITER}, {READER}', current_schema()); END $$",
        f"GRANT SELECT ON stored_events, answers, timers, checkpoints, snapshots, applied_steps TO {WRITER}",
        f"GRANT SELECT ON stored_events, checkpoints, snapshots, applied_steps TO {READER}",
        f"GRANT INSERT (originator_id, originator_version, topic, state) ON stored_events TO {WRITER}",
        f"GRANT INSERT, UPDATE, DELETE ON snapshots TO {WRITER}",
        "REVOKE ALL ON FUNCTION next_position, record_batch, refuse_change FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION next_position, record_batch TO {WRITER}",
    ),
    (
        "ALTER TABLE timers ADD COLUMN attempts integer NOT NULL DEFAULT 0",
        "DROP INDEX timers_by_due",
        "CREATE INDEX timers_by_due ON timers (kind, due_at)",
        'CREATE TABLE parked (consumer text COLLATE "C" NOT NULL, position bigint NOT NULL, subject text NOT NULL,'
        " topic text NOT NULL, partition integer NOT NULL, retry_at timestamptz NOT NULL, attempts integer NOT NULL,"
        " cause text NOT NULL, PRIMARY KEY (consumer, position))",
        RECORD_BATCH_WITH_PARKED,
        POSTPONE_TIMERS,
        f"GRANT SELECT ON parked TO {WRITER}, {READER}",
        "REVOKE ALL ON FUNCTION postpone_timers FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION postpone_timers TO {WRITER}",
    ),
    (
        "CREATE TABLE log_identity (id text NOT NULL)",
        "INSERT INTO log_identity VALUES (replace(gen_random_uuid()::text, '-', ''))",
        f"GRANT SELECT ON log_identity TO {WRITER}, {READER}",
        DROP_FOREIGN_CHECKPOINTS,
        "REVOKE ALL ON FUNCTION drop_foreign_checkpoints FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION drop_foreign_checkpoints TO {WRITER}",
    ),
    (f"GRANT SELECT ON timers TO {READER}",),
)
"""Step n is applied once, and noted as n in `applied_steps`."""


def migrate(url: str) -> int:
    """Apply the steps that are missing, all of them or none, and return how many; several processes may try at once.

    The role of `url` owns what is created, and must be allowed to create the two roles unless they exist.

    Raises:
        Unavailable: The database does not answer, or refuses a step.
    """
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (MIGRATION,))
            # Functions keep this path: they run with the owner's rights, and must not find a caller's temporary table.
            connection.execute("SELECT set_config('search_path', format('%I, pg_temp', current_schema()), true)")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS applied_steps"
                " (number integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())"
            )
            return _apply(connection)
    except psycopg.Error as error:
        raise Unavailable(f"the event store cannot be migrated: {code_of(error)}") from error


def steps_applied(connection: Connection) -> int:
    """Return the number of the last applied step, 0 where the database was never migrated."""
    has_table = connection.execute("SELECT to_regclass('applied_steps') IS NOT NULL").fetchone()
    if has_table != (True,):
        return 0
    ((applied,),) = connection.execute("SELECT coalesce(max(number), 0) FROM applied_steps").fetchall()
    return int(applied)


def _apply(connection: Connection) -> int:
    missing = list(enumerate(STEPS, start=1))[steps_applied(connection) :]
    for number, statements in missing:
        for statement in statements:
            connection.execute(statement.encode())
        connection.execute("INSERT INTO applied_steps (number) VALUES (%s)", (number,))
    return len(missing)
