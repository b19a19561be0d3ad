"""One account for each role, so that everything can be tried at once; their passwords are drawn and kept in a file."""

import secrets
from pathlib import Path
from typing import NamedTuple

import orjson

from aioutlet.accounts.admin_api import AdminRefused, NewAccount, create_user
from aioutlet.data_folder import write_whole
from schemas.actor_type import ActorType
from schemas.errors import EmailTaken

ROLES = (ActorType.CUSTOMER, ActorType.ADMIN, ActorType.OPERATOR, ActorType.ANALYST, ActorType.AUDITOR)
DOMAIN = "example.com"
"""Reserved by RFC 2606: nobody receives mail there."""
PASSWORD_BYTES = 12


class DemoAccount(NamedTuple):
    """How to log in as one of the demo's people."""

    role: ActorType
    email: str
    password: str


async def create_demo_accounts(commands_url: str, token: str, path: Path) -> None:
    """Create an account for each role, with the passwords that are in the file at `path` before anything is created.

    Safe to repeat, also after a crash in between.

    Raises:
        AdminRefused: The shop refuses, or does not answer.
    """
    for account in read_demo_accounts(path) or _draw(path):
        await _create(commands_url, token, account)


def _draw(path: Path) -> list[DemoAccount]:
    drawn = [DemoAccount(role, f"{role}@{DOMAIN}", secrets.token_urlsafe(PASSWORD_BYTES)) for role in ROLES]
    write_whole(path, orjson.dumps([each._asdict() for each in drawn]))
    return drawn


async def _create(commands_url: str, token: str, account: DemoAccount) -> None:
    roles = () if account.role is ActorType.CUSTOMER else (account.role,)
    new = NewAccount(account.email, "Demo", account.role.capitalize(), roles, account.password)
    try:
        await create_user(commands_url, token, new)
    except AdminRefused as refused:
        if refused.extra.get("refused") != EmailTaken.code:
            raise


def read_demo_accounts(path: Path) -> list[DemoAccount]:
    """Return the accounts that the file lists; none where it is missing."""
    if not path.exists():
        return []
    listed = orjson.loads(path.read_bytes())
    return [DemoAccount(ActorType(each["role"]), each["email"], each["password"]) for each in listed]
