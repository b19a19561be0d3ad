"""Reports denials to the command API, for services that do not append to the log themselves."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
from prometheus_client import CollectorRegistry

from concurrency.background import background
from edge.denial_recording import DenialRecording
from edge.denials import Denial, DenialCounter
from identity.tokens import TokenIssuer
from schemas.actor_type import ActorType
from schemas.errors import Unavailable

PATH = "/security/denials"
REPORT_TIMEOUT = 4.0
"""Seconds."""
TOKEN_LIFETIME = timedelta(minutes=1)


def issue_system_token(issuer: TokenIssuer, service: str) -> str:
    """Return a token with which a service of ours acts for a minute."""
    return issuer.issue(service, (ActorType.SYSTEM,), ActorType.SYSTEM, TOKEN_LIFETIME)


class DenialReporter:
    """Sends denials; the command API records those of a repeated report once."""

    def __init__(self, client: httpx.AsyncClient, issue_token: Callable[[], str]) -> None:
        """Take a client of the command API, and what returns a token of the system."""
        self._client = client
        self._issue_token = issue_token

    async def report(self, denials: Sequence[Denial]) -> None:
        """Report a batch.

        Raises:
            Unavailable: It is not known to be recorded.
        """
        body = {"denials": [denial.model_dump(mode="json", by_alias=True) for denial in denials]}
        try:
            answer = await self._client.post(
                PATH, json=body, headers={"Authorization": f"Bearer {self._issue_token()}"}
            )
        except httpx.HTTPError as error:
            raise Unavailable("the command API does not answer") from error
        if not answer.is_success:
            raise Unavailable(f"the command API answers {answer.status_code}")


@asynccontextmanager
async def reporting(
    denials: DenialCounter, command_url: str, issue_token: Callable[[], str], registry: CollectorRegistry
) -> AsyncIterator[None]:
    """Report what is counted to the command API while the context is open, and at its end what is left."""
    async with httpx.AsyncClient(base_url=command_url, timeout=REPORT_TIMEOUT) as client:
        reporter = DenialReporter(client, issue_token)
        async with background(DenialRecording(denials, reporter.report, registry=registry).run()):
            yield
