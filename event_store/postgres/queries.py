"""The store's queries to PostgreSQL; each is one statement, and so sees one state of the database."""

from event_store.postgres.functions import LOCK_APPENDS

RECORD = "SELECT record_batch(%s, %s::jsonb, %b::text[], %s::bigint[], %b::text[], %b::bytea[], %s::jsonb)"

LOCK = b"LOCK TABLE stored_events IN ROW EXCLUSIVE MODE; SELECT %b" % LOCK_APPENDS.encode()
"""Takes the lock of an append, after that of the table: in one order, nobody deadlocks."""

COPY = b"""
    COPY stored_events (originator_id, originator_version, topic, state, notification_id)
    FROM STDIN (FORMAT BINARY)"""

STANDING = """
    SELECT originator_id, originator_version
    FROM unnest(%b::text[], %s::bigint[]) AS wanted (stream, version) JOIN stored_events AS e
    ON e.originator_id = wanted.stream AND e.originator_version = wanted.version"""

EVENT = "e.notification_id, e.originator_id, e.originator_version, e.topic, e.state"
"""The columns of `Stored`, in its order."""

KNOWN_STATE = f"""
    SELECT known.*, {EVENT}
    FROM (SELECT
        (SELECT coalesce(max(notification_id), 0) FROM stored_events),
        (SELECT jsonb_object_agg(stream, last.version)
         FROM unnest(%s::text[]) AS stream,
              LATERAL (SELECT max(originator_version) AS version FROM stored_events
                       WHERE originator_id = stream) AS last
         WHERE last.version IS NOT NULL),
        (SELECT jsonb_object_agg(key, encode(fingerprint, 'hex')) FROM answers
         WHERE key = ANY(%s::text[]) AND expires_at > %s)) AS known
    LEFT JOIN (
        unnest(%s::text[], %s::bigint[]) AS wanted (stream, version) JOIN stored_events AS e
        ON e.originator_id = wanted.stream AND e.originator_version = wanted.version) ON true"""  # noqa: S608  # constants

STREAMS = f"""
    SELECT {EVENT} FROM unnest(%s::text[], %s::bigint[]) AS wanted (stream, version) JOIN stored_events AS e
    ON e.originator_id = wanted.stream AND e.originator_version > wanted.version
    ORDER BY e.originator_id, e.originator_version"""  # noqa: S608  # constants

LOG = f"""
    SELECT {EVENT} FROM stored_events AS e WHERE notification_id > %s AND notification_id <= %s
    ORDER BY notification_id LIMIT %s"""  # noqa: S608  # constants

LOG_OF_TYPES = f"""
    SELECT {EVENT} FROM stored_events AS e WHERE notification_id > %s AND notification_id <= %s
    AND topic = ANY(%s::text[]) ORDER BY notification_id LIMIT %s"""  # noqa: S608  # constants

SCAN = f"""
    SELECT {EVENT}
    FROM stored_events AS e, (SELECT %b::text[], %b::text[], %b::bytea[]) AS wanted (types, prefixes, parts)
    WHERE notification_id > %s AND notification_id <= %s
    AND (cardinality(types) = 0 OR topic = ANY(types))
    AND (cardinality(prefixes) = 0
         OR EXISTS (SELECT FROM unnest(prefixes) AS prefix WHERE starts_with(originator_id, prefix)))
    AND NOT EXISTS (SELECT FROM unnest(parts) AS part WHERE position(part IN state) = 0)
    ORDER BY notification_id {{order}} LIMIT %s"""  # noqa: S608  # constants

VERSIONS = f"""
    SELECT {EVENT} FROM stored_events AS e WHERE originator_id = %s AND originator_version > %s
    AND originator_version <= %s ORDER BY originator_version {{order}} LIMIT %s"""  # noqa: S608  # constants

POSITION = """
    SELECT coalesce(max(notification_id), 0) FROM stored_events WHERE originator_id = %s AND originator_version = %s"""

HEAD = "SELECT coalesce(max(notification_id), 0) FROM stored_events"

LOG_ID = "SELECT id FROM log_identity"

EVENT_IDS = """
    SELECT notification_id, substring(state FROM 1 FOR %s) FROM stored_events
    WHERE notification_id = ANY(%s::bigint[])"""

