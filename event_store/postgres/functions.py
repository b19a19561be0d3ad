"""The store's functions in PostgreSQL; they are part of the schema, and change only by a new step.

They run with their owner's rights: who may append can do so only by calling them.
"""

LOCK_APPENDS = "pg_advisory_xact_lock(7308324001)"
"""Takes the advisory lock of an append, which is held until what it wrote is durable and visible."""

NEXT_POSITION = f"""
CREATE FUNCTION next_position() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM {LOCK_APPENDS};
    RETURN (SELECT coalesce(max(notification_id), 0) + 1 FROM stored_events);
END $$"""  # noqa: S608  # constants

_REPLACE_TIMER = """
        ON CONFLICT (id) DO UPDATE
        SET kind = excluded.kind, subject = excluded.subject, token = excluded.token, due_at = excluded.due_at"""
_PARKED = """
    IF beside ? 'unparked' THEN
        DELETE FROM parked USING jsonb_to_recordset(beside -> 'unparked') AS given (consumer text, position bigint)
        WHERE parked.consumer = given.consumer AND parked.position = given.position;
    END IF;
    IF beside ? 'parked' THEN
        INSERT INTO parked
        SELECT * FROM jsonb_to_recordset(beside -> 'parked')
            AS given (consumer text, position bigint, subject text, topic text, partition integer,
                      retry_at timestamptz, attempts integer, cause text)
        ORDER BY consumer, position
        ON CONFLICT (consumer, position) DO UPDATE
        SET retry_at = excluded.retry_at, attempts = excluded.attempts, cause = excluded.cause;
    END IF;"""


_PARKED_WHOLE = """
    IF beside ? 'unparked' THEN
        DELETE FROM parked USING jsonb_to_recordset(beside -> 'unparked') AS given (consumer text, position bigint)
        WHERE parked.consumer = given.consumer AND parked.position = given.position;
    END IF;
    IF beside ? 'parked' THEN
        INSERT INTO parked
        SELECT consumer, position, subject, topic, partition, retry_at, attempts, cause,
               -- A service of the release before does not say these.
               coalesce(since, now_is), coalesce(trace, ''), dead_at, coalesce(decided, 0), coalesce(copied, false)
        FROM jsonb_to_recordset(beside -> 'parked')
            AS given (consumer text, position bigint, subject text, topic text, partition integer,
                      retry_at timestamptz, attempts integer, cause text, since timestamptz, trace text,
                      dead_at timestamptz, decided bigint, copied boolean)
        ORDER BY consumer, position
        ON CONFLICT (consumer, position) DO UPDATE
        SET retry_at = excluded.retry_at, attempts = excluded.attempts, cause = excluded.cause, since = excluded.since,
            trace = excluded.trace, dead_at = excluded.dead_at, decided = excluded.decided, copied = excluded.copied;
    END IF;"""
_NEVER_FAILED = "attempts = 0, cause = '', trace = '', since = NULL, dead_at = NULL, copied = false"


def _record_batch(create: str, *, replace_timer: str = _REPLACE_TIMER, more_side_rows: str = "") -> str:
    return f"""
{create} FUNCTION record_batch(
    now_is timestamptz, standing jsonb, streams text[], versions bigint[], types text[], states bytea[], beside jsonb
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    head bigint;
    written bigint;
BEGIN
    -- First, as the library's recorder locks the table before it asks for positions: in one order, nobody deadlocks.
    LOCK TABLE stored_events IN ROW EXCLUSIVE MODE;
    -- What stands, stands for ever: no lock is needed to see that nobody leaves a gap. Taken versions are refused
    -- by the key.
    IF standing IS NOT NULL AND EXISTS (
        SELECT FROM jsonb_each_text(standing) AS s (stream, version) WHERE NOT EXISTS (
            SELECT FROM stored_events
            WHERE originator_id = s.stream AND originator_version = s.version::bigint))
    THEN
        RAISE EXCEPTION 'a stream does not stand there' USING ERRCODE = 'serialization_failure';
    END IF;
    IF beside ? 'answers' THEN
        DELETE FROM answers WHERE key IN (
            SELECT key FROM answers WHERE expires_at <= now_is ORDER BY expires_at LIMIT 1000
            FOR UPDATE SKIP LOCKED);
        INSERT INTO answers
        SELECT key, decode(fingerprint, 'hex'), decode(body, 'hex'), expires_at
        FROM jsonb_to_recordset(beside -> 'answers')
            AS given (key text, fingerprint text, body text, expires_at timestamptz)
        ORDER BY key
        ON CONFLICT (key) DO UPDATE
        SET fingerprint = excluded.fingerprint, body = excluded.body, expires_at = excluded.expires_at
        WHERE answers.expires_at <= now_is;
        GET DIAGNOSTICS written = ROW_COUNT;
        IF written < jsonb_array_length(beside -> 'answers') THEN
            RAISE EXCEPTION 'a key is taken' USING ERRCODE = 'serialization_failure';
        END IF;
    END IF;
    IF beside ? 'cleared' THEN
        DELETE FROM timers WHERE id IN (SELECT jsonb_array_elements_text(beside -> 'cleared'));
    END IF;
    IF beside ? 'timers' THEN
        INSERT INTO timers
        SELECT * FROM jsonb_to_recordset(beside -> 'timers')
            AS given (id text, kind text, subject text, token text, due_at timestamptz)
        ORDER BY id{replace_timer};
    END IF;
    IF beside ? 'checkpoints' THEN
        INSERT INTO checkpoints AS held
        SELECT * FROM jsonb_to_recordset(beside -> 'checkpoints')
            AS given (consumer text, topic text, partition integer, position bigint)
        ORDER BY consumer, topic, partition
        ON CONFLICT (consumer, topic, partition) DO UPDATE SET position = excluded.position
        WHERE held.position < excluded.position;
    END IF;{more_side_rows}
    IF cardinality(streams) = 0 THEN
        RETURN 0;
    END IF;
    PERFORM {LOCK_APPENDS};
    SELECT coalesce(max(notification_id), 0) INTO head FROM stored_events;
    INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id)
    SELECT stream, version, type, state, head + nth
    FROM unnest(streams, versions, types, states) WITH ORDINALITY AS given (stream, version, type, state, nth);
    RETURN head;
END $$"""  # noqa: S608  # constants


