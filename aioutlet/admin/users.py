"""`aioutlet admin users`: what `aioutlet user` does, and finding accounts and ending their sessions."""

from typing import TYPE_CHECKING, Annotated

import typer

from aioutlet.accounts.cli import create, set_roles
from aioutlet.admin.output import CursorOption, JsonOption, LimitOption, ask, print_json, print_page, print_table

if TYPE_CHECKING:
    from aioutlet.admin.client import AdminClient

users = typer.Typer(no_args_is_help=True, help="Accounts: list, create, role, sessions, end-sessions.")
users.command()(create)
users.command("role")(set_roles)
WhoArgument = Annotated[str, typer.Argument(help="The id or the mail address of the account.")]


@users.command("list")
def list_users(
    email: Annotated[str | None, typer.Option(help="The whole mail address.")] = None,
    role: Annotated[str | None, typer.Option(help="A role they have.")] = None,
    state: Annotated[str | None, typer.Option(help="unverified, active, deactivated or erased.")] = None,
    limit: LimitOption = 20,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """List accounts, the newest first."""
    asked = {"q": email, "role": role, "state": state, "limit": limit, "cursor": cursor}
    page = ask(lambda shop: shop.query("/admin/users", asked))
    if as_json:
        print_json(page)
        return
    rows = ((each["userId"], each["email"], each["state"], ", ".join(each["roles"])) for each in page["items"])
    print_table(("id", "mail address", "state", "roles"), rows)
    print_page(page | {"next": page["nextCursor"]})


@users.command()
def sessions(who: WhoArgument, as_json: JsonOption = False) -> None:
    """List the open sessions of an account."""
    found = ask(lambda shop: shop.query(f"/admin/users/{_id_of(shop, who)}"))["sessions"]
    if as_json:
        print_json(found)
        return
    rows = ((each["sessionId"], each["openedAt"][:19], each["ip"], each["userAgent"]) for each in found)
    print_table(("session", "opened", "from", "browser"), rows)


@users.command("end-sessions")
def end_sessions(
    who: WhoArgument, session: Annotated[str | None, typer.Option(help="Only this one; else all.")] = None
) -> None:
    """End the sessions of an account, which can log in again."""
    one = f"/{session}" if session else ""
    ask(lambda shop: shop.command("DELETE", f"/users/{_id_of(shop, who)}/sessions{one}"))
    typer.echo(f"{who}  {session or 'all sessions'} ended")


def _id_of(shop: "AdminClient", who: str) -> str:
    from aioutlet.accounts.admin_api import AdminRefused

    if "@" not in who:
        return who
    found = shop.query("/admin/users", {"q": who})["items"]
    if not found:
        raise AdminRefused(f"no account has the address {who}", refused="not_found")
    return str(found[0]["userId"])
