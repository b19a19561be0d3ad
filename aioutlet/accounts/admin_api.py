"""What an admin does with accounts at a running shop's APIs."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import httpx

from aioutlet.journey.running_shop import RunningShop
from identity.tokens import TokenIssuer
from schemas.actor_type import ActorType
from schemas.errors import AIOutletError

TIMEOUT = 10.0
"""Seconds an API may take to answer."""
UNKNOWN = 404


class NewAccount(NamedTuple):
    """An account to create; without a password its person is mailed a link to set one."""

    email: str
    first_name: str
    last_name: str
    roles: Sequence[ActorType]
    password: str | None = None


class AdminRefused(AIOutletError):
    """The shop refused what an admin asked for, with the code `refused`, or did not answer."""

    code = "admin_refused"
    title = "The shop refused"


async def create_user(commands_url: str, token: str, account: NewAccount) -> str:
    """Create an account; return its id.

    Raises:
        AdminRefused: The shop refuses, or does not answer.
    """
    body = {
        "email": account.email,
        "firstName": account.first_name,
        "lastName": account.last_name,
        "roles": list(account.roles),
        **({"password": account.password} if account.password else {}),
    }
    answer = await _ask(commands_url, token, "POST", "/users", json=body)
    return str(answer["userId"])


async def change_roles(commands_url: str, token: str, user_id: str, roles: Sequence[ActorType]) -> None:
    """Set the roles of an account.

    Raises:
        AdminRefused: There is no such account, the shop refuses, or does not answer.
    """
    await _ask(commands_url, token, "PUT", f"/users/{user_id}/roles", json={"roles": list(roles)})


async def find_user(queries_url: str, token: str, email: str) -> str:
    """Return the id of the account with this address.

    Raises:
        AdminRefused: There is none, or the shop does not answer.
    """
    found = await _ask(queries_url, token, "GET", "/admin/users", params={"q": email})
    if not found["items"]:
        raise AdminRefused(f"no account has the address {email}")
    return str(found["items"][0]["userId"])


def admin_token(shop: RunningShop) -> str:
    """Return a short token of an admin, signed with the secret of the shop."""
    return TokenIssuer(shop.secret).issue("command-line", (ActorType.ADMIN,), ActorType.ADMIN)


async def _ask(url: str, token: str, method: str, path: str, **options: Any) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT) as client:
        try:
            answer = await client.request(method, path, headers={"Authorization": f"Bearer {token}"}, **options)
        except httpx.HTTPError as error:
            raise AdminRefused(f"the shop at {url} does not answer ({type(error).__name__})") from error
    body: dict[str, Any] = answer.json()
    if answer.is_error:
        fields = "".join(f"; {each['field']}: {each['detail']}" for each in body.get("errors", ()))
        raise AdminRefused(f"{body.get('detail', answer.status_code)}{fields}", refused=body.get("code"))
    return body