AT_POSITIONS = f"""
    SELECT {EVENT} FROM stored_events AS e WHERE notification_id = ANY(%s::bigint[])
    ORDER BY notification_id"""  # noqa: S608  # constants

CHECKPOINTS = "SELECT topic, partition, position FROM checkpoints WHERE consumer = %s"

SNAPSHOT = "SELECT version, state FROM snapshots WHERE stream = %s AND decider = %s"

IDEMPOTENCY_RECORD = "SELECT fingerprint, body, expires_at FROM answers WHERE key = %s AND expires_at > %s"

DUE = """
    SELECT id, kind, subject, token, due_at, attempts FROM timers WHERE due_at <= %s AND kind = %s AND dead_at IS NULL
    ORDER BY due_at LIMIT %s"""

TIMERS = "SELECT id, kind, subject, token, due_at, attempts FROM timers WHERE id = ANY(%s::text[]) ORDER BY due_at"

POSTPONE = "SELECT postpone_timers(%s::jsonb)"

FAIL_TIMERS = "SELECT fail_timers(%s::jsonb)"

SETTLE_TIMERS = "SELECT settle_timers(%s::jsonb, %s::jsonb)"

MARK_COPIED = "SELECT mark_copied(%s::jsonb, %s::jsonb)"

_PARKED_COLUMNS = """consumer, position, subject, topic, partition, retry_at, attempts, cause, since, trace, dead_at,
    decided, copied"""

PARKED = f"SELECT {_PARKED_COLUMNS} FROM parked WHERE consumer = %s ORDER BY position"  # noqa: S608  # constants

PARKED_SUBJECTS = "SELECT DISTINCT subject FROM parked WHERE consumer = %s"

TO_COPY = "AND p.dead_at IS NOT NULL AND NOT p.copied"
"""Said besides the parameters that say the same, so that the index of these few rows is used."""

_WANTED = """(SELECT %s::text AS consumer, %s::text AS cause, %s::text AS subject, %s::boolean AS is_dead,
    %s::boolean AS is_copied) AS wanted"""
_IS_WANTED = """(wanted.cause IS NULL OR p.cause = wanted.cause)
    AND (wanted.subject IS NULL OR p.subject = wanted.subject)
    AND (wanted.is_dead IS NULL OR (p.dead_at IS NOT NULL) = wanted.is_dead)
    AND (wanted.is_copied IS NULL OR p.copied = wanted.is_copied)"""

PARKED_MESSAGES = f"""
    SELECT p.consumer, p.position, p.subject, p.topic, p.partition, p.retry_at, p.attempts, p.cause, p.since, p.trace,
        p.dead_at, p.decided, p.copied
    FROM parked AS p, {_WANTED}
    WHERE (wanted.consumer IS NULL OR p.consumer = wanted.consumer) AND {_IS_WANTED} AND p.cause <> %s {{more}}
    AND (p.consumer, p.position) > (%s, %s) ORDER BY p.consumer, p.position LIMIT %s"""  # noqa: S608  # constants

FAILED_TIMERS = f"""
    SELECT p.id, p.kind, p.subject, p.token, p.due_at, p.attempts, p.cause, p.trace, p.since, p.dead_at, p.copied
    FROM timers AS p, {_WANTED}
    WHERE p.since IS NOT NULL AND (wanted.consumer IS NULL OR p.kind = wanted.consumer) AND {_IS_WANTED}
    AND (p.kind, p.id) > (%s, %s) ORDER BY p.kind, p.id LIMIT %s"""  # noqa: S608  # constants

PARKED_COUNTS = """
    SELECT 'message', consumer, cause, dead_at IS NOT NULL, count(*) FROM parked GROUP BY 2, 3, 4
    UNION ALL SELECT 'timer', kind, cause, dead_at IS NOT NULL, count(*)
    FROM timers WHERE since IS NOT NULL GROUP BY 2, 3, 4"""

DROP_FOREIGN_CHECKPOINTS = "SELECT drop_foreign_checkpoints(%s)"

SAVE_SNAPSHOT = """
    INSERT INTO snapshots AS known VALUES (%s, %s, %s, %s)
    ON CONFLICT (stream, decider) DO UPDATE SET version = excluded.version, state = excluded.state
    WHERE excluded.version > known.version"""
