"""One account for each role, so that everything can be tried at once; their passwords are drawn and kept in a file."""

import secrets
from pathlib import Path
from typing import NamedTuple

import orjson

from aioutlet.accounts.admin_api import NewAccount, create_user
from aioutlet.data_folder import write_whole
from schemas.actor_type import ActorType

ROLES = (ActorType.CUSTOMER, ActorType.ADMIN, ActorType.OPERATOR, ActorType.ANALYST, ActorType.AUDITOR)
DOMAIN = "demo.example"
"""Reserved by RFC 2606: no mail to it ever arrives anywhere."""
PASSWORD_BYTES = 9


class DemoAccount(NamedTuple):
    """How to log in as one of the demo's people."""

    role: ActorType
    email: str
    password: str


async def create_demo_accounts(commands_url: str, token: str, path: Path) -> list[DemoAccount]:
    """Create the accounts that the file at `path` does not list yet; return all of them.

    A crash in between leaves an account whose password nobody knows; its address then gets a number.

    Raises:
        AdminRefused: The shop refuses, or does not answer.
    """
    accounts = read_demo_accounts(path)
    for role in ROLES[len(accounts) :]:
        account = DemoAccount(role, f"{role}@{DOMAIN}", secrets.token_urlsafe(PASSWORD_BYTES))
        roles = () if role is ActorType.CUSTOMER else (role,)
        await create_user(
            commands_url, token, NewAccount(account.email, "Demo", role.capitalize(), roles, account.password)
        )
        accounts.append(account)
        write_whole(path, orjson.dumps([each._asdict() for each in accounts]))
    return accounts


def read_demo_accounts(path: Path) -> list[DemoAccount]:
    """Return the accounts that the file lists; none where it is missing."""
    if not path.exists():
        return []
    return [DemoAccount(ActorType(each["role"]), each["email"], each["password"]) for each in orjson.loads(path.read_bytes())]
