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
CHECKPOINTS = "SELECT json_group_array(json_array(topic, partition, position)) FROM checkpoints WHERE consumer = ?"
SNAPSHOT = "SELECT version, state FROM snapshots WHERE stream = ? AND decider = ?"
IDEMPOTENCY_RECORD = "SELECT fingerprint, body, expires_at FROM answers WHERE key = ? AND expires_at > ?"
DUE = """
    SELECT json_group_array(json_array(id, kind, subject, token, due_at, attempts))
    FROM (SELECT * FROM timers WHERE due_at <= ? AND kind = ? ORDER BY due_at LIMIT ?)"""
TIMERS = """
    SELECT json_group_array(json_array(id, kind, subject, token, due_at, attempts))
    FROM (SELECT * FROM timers WHERE id IN (SELECT value FROM json_each(?)) ORDER BY due_at)"""
POSTPONE = """
    UPDATE timers SET due_at = json_extract(later.value, '$[2]'), attempts = json_extract(later.value, '$[3]')
    FROM json_each(?) AS later
    WHERE timers.id = json_extract(later.value, '$[0]') AND timers.token = json_extract(later.value, '$[1]')"""
PARKED = """
    SELECT json_group_array(json_array(consumer, position, subject, topic, partition, retry_at, attempts, cause))
    FROM (SELECT * FROM parked WHERE consumer = ? ORDER BY position)"""
UNPARK = """
    DELETE FROM parked WHERE (consumer, position) IN (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"""
DROP_FOREIGN_CHECKPOINTS = """
    DELETE FROM checkpoints WHERE consumer = ?1 AND (SELECT max(position) FROM checkpoints WHERE consumer = ?1)
    > (SELECT ifnull(max(rowid), 0) FROM stored_events)"""

KEEP_HIGHEST_POSITION = "ON CONFLICT DO UPDATE SET position = max(position, excluded.position)"
KEEP_NEWEST_VERSION = """ON CONFLICT DO UPDATE SET version = excluded.version, state = excluded.state
    WHERE excluded.version > version"""
