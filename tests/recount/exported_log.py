"""The log as a file of JSON lines, and as a table of DuckDB: nothing of the shop's own code is asked what it means."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from event_store.reading import EventReader
from schemas.codec import encode_data
from schemas.envelope import Envelope
from tests.recount.definitions import DEFINITIONS
from tests.recount.tables import Tables

COLUMNS = "{position: 'BIGINT', type: 'VARCHAR', moment: 'TIMESTAMP', data: 'JSON'}"
PAGE = 10_000


class ExportedLog(Tables):
    """Answers SQL over the table `log` (position, type, moment in UTC, data) and over what is defined of it."""

    def __init__(self, path: Path) -> None:
        """Read the file of an export."""
        super().__init__()
        self._database.execute(
            f"create table log as select * from read_json('{path}', format='newline_delimited', columns={COLUMNS})"
        )
        for definition in DEFINITIONS:
            self._database.execute(definition)


def export_envelopes(envelopes: Iterable[Envelope], path: Path) -> ExportedLog:
    """Export these events."""
    with path.open("wb") as file:
        for each in envelopes:
            moment = each.occurred_at.replace(tzinfo=None).isoformat(timespec="microseconds")
            file.write(_line(each.position, each.type, moment, orjson.loads(encode_data(each.event))))
    return ExportedLog(path)


async def export_store(store: EventReader, path: Path, *, until: int) -> ExportedLog:
    """Export what a store has up to a position, as it is stored."""
    position = 0
    with path.open("wb") as file:
        while position < until and (page := await store.log(position, limit=PAGE, until=until)):
            for stored in page:
                fields = orjson.loads(stored.state)
                moment = fields["occurredAt"].removesuffix("Z")
                file.write(_line(stored.position, fields["type"], moment, fields["data"]))
            position = page[-1].position
    return ExportedLog(path)


def _line(position: int, name: str, moment: str, data: Any) -> bytes:
    fields = {"position": position, "type": name, "moment": moment, "data": data}
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)
