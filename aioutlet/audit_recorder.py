"""Has the command API record who reads the audit, for the service that answers it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import httpx

from query_api.audit.notes import Note, RecordNote
from schemas.audit import RecordAuditRead
from schemas.errors import TooManyRequests, Unavailable

READS, EXPORTS = "/audit/reads", "/audit/exports"
TIMEOUT = 4.0
"""Seconds."""
RETRY_AFTER = 60


@asynccontextmanager
async def recording_audit(command_url: str, issue_token: Callable[[], str]) -> AsyncIterator[RecordNote]:
    """Give what sends a note to the command API, with a token of the system."""
    async with httpx.AsyncClient(base_url=command_url, timeout=TIMEOUT) as client:

        async def record(note: Note) -> None:
            path = READS if isinstance(note, RecordAuditRead) else EXPORTS
            headers = {"Authorization": f"Bearer {issue_token()}"}
            try:
                answer = await client.post(path, json=note.model_dump(mode="json", by_alias=True), headers=headers)
            except httpx.HTTPError as error:
                raise Unavailable("the command API does not answer: who reads the audit cannot be recorded") from error
            if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
                raise TooManyRequests("the audit is read too often: try again in a minute", retry_after=RETRY_AFTER)
            if not answer.is_success:
                raise Unavailable(f"the command API answers {answer.status_code}: who reads the audit is not recorded")

        yield record
