"""The file with the demo's accounts: one for each role, with a password that was drawn at the first start."""

import secrets
from pathlib import Path
from typing import NamedTuple

import orjson

from aioutlet.data_folder import write_whole
from schemas.actor_type import ActorType

ROLES = (ActorType.CUSTOMER, ActorType.ADMIN, ActorType.OPERATOR, ActorType.ANALYST, ActorType.AUDITOR)
DOMAIN = "example.com"
"""Reserved by RFC 2606: nobody receives mail there."""
PASSWORD_BYTES = 12


class DemoAccount(NamedTuple):
    """How to log in as one of the demo's people."""

    role: ActorType
    email: str
    password: str


def read_demo_accounts(path: Path) -> list[DemoAccount]:
    """Return the accounts that the file lists; none where it is missing."""
    if not path.exists():
        return []
    listed = orjson.loads(path.read_bytes())
    return [DemoAccount(ActorType(each["role"]), each["email"], each["password"]) for each in listed]


def draw_demo_accounts(path: Path) -> list[DemoAccount]:
    """Draw the passwords, write the file, and return the accounts."""
    drawn = [DemoAccount(role, f"{role}@{DOMAIN}", secrets.token_urlsafe(PASSWORD_BYTES)) for role in ROLES]
    write_whole(path, orjson.dumps([each._asdict() for each in drawn]))
    return drawn
