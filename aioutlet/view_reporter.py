"""Reports the views that the BFF has counted to the command API."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from prometheus_client import CollectorRegistry

from bff.product_views import ViewCounter
from bff.view_recording import Batch, ViewRecording
from concurrency.background import background
from schemas.errors import Unavailable

PATH = "/products/-views"
REPORT_TIMEOUT = 4.0
"""Seconds."""


class ViewReporter:
    """Sends batches; the command API records a repeated one once."""

    def __init__(self, client: httpx.AsyncClient, issue_token: Callable[[], str]) -> None:
        """Take a client of the command API, and what returns a token of the system."""
        self._client = client
        self._issue_token = issue_token

    async def report(self, batch: Batch) -> None:
        """Report a batch.

        Raises:
            Unavailable: It is not known to be recorded.
        """
        headers = {"Authorization": f"Bearer {self._issue_token()}", "Idempotency-Key": batch.id}
        body = {"views": [each.model_dump(mode="json", by_alias=True) for each in batch.views]}
        try:
            answer = await self._client.post(PATH, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unavailable("the command API does not answer") from error
        if not answer.is_success:
            raise Unavailable(f"the command API answers {answer.status_code}")


@asynccontextmanager
async def reporting_views(
    views: ViewCounter, command_url: str, issue_token: Callable[[], str], registry: CollectorRegistry
) -> AsyncIterator[None]:
    """Report what is counted to the command API while the context is open, and at its end what is left."""
    async with httpx.AsyncClient(base_url=command_url, timeout=REPORT_TIMEOUT, trust_env=False) as client:
        reporter = ViewReporter(client, issue_token)
        async with background(ViewRecording(views, reporter.report, registry=registry).run()):
            yield
