"""The log in columns: lines of a replay become Parquet files, by DuckDB.

Fields of the envelope are columns; `data` is the event as it was stored, its sealed fields as ciphertext.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb

LINE = """{position: 'BIGINT', stream: 'VARCHAR', version: 'BIGINT', type: 'VARCHAR', schemaVersion: 'INTEGER',
    id: 'VARCHAR', occurredAt: 'VARCHAR', recordedAt: 'VARCHAR', correlationId: 'VARCHAR', causationId: 'VARCHAR',
    requestId: 'VARCHAR', actor: 'STRUCT("type" VARCHAR, id VARCHAR)', subjectId: 'VARCHAR', data: 'JSON'}"""
COLUMNS = {
    "position": ("BIGINT", "position"),
    "stream": ("VARCHAR", "stream"),
    "version": ("BIGINT", "version"),
    "type": ("VARCHAR", "type"),
    "schema_version": ("INTEGER", "schemaVersion"),
    "id": ("VARCHAR", "id"),
    "occurred_at": ("TIMESTAMPTZ", "try_cast(occurredAt AS TIMESTAMPTZ)"),
    "recorded_at": ("TIMESTAMPTZ", "try_cast(coalesce(recordedAt, occurredAt) AS TIMESTAMPTZ)"),
    "correlation_id": ("VARCHAR", "correlationId"),
    "causation_id": ("VARCHAR", "causationId"),
    "request_id": ("VARCHAR", "requestId"),
    "actor_type": ("VARCHAR", "actor.type"),
    "actor_id": ("VARCHAR", "actor.id"),
    "subject_id": ("VARCHAR", "subjectId"),
    "data": ("JSON", "data"),
}
"""The columns of every event: type in DuckDB, and how it follows from the line of `history.replay.json_lines`."""
_SELECTED = ", ".join(f"{how} AS {name}" for name, (_, how) in COLUMNS.items())
_PARTIAL = ".partial"


def lines_as_rows(lines: Sequence[Path]) -> str:
    """Return the query for the columns of the events in these files of lines."""
    files = ", ".join(map(quoted, lines))
    return (
        f"SELECT {_SELECTED} FROM read_json([{files}], format = 'newline_delimited', columns = {LINE},"  # noqa: S608  # quoted
        " maximum_object_size = 268435456)"
    )


def write_columns(rows: str, path: Path) -> None:
    """Write the rows of a query to a Parquet file, which appears when it is complete."""
    partial = path.with_name(path.name + _PARTIAL)
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(f"COPY ({rows}) TO {quoted(partial)} (FORMAT parquet, COMPRESSION zstd)")
    partial.replace(path)


def quoted(path: Path) -> str:
    """Return a path as SQL writes text."""
    return "'" + str(path).replace("'", "''") + "'"
