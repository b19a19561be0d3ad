"""The store's queries to SQLite, and what its rows replace; `{events}` is the library's table."""

KNOWN_STATE = """
    SELECT (SELECT ifnull(max(rowid), 0) FROM stored_events),
           (SELECT json_group_object(stream.value, (SELECT max(originator_version) FROM stored_events
                                                     WHERE originator_id = stream.value))
            FROM json_each(?) AS stream),
           (SELECT json_group_object(answers.key, hex(fingerprint))
            FROM json_each(?) AS wanted JOIN answers ON answers.key = wanted.value WHERE expires_at > ?)"""
EVENTS_AT = """
    SELECT e.rowid AS position, e.* FROM json_each(?) AS wanted CROSS JOIN {events} AS e
    ON e.originator_id = json_extract(wanted.value, '$[0]')
    AND e.originator_version = json_extract(wanted.value, '$[1]')"""
STREAMS = """
    SELECT e.rowid AS position, e.* FROM json_each(?) AS wanted CROSS JOIN {events} AS e
    ON e.originator_id = wanted.key AND e.originator_version > wanted.value ORDER BY e.rowid"""
LOG = "SELECT rowid AS position, * FROM {events} WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"
LOG_OF_TYPES = """
    SELECT rowid AS position, * FROM {events} WHERE rowid > ? AND rowid <= ?
    AND topic IN (SELECT value FROM json_each(?)) ORDER BY rowid LIMIT ?"""
SCAN = """
    SELECT rowid AS position, * FROM {{events}} WHERE rowid > ?1 AND rowid <= ?2
    AND (?3 = '[]' OR topic IN (SELECT value FROM json_each(?3)))
    AND (?4 = '[]' OR EXISTS (SELECT 1 FROM json_each(?4) WHERE substr(originator_id, 1, length(value)) = value))
    AND NOT EXISTS (SELECT 1 FROM json_each(?5) WHERE instr(state, CAST(value AS BLOB)) = 0)
    ORDER BY rowid {order} LIMIT ?6"""
VERSIONS = """
    SELECT rowid AS position, * FROM {{events}} WHERE originator_id = ? AND originator_version > ?
    AND originator_version <= ? ORDER BY originator_version {order} LIMIT ?"""
POSITION = "SELECT ifnull(max(rowid), 0) FROM stored_events WHERE originator_id = ? AND originator_version = ?"
HEAD = "SELECT ifnull(max(rowid), 0) FROM stored_events"
LOG_ID = "SELECT id FROM log_identity"
EVENT_IDS = """
    SELECT rowid, ifnull(substr(state, 1, ?), x'') FROM stored_events
    WHERE rowid IN (SELECT value FROM json_each(?))"""
AT_POSITIONS = """
    SELECT rowid AS position, * FROM {events} WHERE rowid IN (SELECT value FROM json_each(?)) ORDER BY rowid"""
CHECKPOINTS = "SELECT json_group_array(json_array(topic, partition, position)) FROM checkpoints WHERE consumer = ?"
SNAPSHOT = "SELECT version, state FROM snapshots WHERE stream = ? AND decider = ?"
IDEMPOTENCY_RECORD = "SELECT fingerprint, body, expires_at FROM answers WHERE key = ? AND expires_at > ?"
DUE = """
    SELECT json_group_array(json_array(id, kind, subject, token, due_at, attempts))
    FROM (SELECT * FROM timers WHERE due_at <= ? AND kind = ? AND dead_at IS NULL ORDER BY due_at LIMIT ?)"""
TIMERS = """
    SELECT json_group_array(json_array(id, kind, subject, token, due_at, attempts))
    FROM (SELECT * FROM timers WHERE id IN (SELECT value FROM json_each(?)) ORDER BY due_at)"""
POSTPONE = """
    UPDATE timers SET due_at = json_extract(later.value, '$[2]'), attempts = json_extract(later.value, '$[3]')
    FROM json_each(?) AS later
    WHERE timers.id = json_extract(later.value, '$[0]') AND timers.token = json_extract(later.value, '$[1]')"""
