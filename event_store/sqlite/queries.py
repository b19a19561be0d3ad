"""What the store asks SQLite, and how its rows take the place of older ones; `{events}` is the library's table."""

KNOWN_STATE = """
    SELECT (SELECT ifnull(max(rowid), 0) FROM stored_events),
           (SELECT json_group_object(touched.value, (SELECT max(originator_version) FROM stored_events
                                                     WHERE originator_id = touched.value))
            FROM json_each(?) AS touched),
           (SELECT json_group_object(answers.key, hex(fingerprint))
            FROM json_each(?) AS asked JOIN answers ON answers.key = asked.value WHERE expires_at > ?)"""
AT_SPOTS = """
    SELECT e.rowid AS position, e.* FROM json_each(?) AS spot CROSS JOIN {events} AS e
    ON e.originator_id = json_extract(spot.value, '$[0]')
    AND e.originator_version = json_extract(spot.value, '$[1]')"""
STREAMS = """
    SELECT e.rowid AS position, e.* FROM json_each(?) AS asked CROSS JOIN {events} AS e
    ON e.originator_id = asked.key AND e.originator_version > asked.value ORDER BY e.rowid"""
LOG = "SELECT rowid AS position, * FROM {events} WHERE rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?"
LOG_OF_TYPES = """
    SELECT rowid AS position, * FROM {events} WHERE rowid > ? AND rowid <= ?
    AND topic IN (SELECT value FROM json_each(?)) ORDER BY rowid LIMIT ?"""
HEAD = "SELECT ifnull(max(rowid), 0) FROM stored_events"
CHECKPOINTS = "SELECT json_group_array(json_array(topic, partition, position)) FROM checkpoints WHERE consumer = ?"
SNAPSHOT = "SELECT version, state FROM snapshots WHERE stream = ? AND decider = ?"
IDEMPOTENCY_RECORD = "SELECT fingerprint, body, expires_at FROM answers WHERE key = ? AND expires_at > ?"
DUE = """
    SELECT json_group_array(json_object('id', id, 'kind', kind, 'subject', subject, 'token', token, 'due_at', due_at))
    FROM (SELECT * FROM timers WHERE due_at <= ? ORDER BY due_at LIMIT ?)"""
NEXT_DUE = "SELECT min(due_at) FROM timers"

NEVER_BACK = "ON CONFLICT DO UPDATE SET position = max(position, excluded.position)"
NEWEST = """ON CONFLICT DO UPDATE SET version = excluded.version, state = excluded.state
    WHERE excluded.version > version"""
