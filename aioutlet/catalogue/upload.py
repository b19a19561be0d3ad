"""Sends a catalogue file to a running shop, piece by piece, and sums up the reports."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import httpx
import orjson

from aioutlet.journey.running_shop import RunningShop
from aioutlet.journey.shop import retrying
from identity.tokens import TokenIssuer
from schemas.actor_type import ActorType
from schemas.catalogue_file.reader import CatalogueReader
from schemas.catalogue_file.rows import FileFormat, Row, RowFault

PATH = "/admin/catalogue"
PIECE = 500
"""Rows of one request."""
AT_ONCE = 4
"""Requests under way: the shop always has the next one at hand."""
READ_AT_ONCE = 262_144
"""Bytes."""
TIMEOUT = 30.0
"""Seconds one request may take before it is sent again."""
TOKEN_LIFETIME = timedelta(days=1)
COUNTS = ("created", "updated", "priceChanged", "relisted", "discontinued", "unchanged", "failed")


class Progress(Protocol):
    """Is told how many more bytes of the file, and rows of it, are done."""

    def __call__(self, *, read: int, rows: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """What to send, and for how many seconds to ask a shop that does not answer."""

    file: Path
    form: FileFormat
    is_dry_run: bool
    give_up_after: float


@dataclass(slots=True)
class Report:
    """What became of the rows of the whole file; `seconds` it took."""

    is_dry_run: bool
    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[RowFault] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        """How many rows could not be imported."""
        return self.counts["failed"]

    def add_fault(self, fault: RowFault) -> None:
        """Count a row that was not sent."""
        self.rows += 1
        self.counts["failed"] += 1
        self.faults.append(fault)

    def add(self, piece: "Piece", answer: dict[str, Any]) -> None:
        """Count a piece, whose errors are of lines of the piece."""
        self.rows += answer["rows"]
        self.counts.update({name: answer[name] for name in COUNTS})
        for error in answer["errors"]:
            line = piece.lines[error["line"] - 1]
            self.faults.append(RowFault(line, error["code"], error["detail"], error["field"], error["productId"]))


@dataclass(slots=True)
class Piece:
    """Rows to send in one request, on which lines of the file they begin, and how many bytes were read for them."""

    rows: list[bytes] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    read: int = 0

    def add(self, row: Row) -> None:
        """Add a row."""
        self.rows.append(orjson.dumps(row.fields, option=orjson.OPT_APPEND_NEWLINE))
        self.lines.append(row.line)


async def import_file(shop: RunningShop, upload: Upload, progress: Progress) -> Report:
    """Import a file; a request that finds no answer is sent again.

    Raises:
        FileUnreadable: The header is not one of a catalogue file.
        OSError: The file cannot be read.
        httpx.HTTPError: The shop refuses, or has not answered for too long. What it has answered stays.
    """
    loop = asyncio.get_running_loop()
    began, report = loop.time(), Report(upload.is_dry_run)
    async with _client(shop, upload) as client:
        sender = Sender(client, report, progress)
        try:
            for piece in _pieces(upload, report):
                await sender.send(piece)
            await sender.end()
        finally:
            sender.cancel()
    report.seconds = loop.time() - began
    report.faults.sort(key=lambda fault: fault.line)
    return report


class Sender:
    """Keeps `AT_ONCE` requests under way, and adds their answers to the report."""

    def __init__(self, client: httpx.AsyncClient, report: Report, progress: Progress) -> None:
        self._client = client
        self._report = report
        self._progress = progress
        self._running: deque[tuple[Piece, asyncio.Task[dict[str, Any]]]] = deque()

    async def send(self, piece: Piece) -> None:
        """Send a piece, once there is room for it."""
        if len(self._running) == AT_ONCE:
            await self._end_oldest()
        self._running.append((piece, asyncio.create_task(_send(self._client, piece))))

    async def end(self) -> None:
        """Wait for all answers."""
        while self._running:
            await self._end_oldest()

    def cancel(self) -> None:
        """Wait for no answer any more."""
        for _, task in self._running:
            task.cancel()

    async def _end_oldest(self) -> None:
        piece, answer = self._running[0]
        self._report.add(piece, await answer)
        del self._running[0]
        self._progress(read=piece.read, rows=len(piece.rows))


def _client(shop: RunningShop, upload: Upload) -> httpx.AsyncClient:
    token = TokenIssuer(shop.secret).issue("command-line", (ActorType.ADMIN,), ActorType.ADMIN, TOKEN_LIFETIME)
    return httpx.AsyncClient(
        base_url=shop.command_api,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/x-ndjson"},
        params={"dryRun": "true" if upload.is_dry_run else "false"},
        timeout=TIMEOUT,
        transport=retrying(AT_ONCE, upload.give_up_after),
    )


def describe_problem(error: httpx.HTTPError) -> str:
    """Return why the shop did not do what was asked, in one line."""
    if not isinstance(error, httpx.HTTPStatusError):
        return f"the shop does not answer ({type(error).__name__})"
    try:
        return str(error.response.json()["detail"])
    except (ValueError, LookupError, TypeError):
        return f"the shop answers with status {error.response.status_code}"


def _pieces(upload: Upload, report: Report) -> Iterator[Piece]:
    """Yield the rows of the file in pieces; what cannot be sent is added to the report."""
    piece = Piece()
    for size, rows in _read(upload):
        piece.read += size
        for row in rows:
            if isinstance(row, RowFault):
                report.add_fault(row)
                continue
            piece.add(row)
            if len(piece.rows) == PIECE:
                yield piece
                piece = Piece()
    if piece.rows:
        yield piece


def _read(upload: Upload) -> Iterator[tuple[int, list[Row | RowFault]]]:
    """Yield how many bytes were read, and the rows that end in them."""
    reader = CatalogueReader(upload.form)
    with upload.file.open("rb") as file:
        while chunk := file.read(READ_AT_ONCE):
            yield len(chunk), reader.feed(chunk)
    yield 0, reader.close()


async def _send(client: httpx.AsyncClient, piece: Piece) -> dict[str, Any]:
    answer = await client.post(PATH, content=b"".join(piece.rows))
    answer.raise_for_status()
    report: dict[str, Any] = answer.json()
    return report