FAIL_TIMERS = """
    UPDATE timers SET due_at = json_extract(failed.value, '$[2]'), attempts = json_extract(failed.value, '$[3]'),
        cause = json_extract(failed.value, '$[4]'), trace = json_extract(failed.value, '$[5]'),
        since = ifnull(timers.since, json_extract(failed.value, '$[6]')),
        dead_at = json_extract(failed.value, '$[7]'), copied = 0
    FROM json_each(?) AS failed
    WHERE timers.id = json_extract(failed.value, '$[0]') AND timers.token = json_extract(failed.value, '$[1]')"""
REVIVE_TIMERS = """
    UPDATE timers SET due_at = json_extract(revived.value, '$[2]'), attempts = 0, cause = '', trace = '',
        since = NULL, dead_at = NULL, copied = 0
    FROM json_each(?) AS revived
    WHERE timers.id = json_extract(revived.value, '$[0]') AND timers.token = json_extract(revived.value, '$[1]')
    AND timers.since IS NOT NULL"""
DROP_TIMERS = """
    DELETE FROM timers WHERE since IS NOT NULL AND (id, token) IN (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"""
PARKED_COLUMNS = """consumer, position, subject, topic, partition, retry_at, attempts, cause, since, trace, dead_at,
    decided, copied"""
PARKED = f"""
    SELECT json_group_array(json_array({PARKED_COLUMNS}))
    FROM (SELECT * FROM parked WHERE consumer = ? ORDER BY position)"""  # noqa: S608  # constants
PARKED_SUBJECTS = "SELECT json_group_array(DISTINCT subject) FROM parked WHERE consumer = ?"
TO_COPY = "AND dead_at IS NOT NULL AND copied = 0"
"""Said besides the parameters that say the same, so that the index of these few rows is used."""
_WANTED = """
    AND (?2 IS NULL OR cause = ?2) AND (?3 IS NULL OR subject = ?3) AND (?4 IS NULL OR (dead_at IS NOT NULL) = ?4)
    AND (?5 IS NULL OR copied = ?5)"""
PARKED_MESSAGES = f"""
    SELECT json_group_array(json_array({PARKED_COLUMNS}))
    FROM (SELECT * FROM parked WHERE (?1 IS NULL OR consumer = ?1) {_WANTED} AND cause <> ?6 {{more}}
          AND (consumer, position) > (?7, ?8) ORDER BY consumer, position LIMIT ?9)"""  # noqa: S608  # constants
FAILED_TIMERS = f"""
    SELECT json_group_array(json_array(
        id, kind, subject, token, due_at, attempts, cause, trace, since, dead_at, copied))
    FROM (SELECT * FROM timers WHERE since IS NOT NULL AND (?1 IS NULL OR kind = ?1) {_WANTED}
          AND (kind, id) > (?6, ?7) ORDER BY kind, id LIMIT ?8)"""  # noqa: S608  # constants
PARKED_COUNTS = """
    SELECT json_group_array(json_array(what, consumer, cause, is_dead, number)) FROM (
        SELECT 'message' AS what, consumer, cause, dead_at IS NOT NULL AS is_dead, count(*) AS number
        FROM parked GROUP BY consumer, cause, is_dead
        UNION ALL SELECT 'timer', kind, cause, dead_at IS NOT NULL AS is_dead, count(*)
        FROM timers WHERE since IS NOT NULL GROUP BY kind, cause, is_dead)"""
PARKED_COPIED = """
    UPDATE parked SET copied = 1 WHERE (consumer, position, dead_at) IN (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
        FROM json_each(?))"""
TIMERS_COPIED = """
    UPDATE timers SET copied = 1 WHERE (id, dead_at) IN (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"""
UNPARK = """
    DELETE FROM parked WHERE (consumer, position) IN (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"""
DROP_FOREIGN_CHECKPOINTS = """
    DELETE FROM checkpoints WHERE consumer = ?1 AND (SELECT max(position) FROM checkpoints WHERE consumer = ?1)
    > (SELECT ifnull(max(rowid), 0) FROM stored_events)"""

KEEP_HIGHEST_POSITION = "ON CONFLICT DO UPDATE SET position = max(position, excluded.position)"
KEEP_NEWEST_VERSION = """ON CONFLICT DO UPDATE SET version = excluded.version, state = excluded.state
    WHERE excluded.version > version"""
