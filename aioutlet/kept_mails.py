"""The embedded shop's mails, from the process that keeps them to the one that shows them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import httpx
from fastapi import APIRouter, FastAPI
from pydantic import TypeAdapter

from bff.mailbox import ReadMails
from edge.auth import requires
from schemas.actor_type import ActorType
from schemas.errors import Unavailable
from streams.mail.mailbox import Mailbox, MailboxItem

PATH = "/-mails"
TIMEOUT = 4.0
"""Seconds."""
MAILS = TypeAdapter(list[MailboxItem])


def serve_mails(commands: FastAPI, mailbox: Mailbox) -> None:
    """Let the shop's own processes read a mailbox at the command API."""
    router = APIRouter(include_in_schema=False, dependencies=[requires(ActorType.SYSTEM)])

    @router.get(PATH)
    async def read_mails() -> list[MailboxItem]:
        return [*mailbox.messages()]

    commands.include_router(router)


@asynccontextmanager
async def reading_mails(command_url: str, issue_token: Callable[[], str]) -> AsyncIterator[ReadMails]:
    """What reads the mails that another process serves."""

    async def read_mails() -> Sequence[MailboxItem]:
        headers = {"Authorization": f"Bearer {issue_token()}"}
        try:
            answer = (await client.get(PATH, headers=headers)).raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable("the mailbox does not answer") from error
        return MAILS.validate_json(answer.content)

    async with httpx.AsyncClient(base_url=command_url, timeout=TIMEOUT, trust_env=False) as client:
        yield read_mails
