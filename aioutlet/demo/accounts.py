"""Creates an account for each role in a new shop, so that everything can be tried at once."""

from pathlib import Path

from aioutlet.accounts.admin_api import AdminRefused, NewAccount, create_user
from aioutlet.demo.account_file import DemoAccount, draw_demo_accounts, read_demo_accounts
from schemas.actor_type import ActorType
from schemas.errors import EmailTaken


async def create_demo_accounts(commands_url: str, token: str, path: Path) -> None:
    """Create the accounts of the file at `path`, which is written before the first of them.

    Safe to repeat, also after a crash in between.

    Args:
        commands_url: Where the command API is.
        token: A bearer token of an admin.
        path: The file with the accounts.

    Raises:
        AdminRefused: The shop refuses, or does not answer.
    """
    for account in read_demo_accounts(path) or draw_demo_accounts(path):
        await _create(commands_url, token, account)


async def _create(commands_url: str, token: str, account: DemoAccount) -> None:
    roles = () if account.role is ActorType.CUSTOMER else (account.role,)
    new = NewAccount(account.email, "Demo", account.role.capitalize(), roles, account.password)
    try:
        await create_user(commands_url, token, new)
    except AdminRefused as refused:
        if refused.extra.get("refused") != EmailTaken.code:
            raise