RECORD_BATCH = _record_batch("CREATE")
RECORD_BATCH_WITH_PARKED = _record_batch(
    "CREATE OR REPLACE", replace_timer=f"{_REPLACE_TIMER}, attempts = 0", more_side_rows=_PARKED
)

RECORD_BATCH_WITH_DEAD = _record_batch(
    "CREATE OR REPLACE", replace_timer=f"{_REPLACE_TIMER}, {_NEVER_FAILED}", more_side_rows=_PARKED_WHOLE
)

FAIL_TIMERS = """
CREATE FUNCTION fail_timers(failed jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    UPDATE timers SET due_at = given.due_at, attempts = given.attempts, cause = given.cause, trace = given.trace,
        since = coalesce(timers.since, given.since), dead_at = given.dead_at, copied = false
    FROM jsonb_to_recordset(failed)
        AS given (id text, token text, due_at timestamptz, attempts integer, cause text, trace text,
                  since timestamptz, dead_at timestamptz)
    WHERE timers.id = given.id AND timers.token = given.token
$$"""

SETTLE_TIMERS = f"""
CREATE FUNCTION settle_timers(revived jsonb, dropped jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    UPDATE timers SET due_at = given.due_at, {_NEVER_FAILED}
    FROM jsonb_to_recordset(revived) AS given (id text, token text, due_at timestamptz)
    WHERE timers.id = given.id AND timers.token = given.token AND timers.since IS NOT NULL;
    DELETE FROM timers USING jsonb_to_recordset(dropped) AS given (id text, token text)
    WHERE timers.id = given.id AND timers.token = given.token AND timers.since IS NOT NULL;
$$"""  # noqa: S608  # constants

MARK_COPIED = """
CREATE FUNCTION mark_copied(messages jsonb, fired jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    UPDATE parked SET copied = true
    FROM jsonb_to_recordset(messages) AS given (consumer text, position bigint, dead_at timestamptz)
    WHERE parked.consumer = given.consumer AND parked.position = given.position AND parked.dead_at = given.dead_at;
    UPDATE timers SET copied = true
    FROM jsonb_to_recordset(fired) AS given (id text, dead_at timestamptz)
    WHERE timers.id = given.id AND timers.dead_at = given.dead_at;
$$"""

POSTPONE_TIMERS = """
CREATE FUNCTION postpone_timers(later jsonb) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    UPDATE timers SET due_at = given.due_at, attempts = given.attempts
    FROM jsonb_to_recordset(later) AS given (id text, token text, due_at timestamptz, attempts integer)
    WHERE timers.id = given.id AND timers.token = given.token
$$"""

DROP_FOREIGN_CHECKPOINTS = """
CREATE FUNCTION drop_foreign_checkpoints(whose text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    dropped bigint;
BEGIN
    DELETE FROM checkpoints WHERE consumer = whose
    AND (SELECT max(position) FROM checkpoints WHERE consumer = whose)
        > (SELECT coalesce(max(notification_id), 0) FROM stored_events);
    GET DIAGNOSTICS dropped = ROW_COUNT;
    RETURN dropped;
END $$"""

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'events are never changed (%)', tg_op USING ERRCODE = 'insufficient_privilege';
END $$"""
