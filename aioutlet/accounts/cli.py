"""`aioutlet user`: accounts of a running shop."""

from typing import TYPE_CHECKING, Annotated

import typer

from aioutlet.terminal import give_up
from schemas.actor_type import ActorType

if TYPE_CHECKING:
    from aioutlet.journey.running_shop import RunningShop

user = typer.Typer(no_args_is_help=True, help="The accounts of the running shop.")
ROLES = (ActorType.ADMIN, ActorType.OPERATOR, ActorType.ANALYST, ActorType.AUDITOR)

RoleOption = Annotated[list[ActorType], typer.Option("--role", help=f"One of {', '.join(ROLES)}; may be repeated.")]


@user.command()
def create(
    email: Annotated[str, typer.Argument(help="The mail address, which you vouch for.")],
    role: RoleOption = [],  # noqa: B006 - typer copies it
    first_name: Annotated[str, typer.Option(help="The first name.")] = "New",
    last_name: Annotated[str, typer.Option(help="The last name.")] = "Account",
    ask_password: Annotated[bool, typer.Option(help="Ask for a password; else a link to set one is mailed.")] = False,
) -> None:
    """Create an account with a verified address."""
    import asyncio

    from aioutlet.accounts.admin_api import AdminRefused, NewAccount, admin_token, create_user

    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else None
    shop = _shop()
    account = NewAccount(email, first_name, last_name, _staff(role), password)
    try:
        user_id = asyncio.run(create_user(shop.command_api, admin_token(shop), account))
    except AdminRefused as refused:
        give_up(refused.detail)
    typer.echo(f"{user_id}  {email}  {', '.join(role) or 'customer'}")


@user.command("role")
def set_roles(
    who: Annotated[str, typer.Argument(help="The id or the mail address of the account.")],
    role: RoleOption = [],  # noqa: B006 - typer copies it
) -> None:
    """Set the roles of an account besides that of a customer; without --role it has none."""
    import asyncio

    from aioutlet.accounts.admin_api import AdminRefused

    roles = _staff(role)
    try:
        asyncio.run(_set_roles(who, roles))
    except AdminRefused as refused:
        give_up(refused.detail)
    typer.echo(f"{who}  {', '.join(roles) or 'customer'}")


async def _set_roles(who: str, roles: list[ActorType]) -> None:
    from aioutlet.accounts.admin_api import admin_token, change_roles, find_user

    shop = _shop()
    token = admin_token(shop)
    user_id = await find_user(shop.query_api, token, who) if "@" in who else who
    await change_roles(shop.command_api, token, user_id, roles)


def _staff(roles: list[ActorType]) -> list[ActorType]:
    if wrong := [role for role in roles if role not in ROLES]:
        raise typer.BadParameter(f"{wrong[0]} is no role that is given; there are {', '.join(ROLES)}")
    return list(dict.fromkeys(roles))


def _shop() -> "RunningShop":
    from aioutlet.data_folder import NotRunning
    from aioutlet.journey.running_shop import RunningShop
    from aioutlet.settings import CannotStart, read

    try:
        return RunningShop.of(read())
    except (NotRunning, CannotStart) as fault:
        give_up(str(fault))
