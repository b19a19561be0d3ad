"""The log as a file of JSON lines, and as a table of DuckDB: nothing of the shop's own code is asked what it means."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import orjson

from schemas.codec import encode_data
from schemas.envelope import Envelope

COLUMNS = "{position: 'BIGINT', type: 'VARCHAR', moment: 'TIMESTAMP', data: 'JSON'}"
Row = tuple[Any, ...]


class ExportedLog:
    """Answers SQL over the table `log`: position, type, moment (UTC), data."""

    def __init__(self, envelopes: Iterable[Envelope], path: Path) -> None:
        """Write the log to a file, and read it as a table."""
        with path.open("wb") as file:
            for envelope in envelopes:
                file.write(_line(envelope))
        self._database = duckdb.connect()
        self._database.execute(
            f"create table log as select * from read_json('{path}', format='newline_delimited', columns={COLUMNS})"
        )

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        """Return the rows of a query."""
        found: list[Row] = self._database.execute(sql, parameters or None).fetchall()
        return found

    def define(self, sql: str) -> None:
        """Execute a definition."""
        self._database.execute(sql)


def _line(envelope: Envelope) -> bytes:
    moment = envelope.occurred_at.replace(tzinfo=None).isoformat(timespec="microseconds")
    head = {"position": envelope.position, "type": envelope.type, "moment": moment}
    return orjson.dumps(head | {"data": orjson.loads(encode_data(envelope.event))}, option=orjson.OPT_APPEND_NEWLINE)
